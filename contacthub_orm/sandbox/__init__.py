"""The sandbox: a local ContactHub server on SQLite, for tests, demos and cassettes.

The names are loaded on first use, so that the pytest plugin costs nothing in a test run that does not use it and
works without the `sandbox` extra until a sandbox is really asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contacthub_orm.sandbox.clock import ManualClock
    from contacthub_orm.sandbox.fault import Fault
    from contacthub_orm.sandbox.faults import FaultRule, Faults
    from contacthub_orm.sandbox.log import LogEntry, RequestLog
    from contacthub_orm.sandbox.sandbox import Sandbox
    from contacthub_orm.sandbox.settings import Settings

__all__ = ["Fault", "FaultRule", "Faults", "LogEntry", "ManualClock", "RequestLog", "Sandbox", "Settings"]

_HOMES = {
    "Fault": "fault",
    "FaultRule": "faults",
    "Faults": "faults",
    "LogEntry": "log",
    "ManualClock": "clock",
    "RequestLog": "log",
    "Sandbox": "sandbox",
    "Settings": "settings",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
