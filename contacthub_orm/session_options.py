"""The options of a session: what they are called, and what they can be."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from contacthub_orm.errors import ArgumentError, ConfigurationError
from contacthub_orm.identifiers import check_identifier
from contacthub_orm.mapping.suggestions import did_you_mean
from contacthub_orm.transport.retry import RetryPolicy
from contacthub_orm.unit_of_work.flush import OnError
from contacthub_orm.workspace import Workspace


class SessionOptions(TypedDict, total=False):
    """The keyword arguments of `Session` that `workspace.session`, `sandbox.session` and `sessionmaker` pass on."""

    concurrency: int
    """Requests that a commit has under way at a time, 8 by default; 1 sends one after the other."""
    autoflush: bool
    """Flush before every page of a query and before a relation is read. The search index may lag behind all the same
    (contract 2.8)."""
    expire_on_commit: bool
    """Forget the documents after a commit; the next read loads them again."""
    on_error: OnError
    """`"continue"`: a failed operation stops only its own lane; `"stop"`: no new operation starts."""
    retry: RetryPolicy | None
    """Policy for requests of this session; None for the workspace's."""
    cache_ttl: float | None
    """Seconds after which `get` reads a clean object again; None for never."""
    warm: int
    """How many recently used clean objects stay in memory although nobody else holds them; 100 by default."""
    check_events: bool
    """Hold events to the model of their type before they are sent; unknown types are not checked. True by default."""
    echo: bool
    """Print a line for each request of this session to standard error, beside what the program logs."""
    info: Mapping[str, Any] | None
    """Anything that the program likes to keep with the session."""


class SessionmakerOptions(SessionOptions, total=False):
    """What a `sessionmaker` fixes for its sessions: their options, and the node."""

    node_id: str | None


def check_session_options(options: Mapping[str, Any]) -> None:
    """Raise ArgumentError for an option that a session does not have, or that cannot have this value."""
    for name, value in options.items():
        if name not in _RULES:
            raise ArgumentError(f"a session has no option {name!r}{did_you_mean(name, _RULES)}")
        fits, expected = _RULES[name]
        if not fits(value):
            raise ArgumentError(f"{name} is {expected}, not {_shown(value)}")


def check_workspace(workspace: object) -> None:
    """Raise ArgumentError for what is no workspace."""
    if not isinstance(workspace, Workspace):
        raise ArgumentError(f"a session works on a Workspace, not {_shown(workspace)}")


def node_of(workspace: Workspace, node_id: object) -> str:
    """Return the node that a session works on: the one that was named, else the workspace's default one."""
    chosen = workspace.node_id if node_id is None else node_id
    if chosen is None:
        raise ConfigurationError(
            "no node: pass node_id, or give the workspace one (CONTACTHUB_NODE_ID, or node_id in the INI file)"
        )
    return check_identifier(chosen, "node_id")


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_whole(value: object, least: int, most: float = math.inf) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_seconds(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf


def _shown(value: object) -> str:
    return repr(value) if value is None or isinstance(value, int | float) else type(value).__name__


_FLAG: tuple[Callable[[Any], bool], str] = (_is_flag, "True or False")
_RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "concurrency": (lambda value: _is_whole(value, 1, 64), "a whole number from 1 to 64"),
    "autoflush": _FLAG,
    "expire_on_commit": _FLAG,
    "on_error": (lambda value: value in ("continue", "stop"), '"continue" or "stop"'),
    "retry": (lambda value: value is None or isinstance(value, RetryPolicy), "a RetryPolicy or None"),
    "cache_ttl": (lambda value: value is None or _is_seconds(value), "a number of seconds, 0 or more, or None"),
    "warm": (lambda value: _is_whole(value, 0), "a whole number, 0 or more"),
    "check_events": _FLAG,
    "echo": _FLAG,
    "info": (lambda value: value is None or isinstance(value, Mapping), "a mapping or None"),
}
