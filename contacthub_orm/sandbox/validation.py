"""Validation of documents against schemas, compiled once to closures.

The vocabulary is the part of JSON schema that the API's own files use and some more: `type`, `enum`, `format`,
`pattern`, `minLength`, `maxLength`, `minimum`, `maximum`, `properties`, `additionalProperties`, `required`, `items`,
`minItems`, `maxItems`. Formats are strict but for URIs (contract 10.2 #30). Dates come out as the server stores them
(contract 1.5).
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from contacthub_orm.sandbox import dates
from contacthub_orm.sandbox.schema import Schema
from contacthub_orm.sandbox.wire import encode

Errors = list[tuple[str, str]]
Check = Callable[[Any, str, Errors], Any]
"""`check(value, path, errors)` gives the value to store and adds (JSON pointer, reason) to `errors`."""

SECTION_LIMIT = 64 * 1024
"""Most bytes of `base`, `extended` and `extra` each (contract 2.9)."""

_EMAIL = re.compile(r'[^@\s"(),:;<>\[\]\\]+@[^@\s.]+(\.[^@\s.]+)*')

_HOSTNAME = re.compile(r"(?=.{1,253}\Z)(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")

TYPES: Mapping[str, tuple[type, ...]] = {
    "null": (type(None),),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "array": (list,),
}


def _address(make: Callable[[str], object]) -> Callable[[str], str | None]:
    def check(text: str) -> str | None:
        try:
            make(text)
        except ValueError:
            return None
        return text

    return check


FORMATS: Mapping[str, Callable[[str], str | None]] = {
    "date": dates.day,
    "date-time": dates.instant,
    "email": lambda text: text if _EMAIL.fullmatch(text) else None,
    "hostname": lambda text: text if _HOSTNAME.fullmatch(text) else None,
    "ipv4": _address(ipaddress.IPv4Address),
    "ipv6": _address(ipaddress.IPv6Address),
}
"""Formats that are checked; each gives the text to store, or None for one that is wrong."""

UNCHECKED_FORMATS = ("uri", "url")


def compile_schema(schema: Schema, *, partial: bool = False) -> Check:
    """Turn `schema` into a function that checks values against it.

    Args:
        schema: what to check.
        partial: the values are patches, so what `required` asks for may be missing, except in elements of lists, and
            null unsets whatever is no list (contract 3.3, 6.1).
    """
    types, expected = _compile_type(schema.get("type"))
    allows = _compile_enum(schema.get("enum"))
    of_string = _compile_string(schema)
    of_number = _compile_limits(schema)
    of_object = _compile_object(schema, partial)
    of_array = _compile_array(schema)
    unsets = partial and schema.get("type") != "array"

    def check(value: Any, path: str, errors: Errors) -> Any:
        if value is None and unsets:
            return None
        if type(value) not in types:
            errors.append((path, f"must be {expected}"))
        elif allows is not None and not allows(value):
            errors.append((path, "must be one of the values of its enumeration"))
        elif isinstance(value, str):
            return of_string(value, path, errors)
        elif isinstance(value, dict):
            return of_object(value, path, errors)
        elif isinstance(value, list):
            return of_array(value, path, errors)
        elif of_number is not None and not isinstance(value, bool) and isinstance(value, int | float):
            of_number(value, path, errors)
        return value

    return check


def _compile_type(declared: str | Sequence[str] | None) -> tuple[frozenset[type], str]:
    names = list(TYPES) if declared is None else [declared] if isinstance(declared, str) else list(declared)
    # Decoded JSON holds exactly these types, so the type itself can be looked up; this also keeps true apart from 1.
    return frozenset(type_ for name in names for type_ in TYPES[name]), " or ".join(names)


def _compile_enum(choices: Sequence[Any] | None) -> Callable[[Any], bool] | None:
    if choices is None:
        return None
    known = frozenset((type(choice), choice) for choice in choices if not isinstance(choice, dict | list))
    containers = [choice for choice in choices if isinstance(choice, dict | list)]

    def allows(value: Any) -> bool:
        return value in containers if isinstance(value, dict | list) else (type(value), value) in known

    return allows


def _compile_string(schema: Schema) -> Callable[[str, str, Errors], str]:
    name = schema.get("format")
    convert = FORMATS.get(name) if isinstance(name, str) else None
    pattern = _compile_pattern(schema["pattern"]) if "pattern" in schema else None
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength", math.inf)

    def check(value: str, path: str, errors: Errors) -> str:
        if len(value) < shortest:
            errors.append((path, f"must have {shortest} characters or more"))
        elif len(value) > longest:
            errors.append((path, f"must have {longest} characters or less"))
        if pattern is not None and not pattern.search(value):
            errors.append((path, "must match the pattern of its schema"))
        if convert is None:
            return value
        converted = convert(value)
        if converted is None:
            errors.append((path, f"must be a valid {name}"))
            return value
        return converted

    return check


def _compile_limits(schema: Schema) -> Callable[[float, str, Errors], None] | None:
    if "minimum" not in schema and "maximum" not in schema:
        return None
    least, most = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)

    def check(value: float, path: str, errors: Errors) -> None:
        if value < least:
            errors.append((path, f"must be {least} or more"))
        elif value > most:
            errors.append((path, f"must be {most} or less"))

    return check


def _compile_pattern(pattern: str) -> re.Pattern[str]:
    # In JSON schema `$` is the very end; in Python a line break may follow.
    at_the_end = pattern.endswith("$") and not pattern.endswith(r"\$")
    return re.compile(pattern[:-1] + r"\Z" if at_the_end else pattern)


def _compile_object(schema: Schema, partial: bool) -> Callable[[dict[str, Any], str, Errors], dict[str, Any]]:
    properties: Schema = schema.get("properties", {})
    members = {
        name: (f"/{pointer(name)}", compile_schema(member, partial=partial)) for name, member in properties.items()
    }
    required = () if partial else tuple(schema.get("required", ()))
    others = schema.get("additionalProperties", True)
    is_open = others is not False
    check_other = compile_schema(others, partial=partial) if isinstance(others, Mapping) else None

    def check(value: dict[str, Any], path: str, errors: Errors) -> dict[str, Any]:
        stored = {}
        for name, member in value.items():
            known = members.get(name)
            if known is not None:
                step, check_member = known
                stored[name] = check_member(member, path + step, errors)
            elif check_other is not None:
                stored[name] = check_other(member, f"{path}/{pointer(name)}", errors)
            elif is_open:
                stored[name] = member
            else:
                errors.append((f"{path}/{pointer(name)}", "unknown property"))
        _require(required, value, path, errors)
        return stored

    return check


def _compile_array(schema: Schema) -> Callable[[list[Any], str, Errors], list[Any]]:
    # Lists are replaced as a whole, so their elements are complete in a patch, too.
    check_item = compile_schema(schema["items"]) if "items" in schema else None
    fewest, most = schema.get("minItems", 0), schema.get("maxItems", math.inf)

    def check(value: list[Any], path: str, errors: Errors) -> list[Any]:
        if len(value) < fewest:
            errors.append((path, f"must have {fewest} elements or more"))
        elif len(value) > most:
            errors.append((path, f"must have {most} elements or less"))
        if check_item is None:
            return value
        return [check_item(item, f"{path}/{index}", errors) for index, item in enumerate(value)]

    return check


def compile_required(schema: Schema) -> Callable[[Any, str, Errors], None] | None:
    """A function that looks only for what `required` asks for, outside of lists; None when nothing is asked for.

    It confirms a document into which a checked patch was merged.
    """
    compiled = {name: compile_required(member) for name, member in schema.get("properties", {}).items()}
    members = [(name, check) for name, check in compiled.items() if check is not None]
    required = tuple(schema.get("required", ()))
    others = schema.get("additionalProperties")
    check_other = compile_required(others) if isinstance(others, Mapping) else None
    if not members and not required and check_other is None:
        return None

    def check(value: Any, path: str, errors: Errors) -> None:
        if isinstance(value, dict):
            _require(required, value, path, errors)
            for name, check_member in members:
                check_member(value.get(name), f"{path}/{pointer(name)}", errors)
            if check_other is not None:
                for name, member in value.items():
                    if name not in compiled:
                        check_other(member, f"{path}/{pointer(name)}", errors)

    return check


def _require(names: Sequence[str], value: Mapping[str, Any], path: str, errors: Errors) -> None:
    for name in names:
        if name not in value:
            errors.append((f"{path}/{pointer(name)}", "is required"))


def pointer(name: str) -> str:
    """`name` as a part of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def exceeds_limit(section: Any) -> bool:
    """Whether a section is larger than 64 KB; members that are null do not count, since the server adds them itself."""
    if section is None or isinstance(section, str):
        return len((section or "").encode("utf-8")) > SECTION_LIMIT
    if len(encode(section).encode("utf-8")) <= SECTION_LIMIT:
        return False
    return len(encode(_without_nulls(section)).encode("utf-8")) > SECTION_LIMIT


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(member) for name, member in value.items() if member is not None}
    return value
