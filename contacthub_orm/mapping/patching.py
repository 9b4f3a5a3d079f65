"""Patching: a merge patch that comes as a mapping is checked as a whole, then its changes are made in an object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contacthub_orm.errors import UnknownFieldError
from contacthub_orm.mapping.codecs import enter, join, text_keys
from contacthub_orm.mapping.documents import MappingType, Properties
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.merge_patch import MISSING, JSONObject, same
from contacthub_orm.mapping.suggestions import did_you_mean
from contacthub_orm.mapping.views import OPEN

Model = type[Entity] | type[Properties]


def apply_patch(entity: Entity, patch: Mapping[str, Any]) -> None:
    """Make the changes of a merge patch; an error, such as UnknownFieldError or ValidationError, changes nothing.

    Nothing is loaded for it: what was not loaded is merged by the server.
    """
    _merge(entity, _encode(type(entity), entity._data, patch, "", frozenset()))


# -- checking --------------------------------------------------------------------------------------------------------


def _encode(model: Model, present: Any, patch: Mapping[str, Any], path: str, active: frozenset[int]) -> JSONObject:
    """Return a copy of a patch in its wire form; `present` is the raw object that it changes."""
    known = present if type(present) is dict else {}
    inner = enter(patch, path, active)
    return {key: _encode_member(model, known, key, value, path, inner) for key, value in text_keys(patch, path)}


def _encode_member(model: Model, present: JSONObject, key: str, value: Any, above: str, active: frozenset[int]) -> Any:
    path = join(above, key)
    field = model.__fields__.get(key)
    if field is None:
        # A name that is newer than this package may be there already, from the server or set as an item.
        if not getattr(model, "__open__", False) and key not in present:
            label = f"{model.__name__} ({above})" if above else model.__name__
            raise UnknownFieldError(f"{label} has no field {key!r}{did_you_mean(key, model.__fields__)}")
        return OPEN.encode(value, path, active)
    if field._read_only:
        raise field.read_only_error(model, above, "changed")
    declared = field.value_type
    if value is None:
        return None
    if isinstance(declared, MappingType) and isinstance(value, Mapping) and not isinstance(value, declared.properties):
        return _encode(declared.properties, present.get(key), value, path, active)
    if type(value) not in (dict, list) and same(present.get(key, MISSING), value):
        return value  # what stands there may stay, as when it is set
    return field.encode_at(value, path, active)


# -- making the changes ----------------------------------------------------------------------------------------------


def _merge(view: Entity | Properties, patch: JSONObject) -> None:
    for key, value in patch.items():
        field = view.__fields__.get(key)
        if type(value) is dict:
            _merge_object(view, key, value)
        elif field is not None:
            field.put(view, value)
        else:
            view._store(key, value)


def _merge_object(view: Entity | Properties, key: str, patch: JSONObject) -> None:
    present = view._data.get(key, MISSING)
    part = _part(view, key, present) if patch or type(present) is dict else None
    if part is not None:
        _merge(part, patch)
    elif present is MISSING:
        view._put(key, patch)  # as `_store`, but what may be on the server is not replaced
    else:
        view._store(key, patch)


def _part(view: Entity | Properties, key: str, present: Any) -> Properties | None:
    """Return the part that an object is merged into: one that is there, or a declared one, which comes into being."""
    field = view.__fields__.get(key)
    found: Any = None
    if field is not None and isinstance(field.value_type, MappingType):
        found = getattr(view, key)
    elif type(present) is dict:
        found = view._member(present, key, key, OPEN)
    return found if isinstance(found, Properties) else None
