"""The kinds of edits that the demo makes, and what each costs a client that sends a request per call."""

from __future__ import annotations

from enum import Enum


class Edit(Enum):
    """A kind of edit: its label, and the requests of the calls `patch()`, `add_tag()`, `post()` and `delete()`.

    Such a client patches once for each changed value, and tags by reading the customer and writing the list back.
    """

    LOWERED = ("e-mail address lower-cased", ("PATCH",))
    TAGGED = ("tag appended", ("GET", "PATCH"))
    REVERTED = ("shop changed, then set back", ("PATCH", "PATCH"))
    DELETED = ("customer deleted", ("DELETE",))
    ADDED = ("customer added", ("POST",))

    @property
    def label(self) -> str:
        """What the edit does, in words."""
        return self.value[0]

    @property
    def calls(self) -> tuple[str, ...]:
        """The verbs of the requests, one after another."""
        return self.value[1]
