"""What the API would refuse in an event and is better refused where it is set."""

from __future__ import annotations

from enum import Enum

from contacthub_orm.mapping.codecs import Check


def not_negative(number: float) -> str | None:
    """Tell why a number below zero cannot be sent."""
    return None if number >= 0 else "must not be negative"


def latitude(degrees: float) -> str | None:
    """Tell why a number is no latitude."""
    return None if -90 <= degrees <= 90 else "a latitude is from -90 to 90 degrees"


def longitude(degrees: float) -> str | None:
    """Tell why a number is no longitude."""
    return None if -180 <= degrees <= 180 else "a longitude is from -180 to 180 degrees"


def spelt_as(enumeration: type[Enum]) -> Check:
    """Return a check of texts of which the API knows some, and a workspace may know more.

    What has the letters of a known one and is spelt otherwise (`LoggedIn`, `digital-campaign`) is never meant.
    """
    known = {_letters(member.value): str(member.value) for member in enumeration}

    def check(text: str) -> str | None:
        right = known.get(_letters(text), text)
        if right == text:
            return None
        return f"the API spells this {enumeration.__name__} otherwise; did you mean {right!r}?"

    return check


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
