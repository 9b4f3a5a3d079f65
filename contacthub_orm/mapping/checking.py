"""Checking: every problem of a whole document against its model, where setting values one by one found none.

Members that are unknown, missing, or of a kind or value that the API would refuse. What stands in open parts is free.
A null counts as absent: nothing sends one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from contacthub_orm.errors import ValidationError
from contacthub_orm.mapping.codecs import DateTimeType, ValueType, is_day, join
from contacthub_orm.mapping.documents import MappingType, Properties
from contacthub_orm.mapping.fields import EntityField
from contacthub_orm.mapping.lists import ListType
from contacthub_orm.mapping.merge_patch import JSONObject
from contacthub_orm.mapping.suggestions import did_you_mean
from contacthub_orm.mapping.variants import declared_type

if TYPE_CHECKING:
    from contacthub_orm.mapping.entity import Entity

Problem = tuple[str, str]
"""(dotted path, reason); the reason never quotes a value."""


def check_members(model: type[Entity] | type[Properties], document: JSONObject, path: str = "") -> list[Problem]:
    """Return the problems of an object that has to be what a class declares.

    >>> class Reward(Properties):
    ...     amount = EntityField(int, required=True)
    >>> check_members(Reward, {"amuont": 3})
    [('amuont', "is unknown to Reward; did you mean 'amount'?"), ('amount', 'is required')]
    """
    found: list[Problem] = []
    _check_members(model, document, path, found)
    return found


def _check_members(
    model: type[Entity] | type[Properties], document: JSONObject, path: str, found: list[Problem]
) -> None:
    fields = model.__fields__
    for name, raw in document.items():
        field = fields.get(name)
        if field is not None:
            if raw is not None:
                _check_field(field, raw, join(path, name), document, found)
        elif not getattr(model, "__open__", False):
            found.append((join(path, name), f"is unknown to {model.__name__}{did_you_mean(name, fields)}"))
    for name in _required(model):
        if document.get(name) is None:
            found.append((join(path, name), "is required"))


@cache
def _required(model: type[Entity] | type[Properties]) -> tuple[str, ...]:
    return tuple(name for name, field in model.__fields__.items() if field.required)


def _check_field(field: EntityField[Any], raw: Any, path: str, siblings: JSONObject, found: list[Problem]) -> None:
    _check_value(declared_type(field, siblings), field.encode_at, raw, path, found)


def _check_value(
    declared: ValueType, encode: Callable[[Any, str], Any], raw: Any, path: str, found: list[Problem]
) -> None:
    if isinstance(declared, MappingType | ListType):
        _check_container(declared, raw, path, found)
        return
    if isinstance(declared, DateTimeType) and is_day(raw):  # it would be sent as it is
        found.append((path, "expects a date-time, not a date; say at what time"))
        return
    try:
        encode(raw, path)
    except ValidationError as error:
        found.extend(error.problems)


def _check_container(declared: MappingType | ListType, raw: Any, path: str, found: list[Problem]) -> None:
    if isinstance(declared, MappingType):
        if type(raw) is dict:
            _check_members(declared.properties, raw, path, found)
        else:
            found.append((path, f"expects an object, not {type(raw).__name__}"))
    elif type(raw) is list:
        for index, item in enumerate(raw):
            _check_value(declared.item, declared.item.encode, item, f"{path}[{index}]", found)
    else:
        found.append((path, f"expects a list, not {type(raw).__name__}"))
