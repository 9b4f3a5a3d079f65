"""Names and places that fictional customers are made of."""

from __future__ import annotations

import attrs


@attrs.frozen
class City:
    """A city with what its addresses and inhabitants share."""

    name: str
    province: str
    region: str
    zip_prefix: str
    latitude: float
    longitude: float


@attrs.frozen
class Country:
    """Where customers come from."""

    code: str
    locale: str
    timezone: str
    dialling_code: str
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[City, ...]


COUNTRIES = (
    Country(
        "IT",
        "it_IT",
        "Europe/Rome",
        "39",
        ("Giulia", "Chiara", "Francesca", "Martina", "Sofia", "Elena", "Zoë"),
        ("Marco", "Luca", "Alessandro", "Matteo", "Niccolò", "Pietro"),
        ("Rossi", "Bianchi", "Ferrari", "Esposito", "Romano", "D'Angelo", "De Luca"),
        ("Via Roma", "Via Garibaldi", "Corso Italia", "Viale dei Tigli"),
        (
            City("Milano", "MI", "Lombardia", "201", 45.46, 9.19),
            City("Torino", "TO", "Piemonte", "101", 45.07, 7.69),
            City("Firenze", "FI", "Toscana", "501", 43.77, 11.26),
            City("Napoli", "NA", "Campania", "801", 40.85, 14.27),
        ),
    ),
    Country(
        "DE",
        "de_DE",
        "Europe/Berlin",
        "49",
        ("Anna", "Lena", "Jördis", "Marie", "Katharina"),
        ("Lukas", "Jürgen", "Felix", "Paul", "Maximilian"),
        ("Müller", "Schmidt", "Schneider", "Groß", "Weber", "Hoffmann"),
        ("Hauptstraße", "Gartenweg", "Lindenallee", "Am Markt"),
        (
            City("Berlin", "BE", "Berlin", "101", 52.52, 13.4),
            City("München", "BY", "Bayern", "803", 48.14, 11.58),
            City("Köln", "NW", "Nordrhein-Westfalen", "506", 50.94, 6.96),
        ),
    ),
    Country(
        "ES",
        "es_ES",
        "Europe/Madrid",
        "34",
        ("Lucía", "Carmen", "Paula", "Inés"),
        ("Alejandro", "Pablo", "Íñigo", "Javier"),
        ("García", "Martínez", "Núñez", "Fernández Ruiz"),
        ("Calle Mayor", "Avenida de la Paz", "Calle del Sol"),
        (
            City("Madrid", "M", "Madrid", "280", 40.42, -3.7),
            City("Sevilla", "SE", "Andalucía", "410", 37.39, -5.98),
        ),
    ),
    Country(
        "GB",
        "en_GB",
        "Europe/London",
        "44",
        ("Olivia", "Amelia", "Harriet", "Siobhan"),
        ("Oliver", "Harry", "George", "Alfie"),
        ("Smith", "Jones", "O'Connor", "Taylor-Wood"),
        ("High Street", "Station Road", "Church Lane"),
        (
            City("London", "LND", "England", "N1", 51.51, -0.13),
            City("Leeds", "LDS", "England", "LS1", 53.8, -1.55),
        ),
    ),
    Country(
        "US",
        "en_US",
        "America/New_York",
        "1",
        ("Emma", "Madison", "Grace", "Imani"),
        ("Liam", "Noah", "Ethan", "Mateo"),
        ("Johnson", "Williams", "Brown", "Nguyen"),
        ("Main Street", "Oak Avenue", "Maple Drive"),
        (
            City("Boston", "MA", "New England", "021", 42.36, -71.06),
            City("Atlanta", "GA", "South", "303", 33.75, -84.39),
        ),
    ),
)
