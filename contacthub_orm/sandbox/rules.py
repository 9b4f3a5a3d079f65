"""What the documents that clients send must look like."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import attrs

from contacthub_orm.sandbox.problems import invalid_customer
from contacthub_orm.sandbox.schema import OPEN, Schema, content_schemas
from contacthub_orm.sandbox.validation import (
    SECTION_LIMIT,
    Check,
    Errors,
    compile_required,
    compile_schema,
    exceeds_limit,
    pointer,
)

_LIMITED = ("base", "extended", "extra")


@attrs.frozen
class _Checks:
    """The ways to check one member: as it has to be, as a patch of it, and merged from valid parts."""

    whole: Check
    patch: Check
    merged: Callable[[Any, str, Errors], None] | None

    @classmethod
    def of(cls, schema: Schema) -> _Checks:
        return cls(compile_schema(schema), compile_schema(schema, partial=True), compile_required(schema))


_FIXED = {name: _Checks.of(schema) for name, schema in content_schemas().items()}


class Rules:
    """Checks the members that clients write.

    Args:
        extended: the JSON schema of `extended`.
    """

    def __init__(self, extended: Schema = OPEN) -> None:
        self._checks = {**_FIXED, "extended": _Checks.of(extended)}

    def read(self, body: Mapping[str, Any], *, besides: Collection[str] = (), partial: bool = False) -> dict[str, Any]:
        """The written members of a request body, with dates as the server stores them.

        Args:
            body: the decoded body.
            besides: other members that may be there.
            partial: the body is a PATCH.

        Raises:
            Problem: 400 with everything that is wrong.
        """
        errors: Errors = []
        content = {}
        for name, value in body.items():
            checks = self._checks.get(name)
            if checks is not None:
                content[name] = (checks.patch if partial else checks.whole)(value, f"/{name}", errors)
            elif name not in besides:
                errors.append((f"/{pointer(name)}", "unknown property"))
        _limit(content, errors)
        if errors:
            raise invalid_customer(errors)
        return content

    def confirm(self, content: Mapping[str, Any], members: Iterable[str], *, at_most: int) -> None:
        """Check those members of a merged document that a PATCH touched.

        Args:
            content: the merged document.
            members: those that were touched.
            at_most: bytes that the whole document has at most; sizes are only measured when this allows too much.

        Raises:
            Problem: 400 with everything that is wrong.
        """
        errors: Errors = []
        touched = {name: content.get(name) for name in members}
        for name, value in touched.items():
            check = self._checks[name].merged
            if check is not None:
                check(value, f"/{name}", errors)
        if at_most > SECTION_LIMIT:
            _limit(touched, errors)
        if errors:
            raise invalid_customer(errors)


def _limit(content: Mapping[str, Any], errors: Errors) -> None:
    errors.extend((f"/{name}", "is larger than 64 KB") for name in _LIMITED if exceeds_limit(content.get(name)))
