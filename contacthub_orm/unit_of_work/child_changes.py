"""Child changes: when exactly one child of an entity changed, its own endpoint says it with less (contract 2.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import attrs

from contacthub_orm.mapping.children import Child, child_kinds, place_of, place_of_collection
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.merge_patch import JSONObject, same, without_nulls
from contacthub_orm.mapping.state import is_partial

Elements = list[JSONObject]


@attrs.frozen(slots=True)
class ChildChange:
    """One child to create, replace or delete; `segments` are relative to the entity."""

    method: Literal["POST", "PUT", "DELETE"]
    segments: tuple[str, ...]
    body: JSONObject | None = attrs.field(repr=False)
    why: str


def single_child_change(entity: Entity, committed: JSONObject, patch: JSONObject) -> ChildChange | None:
    """Return the change of the one child that a patch is about, None when it says anything more.

    A child that was added must stand at the end and the others must keep their order: that is what the endpoint does.
    """
    found = list(_child_lists(entity, patch))
    if len(found) != 1 or len(patch) != 1:
        return None
    kind, part, name, new = found[0]
    if len(patch[part]) != 1 or (part, name) != place_of(type(entity), kind):
        return None  # an endpoint stands for one list
    old = _committed_list(entity, committed, part, name)
    if old is None or not (_identified(old) and _identified(new)):
        return None
    return _difference(kind, old, new)


def _committed_list(entity: Entity, committed: JSONObject, part: str, name: str) -> Elements | None:
    """Return what the server has in a list, null being nothing; None when that is not known."""
    found: Any = committed
    for key in (part, name):
        if key not in found:
            return None if is_partial(entity) else []
        found = found[key]
        if found is None:
            return []
    return found if type(found) is list else None


def _difference(kind: type[Child], old: Elements, new: Elements) -> ChildChange | None:
    collection, label = (kind.__kind__,), kind.__name__
    if len(new) == len(old) + 1 and same(old, new[:-1]):
        body = without_nulls(new[-1])
        return ChildChange("POST", collection, body, f"new {label}")
    if len(new) == len(old) - 1:
        gone = next((index for index, element in enumerate(new) if not same(element, old[index])), len(new))
        if same(old[:gone] + old[gone + 1 :], new):
            return ChildChange("DELETE", (*collection, old[gone]["id"]), None, f"deleted {label}")
    if len(new) == len(old):
        changed = [index for index, element in enumerate(new) if not same(element, old[index])]
        if len(changed) == 1 and old[changed[0]]["id"] == new[changed[0]]["id"]:
            child = new[changed[0]]
            return ChildChange("PUT", (*collection, child["id"]), without_nulls(child), f"changed {label}")
    return None


def with_child(entity: Entity, document: JSONObject, collection: str, child: JSONObject) -> JSONObject:
    """Return a document of an entity in which the child of a collection is as the server answered it."""
    part, name = place_of_collection(type(entity), collection)
    content = document[part]
    answered = [child if _is(element, child["id"]) else element for element in content[name]]
    return {**document, part: {**content, name: answered}}


def misidentified(entity: Entity, body: JSONObject) -> Iterator[tuple[str, str]]:
    """Yield (path, reason) for the children in a body that have no id, or that of another one."""
    for _, part, name, elements in _child_lists(entity, body):
        taken: set[object] = set()
        for index, element in enumerate(elements):
            ident = element.get("id") if type(element) is dict else None
            if not ident:
                yield f"{part}.{name}[{index}].id", "is missing; an object made of its class chooses one"
            elif ident in taken:
                yield f"{part}.{name}[{index}].id", "is that of another element of the list"
            taken.add(ident)


def _child_lists(entity: Entity, body: JSONObject) -> Iterator[tuple[type[Child], str, str, list[Any]]]:
    for part, kinds in child_kinds(type(entity)).items():
        value = body.get(part)
        if type(value) is dict:
            for name, elements in value.items():
                if name in kinds and type(elements) is list:
                    yield kinds[name], part, name, elements


def _identified(elements: list[Any]) -> bool:
    ids = [element.get("id") for element in elements if type(element) is dict]
    return len(ids) == len(elements) and all(isinstance(ident, str) and ident for ident in ids) and _distinct(ids)


def _distinct(ids: list[Any]) -> bool:
    return len(set(ids)) == len(ids)


def _is(element: Any, ident: str) -> bool:
    return type(element) is dict and element.get("id") == ident
