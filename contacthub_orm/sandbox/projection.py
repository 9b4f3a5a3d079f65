"""The `fields` parameter: a white list of dotted paths (contract 2.7, 10.2 #42 and #43)."""

from __future__ import annotations

from typing import Any

from contacthub_orm.sandbox.normal_form import normalise

_ALWAYS = ("id", "nodeId")

Tree = dict[str, "Tree"]


class Projection:
    """Reduces documents to some paths.

    The result keeps the shape of a customer: `id` and `nodeId` are always there, what was not asked for is null. Paths
    that lead nowhere are ignored.

    Args:
        paths: what to keep; a path keeps everything below it.
    """

    def __init__(self, paths: list[str]) -> None:
        self._tree: Tree = {}
        for path in (*_ALWAYS, *_outermost(paths)):
            branch = self._tree
            for name in path.split("."):
                branch = branch.setdefault(name, {})

    def __call__(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return the reduced document."""
        kept = _project(document, self._tree)
        shape = normalise(kept)
        for name in document:
            if name not in self._tree:
                kept[name] = None
            elif name in shape:
                kept[name] = shape[name]
        return {name: kept[name] for name in document}


def _outermost(paths: list[str]) -> list[str]:
    """The paths that do not lie below another one."""
    return [path for path in paths if not any(path.startswith(f"{other}.") for other in paths)]


def wanted_fields(text: str | None) -> list[str]:
    """The paths in a `fields` parameter."""
    return [path.strip() for path in (text or "").split(",") if path.strip()]


def _project(value: Any, tree: Tree) -> Any:
    if not tree:
        return value
    if isinstance(value, list):
        return [_project(element, tree) for element in value]
    if not isinstance(value, dict):
        return value
    return {name: _project(value[name], branch) for name, branch in tree.items() if name in value}
