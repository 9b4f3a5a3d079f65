"""What the API would refuse and is better refused where it is set."""

from __future__ import annotations

import re
from typing import Final

LOCALE_PATTERN: Final = r"[a-z]{2}(_([a-zA-Z]{2}){1,2})?_[A-Z]{2}"

# Deliberately wide: something before the only @, a domain without empty labels after it, no blanks or controls.
_EMAIL: Final = re.compile(r"[^\s\x00-\x1f\x7f@]+@[^\s\x00-\x1f\x7f@.]+(\.[^\s\x00-\x1f\x7f@.]+)*")


def email_shape(text: str) -> str | None:
    """Tell why a text cannot be an e-mail address, or None when it may be one."""
    if _EMAIL.fullmatch(text):
        return None
    return "the text has not the shape of an e-mail address (name@domain); None unsets it"


def not_empty(text: str) -> str | None:
    """Tell why a text cannot be sent when it has to hold something."""
    return None if text.strip() else "must not be empty; leave it out or set None"
