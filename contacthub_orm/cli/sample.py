"""The sample of fictional customers that `contacthub demo` imports.

`python -m contacthub_orm.cli.sample` writes `sample.jsonl` anew, beside this module. The generator is seeded, so the
file changes only when this script does.
"""

from __future__ import annotations

import json
import random
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import attrs

SAMPLE_FILE = Path(__file__).with_name("sample.jsonl")
SAMPLE_SIZE = 300
SAMPLE_SEED = 1909

_TODAY = date(2026, 6, 30)
_TIERS = ((2500, "GOLD"), (800, "SILVER"), (0, "BASIC"))
_STORES = ("online", "flagship", "outlet", "airport")
_TOPICS = ("travel", "cooking", "sport", "music", "books", "garden")
_TAGS = ("newsletter", "app-user", "trade-fair", "birthday-club", "returned-goods", "press")
_DOMAINS = ("example.com", "example.com", "example.org", "example.net")


@attrs.frozen
class _Place:
    city: str
    province: str | None
    region: str
    zip: str


@attrs.frozen
class _Country:
    """Everything of a customer that hangs on the country; `phone` uses number blocks that reach nobody."""

    code: str
    weight: int
    locale: str
    timezone: str
    phone: str
    street: str
    streets: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    surnames: tuple[str, ...]
    places: tuple[_Place, ...]


_ITALY = _Country(
    code="IT",
    weight=12,
    locale="it_IT",
    timezone="Europe/Rome",
    phone="+39 000 000 {:04d}",
    street="{} {}",
    streets=("Via Garibaldi", "Via Dante", "Corso Italia", "Viale dei Mille", "Piazza Cavour", "Via San Marco"),
    women=("Giulia", "Francesca", "Chiara", "Elena", "Sofia", "Martina", "Alessia", "Ilaria", "Noemi", "Caterina"),
    men=("Marco", "Luca", "Matteo", "Andrea", "Davide", "Paolo", "Niccolò", "Stefano", "Riccardo", "Tommaso"),
    surnames=(
        "Rossi", "Bianchi", "Ferrari", "Esposito", "Romano", "Colombo", "Ricci", "Marino", "Greco", "Conti",
        "De Luca", "Costa", "Giordano", "Rizzo", "Lombardi", "Moretti", "Barbieri", "Fontana", "D'Amico", "Galli",
    ),
    places=(
        _Place("Milano", "MI", "Lombardia", "20121"),
        _Place("Milano", "MI", "Lombardia", "20154"),
        _Place("Torino", "TO", "Piemonte", "10121"),
        _Place("Roma", "RM", "Lazio", "00184"),
        _Place("Bologna", "BO", "Emilia-Romagna", "40121"),
        _Place("Firenze", "FI", "Toscana", "50122"),
        _Place("Napoli", "NA", "Campania", "80132"),
        _Place("Verona", "VR", "Veneto", "37121"),
        _Place("Palermo", "PA", "Sicilia", "90133"),
    ),
)  # fmt: skip

_FRANCE = _Country(
    code="FR",
    weight=3,
    locale="fr_FR",
    timezone="Europe/Paris",
    phone="+33 1 99 00 {:04d}",
    street="{1} {0}",
    streets=("rue de la Paix", "rue Victor Hugo", "avenue Foch", "place du Marché"),
    women=("Camille", "Zoé", "Manon", "Hélène", "Inès"),
    men=("Louis", "Théo", "Hugo", "Étienne", "Rémi"),
    surnames=("Martin", "Bernard", "Dubois", "Lefèvre", "Moreau", "Girard", "Perrin", "Chevalier"),
    places=(
        _Place("Lyon", None, "Auvergne-Rhône-Alpes", "69002"),
        _Place("Paris", None, "Île-de-France", "75011"),
        _Place("Nantes", None, "Pays de la Loire", "44000"),
    ),
)

_GERMANY = _Country(
    code="DE",
    weight=3,
    locale="de_DE",
    timezone="Europe/Berlin",
    phone="+49 30 23125 {:03d}",
    street="{} {}",
    streets=("Goethestraße", "Lindenallee", "Am Markt", "Bahnhofstraße"),
    women=("Anna", "Jana", "Käthe", "Lena", "Miriam"),
    men=("Jonas", "Felix", "Jörg", "Lukas", "Emil"),
    surnames=("Müller", "Schmidt", "Weber", "Wagner", "Schäfer", "Krüger", "Vogel", "Hoffmann"),
    places=(
        _Place("Berlin", None, "Berlin", "10115"),
        _Place("München", None, "Bayern", "80331"),
        _Place("Köln", None, "Nordrhein-Westfalen", "50667"),
    ),
)

_SPAIN = _Country(
    code="ES",
    weight=2,
    locale="es_ES",
    timezone="Europe/Madrid",
    phone="+34 000 000 {:03d}",
    street="{}, {}",
    streets=("Calle Mayor", "Calle de Alcalá", "Paseo de Gracia", "Plaza Nueva"),
    women=("Lucía", "Carmen", "Marta", "Irene", "Begoña"),
    men=("Javier", "Pablo", "Álvaro", "Sergio", "Íñigo"),
    surnames=("García", "Fernández", "Muñoz", "Ortega", "Serrano", "Vidal", "Ibáñez", "Castaño"),
    places=(
        _Place("Madrid", "M", "Comunidad de Madrid", "28013"),
        _Place("Barcelona", "B", "Cataluña", "08007"),
        _Place("Sevilla", "SE", "Andalucía", "41001"),
    ),
)

_COUNTRIES = (_ITALY, _FRANCE, _GERMANY, _SPAIN)


def customers(count: int = SAMPLE_SIZE, seed: int = SAMPLE_SEED) -> Iterator[dict[str, Any]]:
    """Yield fictional customer documents, the same for the same seed; e-mail addresses and external ids are unique.

    Args:
        count: how many documents.
        seed: seed of the generator.

    Yields:
        Documents with `externalId`, `base`, `extended`, `consents` and `tags`, as a POST takes them (contract 3).
    """
    rng = random.Random(seed)
    for number in range(1, count + 1):
        yield _customer(rng, number)


def sample() -> list[dict[str, Any]]:
    """Return the documents of the shipped sample file."""
    with SAMPLE_FILE.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write(path: Path = SAMPLE_FILE) -> int:
    """Write the sample as JSON Lines to `path` and return the number of documents."""
    lines = [json.dumps(document, ensure_ascii=False) + "\n" for document in customers()]
    path.write_text("".join(lines), encoding="utf-8", newline="\n")
    return len(lines)


def _customer(rng: random.Random, number: int) -> dict[str, Any]:
    country = rng.choices(_COUNTRIES, weights=[c.weight for c in _COUNTRIES])[0]
    joined = _TODAY - timedelta(days=rng.randrange(30, 2200))
    return {
        "externalId": f"C{number:05d}",
        "base": _base(rng, number, country),
        "extended": {
            "loyalty": _loyalty(rng, number, joined),
            "interests": sorted(rng.sample(_TOPICS, rng.randrange(4))),
        },
        "consents": _consents(rng, joined),
        "tags": {"manual": sorted(rng.sample(_TAGS, rng.randrange(3)))},
    }


def _base(rng: random.Random, number: int, country: _Country) -> dict[str, Any]:
    gender = rng.choice(("female", "male"))
    first = rng.choice(country.women if gender == "female" else country.men)
    last = rng.choice(country.surnames)
    place = rng.choice(country.places)
    return {
        "firstName": first,
        "lastName": last,
        "gender": gender,
        "dob": (date(1945, 1, 1) + timedelta(days=rng.randrange(365 * 61))).isoformat(),
        "locale": country.locale,
        "timezone": country.timezone,
        "contacts": {"email": _email(rng, first, last, number), "mobilePhone": country.phone.format(number)},
        "address": {
            "street": country.street.format(rng.choice(country.streets), rng.randrange(1, 120)),
            "city": place.city,
            "province": place.province,
            "region": place.region,
            "zip": place.zip,
            "country": country.code,
        },
    }


def _email(rng: random.Random, first: str, last: str, number: int) -> str:
    """Return a unique address; one in three was typed with capitals, as in real files."""
    name = f"{first}.{last}".replace(" ", "").replace("'", "")
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    address = f"{plain}{number}@{rng.choice(_DOMAINS)}"
    return address if rng.random() < 1 / 3 else address.lower()


def _loyalty(rng: random.Random, number: int, joined: date) -> dict[str, Any]:
    points = int(rng.expovariate(1 / 900))
    return {
        "card": f"LC-{number:06d}",
        "points": points,
        "tier": next(tier for threshold, tier in _TIERS if points >= threshold),
        "since": joined.isoformat(),
        "store": rng.choice(_STORES),
    }


def _consents(rng: random.Random, joined: date) -> dict[str, Any]:
    return {
        "disclaimer": {
            "date": f"{joined.isoformat()}T10:00:00.000+0000",
            "version": "2.1" if joined.year >= 2023 else "1.4",
        },
        "marketing": {"automatic": {"email": {"status": rng.random() < 0.7}, "sms": {"status": rng.random() < 0.3}}},
        "profiling": {"classic": {"status": rng.random() < 0.5}},
    }


if __name__ == "__main__":
    print(f"{write()} customers written to {SAMPLE_FILE}")
