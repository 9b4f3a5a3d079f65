"""Checking: every problem of a whole document against its model, where setting values one by one found none.

Members that are unknown, missing, or of a kind or value that the API would refuse. What stands in open parts is free.
A null counts as absent: nothing sends one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from contacthub_orm.errors import ValidationError
from contacthub_orm.mapping.codecs import ValueType, join
from contacthub_orm.mapping.documents import MappingType, Properties
from contacthub_orm.mapping.fields import EntityField
from contacthub_orm.mapping.lists import ListType
from contacthub_orm.mapping.merge_patch import JSONObject
from contacthub_orm.mapping.suggestions import did_you_mean
from contacthub_orm.mapping.variants import VariantType

if TYPE_CHECKING:
    from contacthub_orm.mapping.entity import Entity

Problem = tuple[str, str]
"""(dotted path, reason); the reason never quotes a value."""


def check_members(model: type[Entity] | type[Properties], document: JSONObject, path: str = "") -> Iterator[Problem]:
    """Yield the problems of an object that has to be what a class declares.

    >>> class Reward(Properties):
    ...     amount = EntityField(int, required=True)
    >>> list(check_members(Reward, {"amuont": 3}))
    [('amuont', "is unknown to Reward; did you mean 'amount'?"), ('amount', 'is required')]
    """
    fields = model.__fields__
    for name, raw in document.items():
        field = fields.get(name)
        if field is not None:
            yield from _check_field(field, raw, join(path, name), document)
        elif not getattr(model, "__open__", False):
            yield join(path, name), f"is unknown to {model.__name__}{did_you_mean(name, fields)}"
    for name, field in fields.items():
        if field.required and document.get(name) is None:
            yield join(path, name), "is required"


def _check_field(field: EntityField[Any], raw: Any, path: str, siblings: JSONObject) -> Iterator[Problem]:
    declared = field.value_type
    if raw is None:
        return
    if isinstance(declared, VariantType):
        declared = declared.variant(siblings)._value_type()
    if isinstance(declared, MappingType | ListType):
        yield from _check_value(declared, raw, path)
        return
    try:
        field.encode_at(raw, path)
    except ValidationError as error:
        yield from error.problems


def _check_value(declared: ValueType, raw: Any, path: str) -> Iterator[Problem]:
    if isinstance(declared, MappingType):
        if type(raw) is dict:
            yield from check_members(declared.properties, raw, path)
        else:
            yield path, f"expects an object, not {type(raw).__name__}"
    elif isinstance(declared, ListType):
        if type(raw) is list:
            for index, item in enumerate(raw):
                yield from _check_value(declared.item, item, f"{path}[{index}]")
        else:
            yield path, f"expects a list, not {type(raw).__name__}"
    else:
        try:
            declared.encode(raw, path)
        except ValidationError as error:
            yield from error.problems
