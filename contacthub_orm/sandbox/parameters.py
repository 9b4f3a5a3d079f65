"""Query parameters of a request."""

from __future__ import annotations

import re

from contacthub_orm.sandbox.messages import Request
from contacthub_orm.sandbox.problems import bad_request

_NUMBER = re.compile(r"[0-9]{1,18}")


class Parameters:
    """The decoded query parameters; those that nobody asks for are ignored, as the API does."""

    def __init__(self, request: Request) -> None:
        try:
            self._pairs = request.parameters()
        except ValueError:
            raise bad_request("the query string is not encoded correctly") from None

    def every(self, name: str) -> list[str]:
        """All values of a parameter, in their order."""
        return [value for key, value in self._pairs if key == name]

    def text(self, name: str) -> str | None:
        """The value of a parameter that may be given once, None without it."""
        values = self.every(name)
        if len(values) > 1:
            raise bad_request(f"parameter '{name}' is given {len(values)} times")
        return values[0] if values else None

    def required(self, name: str) -> str:
        """The value of a parameter that has to be given."""
        value = self.text(name)
        if not value:
            raise bad_request(f"Required String parameter '{name}' is not present")
        return value

    def number(self, name: str, default: int) -> int:
        """The value of a parameter that is a whole number, 0 or more."""
        value = self.text(name)
        if value is None:
            return default
        if not _NUMBER.fullmatch(value):
            raise bad_request(f"parameter '{name}' must be a whole number, 0 or more")
        return int(value)
