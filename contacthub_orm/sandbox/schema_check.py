"""What a JSON schema of `extended` may say: nothing that the sandbox would silently leave out."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

from contacthub_orm.sandbox.validation import FORMATS, TYPES, UNCHECKED_FORMATS, pointer
from contacthub_orm.sandbox.wire import encode

_NOT_HONOURED = frozenset(
    (
        *("$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "const", "contains"),
        *("dependencies", "dependentRequired", "dependentSchemas", "propertyNames", "patternProperties"),
        *("minProperties", "maxProperties", "uniqueItems", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"),
        *("additionalItems", "prefixItems", "minContains", "maxContains"),
        *("unevaluatedItems", "unevaluatedProperties"),
    )
)
"""Keywords that restrict values and that the sandbox does not know."""


def check_schema(schema: Any) -> None:
    """Check the JSON schema of `extended`.

    Raises:
        ValueError: it is none, or it restricts values in a way that the sandbox would not hold them to.
    """
    try:
        _check(schema, "")
        encode(schema)
    except (TypeError, RecursionError):
        raise ValueError("it is no JSON, or nested too deeply") from None
    if schema.get("type", "object") not in ("object", ["object", "null"], ["null", "object"]):
        raise ValueError("it must be the schema of an object")


def _check(schema: Any, path: str) -> None:
    if not isinstance(schema, Mapping):
        raise ValueError(f"{path or 'it'} must be an object")
    for name, value in schema.items():
        where = f"{path}/{pointer(str(name))}"
        if name in _NOT_HONOURED:
            raise ValueError(f"{where} is a keyword that the sandbox does not honour")
        if name in _KEYWORDS:
            is_valid, expected = _KEYWORDS[name]
            if not is_valid(value):
                raise ValueError(f"{where} must be {expected}")
    for name, member in schema.get("properties", {}).items():
        _check(member, f"{path}/properties/{pointer(str(name))}")
    for name in ("items", "additionalProperties"):
        if isinstance(schema.get(name, True), Mapping):
            _check(schema[name], f"{path}/{name}")


def _is_type(value: Any) -> bool:
    names = [value] if isinstance(value, str) else value
    return _is_list(names) and len(names) > 0 and all(isinstance(name, str) and name in TYPES for name in names)


def _is_pattern(value: Any) -> bool:
    try:
        return isinstance(value, str) and re.compile(value) is not None
    except (re.error, OverflowError):
        return False


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) <= sys.float_info.max


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


_COUNT = (_is_count, "a whole number, 0 or more")
_NUMBER = (_is_number, "a number")
_OBJECT = (_is_object, "an object")

_KEYWORDS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "type": (_is_type, f"one of {', '.join(TYPES)}, or a list of them"),
    "enum": (lambda value: _is_list(value) and len(value) > 0, "a list of values"),
    "format": (
        lambda value: isinstance(value, str) and (value in FORMATS or value in UNCHECKED_FORMATS),
        f"one of {', '.join((*FORMATS, *UNCHECKED_FORMATS))}",
    ),
    "pattern": (_is_pattern, "a regular expression"),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _COUNT),
    **dict.fromkeys(("minimum", "maximum"), _NUMBER),
    "properties": _OBJECT,
    "items": _OBJECT,
    "additionalProperties": (lambda value: isinstance(value, bool | Mapping), "true, false or a schema"),
    "required": (lambda value: _is_list(value) and all(isinstance(name, str) for name in value), "a list of names"),
    "contactlabProperties": _OBJECT,
}
