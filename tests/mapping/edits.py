"""One random edit of a customer, done through the public API on an entity, and with plain Python on a dict."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import attrs

from contacthub_orm.mapping import Properties, TrackedList
from contacthub_orm.models import Customer


def plain(value: Any) -> Any:
    """What an entity shows, as plain Python."""
    if isinstance(value, Properties):
        return value.to_dict()
    return value.to_list() if isinstance(value, TrackedList) else value


def wire(value: Any) -> Any:
    """An independent copy of a value as it stands on the wire."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else copy.deepcopy(value)


def is_mapping(value: Any) -> bool:
    return isinstance(value, dict | Properties)


def is_list(value: Any) -> bool:
    return isinstance(value, list | TrackedList)


def sort_key(value: Any) -> str:
    return json.dumps(plain(value), sort_keys=True)


class Model:
    """A plain document that is edited beside an entity. Knows which containers came into being by writing into null."""

    def __init__(self, committed: dict[str, Any]) -> None:
        self.show(committed, copy.deepcopy(committed))

    def show(self, committed: dict[str, Any], document: dict[str, Any]) -> None:
        self.committed = committed
        self.document = document
        self.vivified: dict[int, Any] = {}

    def reach(self, steps: list[str]) -> dict[str, Any]:
        """The object at a path; null on the way to it becomes an object."""
        part = self.document
        for step in steps:
            if part.get(step) is None:
                part[step] = made = {}
                self.vivified[id(made)] = made
            part = part[step]
        return part

    def written(self) -> dict[str, Any]:
        """The document without what merely came into being on the way to what was written."""
        tidy: dict[str, Any] = self._tidy(self.document, self.committed)
        return tidy

    def _tidy(self, value: Any, before: Any) -> Any:
        if isinstance(value, list):
            return [self._tidy(item, None) for item in value]
        if not isinstance(value, dict):
            return value
        old = before if isinstance(before, dict) else {}
        drops_nulls = id(value) in self.vivified
        return {
            key: self._tidy(item, old.get(key))
            for key, item in value.items()
            if not (drops_nulls and item is None) and not self._is_unwritten(item)
        }

    def _is_unwritten(self, value: Any) -> bool:
        if id(value) not in self.vivified:
            return False
        if isinstance(value, list):
            return not value
        return all(item is None or self._is_unwritten(item) for item in value.values())


@attrs.frozen
class Edit:
    """What to do (`action`) where (`path`, then `turns` into open containers) with which `values`."""

    path: str
    action: str
    values: tuple[Any, ...] = ()
    key: str = ""
    position: int = 0
    turns: tuple[int, ...] = ()

    def perform(self, customer: Customer) -> None:
        """Do the edit on an entity."""
        *above, name = self.path.split(".")
        parent: Any = customer
        for step in above:
            parent = getattr(parent, step)
        if self.action == "delete":
            delattr(parent, name)
        elif self.action == "unset":
            setattr(parent, name, None)
        elif self.action in ("set", "assign"):
            setattr(parent, name, self.values[0] if self.action == "set" else list(self.values))
        else:
            self._change(getattr(parent, name), lambda value: value)

    def mirror(self, model: Model) -> None:
        """Do the same on a plain document."""
        *above, name = self.path.split(".")
        parent: Any = model.document
        if self.action in ("set", "assign"):
            value = wire(self.values[0] if self.action == "set" else list(self.values))
            model.reach(above)[name] = value
            return
        if self.action == "unset":  # a list: None makes it empty, and says as little as any other None
            part, emptied = model.reach(above), []
            part[name] = emptied
            if id(part) in model.vivified:
                model.vivified[id(emptied)] = emptied
            return
        for step in above:
            parent = parent.get(step) or {}
        if self.action == "delete":
            parent.pop(name, None)
        elif parent.get(name) is not None:
            self._change(parent[name], wire)
        else:
            made: Any = {} if self.path == "extended" else []
            if self._change(made, wire):  # what finds nothing to change leaves a null branch null
                model.reach(above)[name] = made
                model.vivified[id(made)] = made

    def _change(self, target: Any, form: Callable[[Any], Any]) -> bool:
        for turn in self.turns:
            pairs = sorted(target.items()) if is_mapping(target) else list(enumerate(target))
            inner = [key for key, value in pairs if is_mapping(value) or is_list(value)]
            if not inner:
                break
            target = target[inner[turn % len(inner)]]
        values = [form(value) for value in self.values]
        actions = _MAPPING_ACTIONS if is_mapping(target) else _LIST_ACTIONS
        action = actions.get(self.action)
        if action is None or (self.action in _NEEDS_CONTENT and not target):
            return False
        action(target, values, self)
        return True


def _existing(target: Any, edit: Edit) -> str:
    names = sorted(target)
    return names[edit.position % len(names)]


def _nest(target: Any, values: list[Any], edit: Edit) -> None:
    inner = target.setdefault(edit.key, {})
    if is_mapping(inner):
        inner[edit.key] = values[0]


def _ior(target: Any, values: list[Any], edit: Edit) -> None:
    target |= {edit.key: values[0]}


def _iadd(target: Any, values: list[Any], edit: Edit) -> None:
    target += values


def _imul(target: Any, values: list[Any], edit: Edit) -> None:
    times = edit.position % 3
    if isinstance(target, list):
        copies = [copy.deepcopy(item) for item in target * (times - 1)]  # one by one: copies share nothing
        target[:] = [*target, *copies] if times else []
    else:
        target *= times


def _set_slice(target: Any, values: list[Any], edit: Edit) -> None:
    target[edit.position : edit.position + 2] = values


def _set_step(target: Any, values: list[Any], edit: Edit) -> None:
    target[::2] = [copy.deepcopy(values[index % len(values)]) for index in range(len(target[::2]))]


def _del_slice(target: Any, values: list[Any], edit: Edit) -> None:
    del target[edit.position : edit.position + 2]


def _set_member(target: Any, values: list[Any], edit: Edit) -> None:
    name, value = values
    element = target[edit.position % len(target)]
    if isinstance(element, dict):
        element[name] = value
    else:
        setattr(element, name, value)


_NEEDS_CONTENT = {"del_key", "pop_key", "clear", "pop", "remove", "set_item", "del_item", "set_member"}

_MAPPING_ACTIONS: dict[str, Callable[[Any, list[Any], Edit], Any]] = {
    "set_key": lambda target, values, edit: target.__setitem__(edit.key, values[0]),
    "del_key": lambda target, values, edit: target.__delitem__(_existing(target, edit)),
    "pop_key": lambda target, values, edit: target.pop(_existing(target, edit)),
    "clear": lambda target, values, edit: target.clear(),
    "update": lambda target, values, edit: target.update({edit.key: values[0]}),
    "setdefault": lambda target, values, edit: target.setdefault(edit.key, values[0]),
    "ior": _ior,
    "nest": _nest,
}
_LIST_ACTIONS: dict[str, Callable[[Any, list[Any], Edit], Any]] = {
    "append": lambda target, values, edit: target.append(values[0]),
    "extend": lambda target, values, edit: target.extend(values),
    "insert": lambda target, values, edit: target.insert(edit.position, values[0]),
    "pop": lambda target, values, edit: target.pop(edit.position % len(target)),
    "remove": lambda target, values, edit: target.remove(plain(target[edit.position % len(target)])),
    "clear": lambda target, values, edit: target.clear(),
    "reverse": lambda target, values, edit: target.reverse(),
    "sort": lambda target, values, edit: target.sort(key=sort_key, reverse=bool(edit.position % 2)),
    "set_item": lambda target, values, edit: target.__setitem__(edit.position % len(target), values[0]),
    "set_slice": _set_slice,
    "set_step": _set_step,
    "del_item": lambda target, values, edit: target.__delitem__(edit.position % len(target)),
    "del_slice": _del_slice,
    "iadd": _iadd,
    "imul": _imul,
    "set_member": _set_member,
}
