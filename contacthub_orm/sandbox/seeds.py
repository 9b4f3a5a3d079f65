"""Repeatable fictional customers, for demos, tests and benchmarks."""

from __future__ import annotations

import random
import unicodedata
from typing import Any

from contacthub_orm.sandbox import dates
from contacthub_orm.sandbox.document import Document, Stamp, compose
from contacthub_orm.sandbox.identifiers import time_ordered_id
from contacthub_orm.sandbox.places import COUNTRIES, City, Country

_FIRST_MOMENT = 1_672_531_200_000  # 2023-01-01T00:00Z in milliseconds
_LONGEST_GAP = 60_000
_LONGEST_SILENCE = 30 * 86_400_000
_DOMAINS = ("example.com", "example.org", "example.net")
_TAGS = ("vip", "newsletter", "wholesale", "birthday-club", "reviewer")
_TIERS = ("BRONZE", "SILVER", "GOLD")
_LIKES = (("music", "Jazz"), ("sport", "Cycling"), ("food", "Ice cream"), ("travel", "Mountains"))


def seed_customers(n: int, *, seed: int, node_id: str, source_id: str) -> list[Document]:
    """Make the first `n` customers of an endless series.

    Args:
        n: how many.
        seed: which series.
        node_id: the node they live on; another node has other customers.
        source_id: the source that registered them.

    Returns:
        Documents in normal form, in the order of their registration.
    """
    rng = random.Random(f"{seed}/{node_id}")
    moment = _FIRST_MOMENT
    documents = []
    for index in range(n):
        moment += rng.randint(1, _LONGEST_GAP)
        stamp = Stamp(
            id=time_ordered_id(moment << 12, rng.getrandbits(62)),
            node_id=node_id,
            registered_at=dates.from_milliseconds(moment),
            updated_at=dates.from_milliseconds(moment + rng.randint(0, _LONGEST_SILENCE)),
            registered_by=source_id,
            updated_by=source_id,
        )
        documents.append(compose(stamp, _content(rng, index, moment)))
    return documents


def _content(rng: random.Random, index: int, moment: int) -> dict[str, Any]:
    country = rng.choice(COUNTRIES)
    city = rng.choice(country.cities)
    return {
        "externalId": f"C-{index + 1:06}" if rng.random() < 0.8 else None,
        "enabled": rng.random() < 0.97,
        "base": _base(rng, index, country, city, moment),
        "extended": _extended(rng, city) if rng.random() < 0.7 else None,
        "consents": _consents(rng, moment) if rng.random() < 0.3 else None,
        "tags": {"auto": [], "manual": rng.sample(_TAGS, rng.randint(0, 2))} if rng.random() < 0.5 else None,
    }


def _base(rng: random.Random, index: int, country: Country, city: City, moment: int) -> dict[str, Any]:
    is_woman = rng.random() < 0.5
    first = rng.choice(country.women if is_woman else country.men)
    last = rng.choice(country.families)
    base: dict[str, Any] = {
        "firstName": first,
        "lastName": last,
        "gender": "female" if is_woman else "male",
        "locale": country.locale,
        "timezone": country.timezone,
        "contacts": _contacts(rng, index, country, f"{_ascii(first)}.{_ascii(last)}"),
        "address": _address(rng, country, city),
    }
    if rng.random() < 0.8:
        base["dob"] = f"{rng.randint(1940, 2005)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    if rng.random() < 0.2:
        base["likes"] = [_like(rng, number, moment) for number in range(rng.randint(1, 2))]
    if rng.random() < 0.2:
        base["subscriptions"] = [_subscription(rng, moment)]
    return base


def _contacts(rng: random.Random, index: int, country: Country, name: str) -> dict[str, Any]:
    contacts = {}
    # The number makes the address unique in its series, whatever names come up.
    address = f"{name}.{index + 1}@{rng.choice(_DOMAINS)}"
    if rng.random() < 0.92:
        contacts["email"] = address
    number = f"+{country.dialling_code} 555 {rng.randint(0, 9999999):07}"
    if rng.random() < 0.6:
        contacts["mobilePhone"] = number
    return contacts


def _address(rng: random.Random, country: Country, city: City) -> dict[str, Any]:
    address: dict[str, Any] = {
        "street": f"{rng.choice(country.streets)} {rng.randint(1, 199)}",
        "city": city.name,
        "country": country.code,
        "region": city.region,
        "province": city.province,
        "zip": f"{city.zip_prefix}{rng.randint(10, 99)}",
    }
    if rng.random() < 0.3:
        latitude, longitude = city.latitude + rng.uniform(-0.05, 0.05), city.longitude + rng.uniform(-0.05, 0.05)
        address["geo"] = {"lat": round(latitude, 5), "lon": round(longitude, 5)}
    return address


def _extended(rng: random.Random, city: City) -> dict[str, Any]:
    points = rng.randint(0, 5000)
    return {
        "loyalty": {"points": points, "tier": _TIERS[min(points // 2000, 2)]},
        "favouriteStore": city.name,
        "orders": rng.randint(0, 40),
        "wantsPaper": rng.random() < 0.1,
    }


def _consents(rng: random.Random, moment: int) -> dict[str, Any]:
    return {
        "disclaimer": {"date": dates.from_milliseconds(moment), "version": "v1.0"},
        "marketing": {"automatic": {"email": {"status": rng.random() < 0.8, "limitation": False, "objection": False}}},
        "profiling": {"online": {"status": rng.random() < 0.5, "limitation": False, "objection": False}},
    }


def _like(rng: random.Random, number: int, moment: int) -> dict[str, Any]:
    category, name = rng.choice(_LIKES)
    return {
        "id": f"like-{number + 1}",
        "category": category,
        "name": name,
        "createdTime": dates.from_milliseconds(moment),
    }


def _subscription(rng: random.Random, moment: int) -> dict[str, Any]:
    return {
        "id": "newsletter",
        "name": "Newsletter",
        "kind": "DIGITAL_MESSAGE",
        "subscribed": rng.random() < 0.9,
        "startDate": dates.from_milliseconds(moment),
        "preferences": [{"key": "frequency", "value": rng.choice(("daily", "weekly"))}],
    }


def _ascii(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return "".join(character for character in bare.lower() if character.isalpha())
