"""Child changes: when exactly one child of an entity changed, its own endpoint says it with less (contract 2.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import attrs

from contacthub_orm.identifiers import problem_of
from contacthub_orm.mapping.checking import Problem
from contacthub_orm.mapping.children import (
    Child,
    child_kinds,
    committed_list,
    is_committed,
    place_of,
    place_of_collection,
)
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.merge_patch import JSONObject, same
from contacthub_orm.mapping.sending import without_nulls

Elements = list[JSONObject]


@attrs.frozen(slots=True)
class ChildChange:
    """One child to create, replace or delete."""

    method: Literal["POST", "PUT", "DELETE"]
    kind: type[Child]
    ident: str
    body: JSONObject | None = attrs.field(repr=False)
    why: str

    @property
    def segments(self) -> tuple[str, ...]:
        """The path of the request, relative to the entity."""
        return (self.kind.__kind__,) if self.method == "POST" else (self.kind.__kind__, self.ident)


def single_child_change(entity: Entity, patch: JSONObject) -> ChildChange | None:
    """Return the change of the one child that a patch is about, None when it says anything more.

    A child that was added must stand at the end and the others must keep their order: that is what the endpoint does.
    """
    found = list(_child_lists(entity, patch))
    if len(found) != 1 or len(patch) != 1:
        return None
    kind, part, name, new = found[0]
    if len(patch[part]) != 1 or (part, name) != place_of(type(entity), kind):
        return None  # an endpoint stands for one list
    old = committed_list(entity, kind)
    if old is None or not (_identified(old) and _identified(new)):
        return None
    change = _difference(kind, old, new)
    return change if change is not None and problem_of(change.ident) is None else None


def _difference(kind: type[Child], old: Elements, new: Elements) -> ChildChange | None:
    label = kind.__name__
    if len(new) == len(old) + 1 and same(old, new[:-1]):
        child = new[-1]
        return ChildChange("POST", kind, child["id"], without_nulls(kind, child), f"new {label}")
    if len(new) == len(old) - 1:
        gone = next((index for index, element in enumerate(new) if not same(element, old[index])), len(new))
        if same(old[:gone] + old[gone + 1 :], new):
            return ChildChange("DELETE", kind, old[gone]["id"], None, f"deleted {label}")
    if len(new) == len(old):
        changed = [index for index, element in enumerate(new) if not same(element, old[index])]
        if len(changed) == 1 and old[changed[0]]["id"] == new[changed[0]]["id"]:
            child = new[changed[0]]
            return ChildChange("PUT", kind, child["id"], without_nulls(kind, child), f"changed {label}")
    return None


def with_child(entity: Entity, document: JSONObject, collection: str, child: JSONObject) -> JSONObject:
    """Return a document of an entity in which the child of a collection is as the server answered it."""
    part, name = place_of_collection(type(entity), collection)
    content = document[part]
    answered = [child if _is(element, child["id"]) else element for element in content[name]]
    return {**document, part: {**content, name: answered}}


def misidentified(entity: Entity, body: JSONObject) -> Iterator[Problem]:
    """Yield the problems of the children in a body that have no id, that of another one, or one for no path."""
    for kind, part, name, elements in _child_lists(entity, body):
        taken: set[object] = set()
        for index, element in enumerate(elements):
            ident = element.get("id") if type(element) is dict else None
            if not ident:
                yield f"{part}.{name}[{index}].id", "is missing; an object made of its class chooses one"
            elif ident in taken:
                yield f"{part}.{name}[{index}].id", "is that of another element of the list"
            elif (problem := problem_of(str(ident))) and not is_committed(entity, kind, ident):
                # What others gave such an id does not keep the rest of the list from being sent.
                yield f"{part}.{name}[{index}].id", f"{problem}; choose another one"
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
