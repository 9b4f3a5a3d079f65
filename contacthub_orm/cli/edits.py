"""The kinds of edits that the demo makes, and what each costs a client that sends a request per call."""

from __future__ import annotations

from enum import Enum


class Edit(Enum):
    """A kind of edit: its label, and the requests of the calls `patch()`, `add_tag()`, `post()` and `delete()`.

    Such a client patches once for each changed value, and tags by reading the customer and writing the list back.
    """

    LOWERED = ("e-mail addresses lower-cased", ("PATCH",))
    TAGGED = ("tags appended", ("GET", "PATCH"))
    REVERTED = ("shops changed, then set back", ("PATCH", "PATCH"))
    DELETED = ("customers deleted", ("DELETE",))
    ADDED = ("customers added", ("POST",))

    def __init__(self, label: str, calls: tuple[str, ...]) -> None:
        self.label = label
        self.calls = calls
