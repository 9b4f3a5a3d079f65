"""Collects what the library sent to any sandbox, and has it judged after each test."""

from __future__ import annotations

from collections import deque

from contacthub_orm.sandbox.log import LogEntry
from tests.contract.checker import ContractChecker

LIBRARY = "contacthub-orm/"
"""How the User-Agent of the library begins; tests that send bytes of their own to a sandbox have another one."""


class Watch:
    """The requests of the library since the last look.

    Args:
        checker: judges them.
    """

    def __init__(self, checker: ContractChecker) -> None:
        self.judged = 0
        self._checker = checker
        self._waiting: deque[LogEntry] = deque()

    def see(self, entry: LogEntry) -> None:
        """Take note of a request. Called by the threads of the sandboxes, so it only takes note."""
        if entry.headers.get("User-Agent", "").startswith(LIBRARY):
            self._waiting.append(entry)

    def problems(self) -> list[str]:
        """Judge what was noted since the last call; one line per request that breaks the contract."""
        found = []
        while self._waiting:
            entry = self._waiting.popleft()
            self.judged += 1
            if complaints := self._checker.problems(entry):
                found.append(f"{entry.method} {entry.path}: {'; '.join(complaints)}")
        return found
