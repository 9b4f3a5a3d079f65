"""Sending: what of a document stands in the body of a POST or PUT (contract 6.2). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from contacthub_orm.mapping.codecs import ValueType
from contacthub_orm.mapping.documents import MappingType, Properties
from contacthub_orm.mapping.lists import ListType
from contacthub_orm.mapping.merge_patch import JSONObject
from contacthub_orm.mapping.variants import declared_type
from contacthub_orm.mapping.views import OPEN

if TYPE_CHECKING:
    from contacthub_orm.mapping.entity import Entity

_CONTAINERS = (dict, list)


def without_nulls(model: type[Entity] | type[Properties], document: JSONObject) -> JSONObject:
    """Return an object without its null members, at every depth; they mean the same as absent ones.

    Lists are data that is sent whole: a null in one stays, except in elements of a closed class, whose members are
    known to be absent when they are null.

    >>> without_nulls(Properties, {"a": None, "b": {"c": None}, "l": [{"d": None}]})
    {'b': {}, 'l': [{'d': None}]}
    """
    # Most new documents hold none, and to follow the model takes several times as long as to look.
    if not _has_null(document):
        return document
    fields = model.__fields__
    kept: JSONObject = {}
    for name, raw in document.items():
        if raw is not None:
            field = fields.get(name)
            kept[name] = _kept(OPEN if field is None else declared_type(field, document), raw)
    return kept


def _kept(declared: ValueType, raw: Any) -> Any:
    if type(raw) is dict:
        return without_nulls(declared.properties if isinstance(declared, MappingType) else Properties, raw)
    if type(raw) is list and isinstance(declared, ListType):
        item = declared.item
        if isinstance(item, MappingType) and not item.properties.__open__:
            return [_kept(item, element) for element in raw]
    return raw


def _has_null(value: JSONObject | list[Any]) -> bool:
    items: Iterable[Any] = value.values() if isinstance(value, dict) else value
    return None in items or any(type(item) in _CONTAINERS and _has_null(item) for item in items)
