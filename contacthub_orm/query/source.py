"""What a query needs from a session: a list request answered, and documents turned into objects."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

import attrs

from contacthub_orm.mapping.entity import Entity

E = TypeVar("E", bound=Entity)


@attrs.frozen(slots=True)
class ListRequest:
    """One GET of a list: raw path segments below the workspace, and parameters in the order they are sent.

    `str()` is for people: decoded, with the query as indented JSON. The repr names the parameters without values.
    """

    segments: tuple[str, ...]
    params: tuple[tuple[str, str], ...] = attrs.field(repr=lambda params: f"<{', '.join(name for name, _ in params)}>")

    @property
    def path(self) -> str:
        """The path below the workspace, e.g. `/customers`."""
        return "/" + "/".join(self.segments)

    def __str__(self) -> str:
        plain = "&".join(f"{name}={value}" for name, value in self.params if name != "query")
        lines = [f"GET {self.path}?{plain}" if plain else f"GET {self.path}"]
        for name, value in self.params:
            if name == "query":
                lines.append(f"query = {json.dumps(json.loads(value), indent=2, ensure_ascii=False)}")
        return "\n".join(lines)


class PageSource(Protocol):
    """How a query reaches the server; a Session implements it."""

    @property
    def concurrent(self) -> bool:
        """False forbids the prefetch thread."""

    @property
    def node_id(self) -> str:
        """The node that is searched."""

    def prepare(self) -> None:
        """Get ready for a request, or refuse it. Runs in the caller's thread, before each page that it waits for."""

    def fetch(self, request: ListRequest) -> Mapping[str, Any]:
        """Return the answer to a request. I/O only: it may run in the prefetch thread."""

    def hydrate(
        self,
        entity: type[E],
        documents: Sequence[dict[str, Any]],
        fields: tuple[str, ...] | None,
        *,
        raiseload: bool = False,
    ) -> list[E]:
        """Return the objects of these documents: same id, same object. Runs in the caller's thread only.

        `fields` are the paths that were selected, None for whole documents; with `raiseload`, reading another field of
        the objects is an error.
        """
