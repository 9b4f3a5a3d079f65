"""Report: what became of every operation of a flush."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import attrs

from contacthub_orm.errors import SHOWN, APIError, Conflict
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.merge_patch import JSONObject
from contacthub_orm.unit_of_work.operations import Operation


class OutcomeState(StrEnum):
    """Every operation ends in exactly one of these."""

    DONE = "done"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    DEFERRED = "deferred"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"


@attrs.frozen(slots=True, eq=False, repr=False)
class Outcome:
    """What became of one operation.

    `attempts` counts the requests sent for it; `status`, `message` and `logref` are the server's, where it answered.
    `besides` are the outcomes of what was to ride in its request and had to go without it.
    """

    operation: Operation
    state: OutcomeState
    attempts: int = 0
    status: int | None = None
    message: str = ""
    logref: str | None = None
    error: Exception | None = None
    document: JSONObject | None = None
    existing_id: str | None = None
    besides: tuple[Outcome, ...] = ()

    @property
    def object(self) -> Entity:
        """The entity that the operation was for."""
        return self.operation.entity

    @property
    def method(self) -> str:
        """The HTTP method of the operation."""
        return self.operation.method

    @property
    def path(self) -> str:
        """The path of the operation below the workspace."""
        return self.operation.path

    def __repr__(self) -> str:
        status = f" {self.status}" if self.status is not None else ""
        return f"<{self.state} {self.method} {self.path}{status}>"

    def __str__(self) -> str:
        status = f"{self.status} " if self.status is not None else ""
        what = f"{self.state}: {self.method} {self.path} ({self.operation.why}): {status}{self.message}".rstrip(" :")
        return what + self._paths() + self._advice()

    def _paths(self) -> str:
        """Return where the server found something wrong: never the values that it quotes."""
        problems = self.error.errors if isinstance(self.error, APIError) else ()
        found = dict.fromkeys(path for problem in problems if isinstance(path := problem.get("path"), str))
        return f" ({', '.join(found)})" if found else ""

    def _advice(self) -> str:
        if not isinstance(self.error, Conflict) or self.operation.kind != "create":
            return ""
        if self.existing_id is None or self.operation.force_update:
            return ". Another customer has one of its keys; change that key"
        return (
            f". Customer {self.existing_id} has one of its keys; change that key, or add this one with "
            "force_update=True to update that customer"
        )


@attrs.frozen(slots=True, eq=False, repr=False)
class CommitReport:
    """The outcomes of a flush in the order of its plan. Done objects are clean; all others keep their edits.

    >>> from contacthub_orm import Customer
    >>> from contacthub_orm.sandbox import Sandbox
    >>> with Sandbox() as sandbox, sandbox.session() as session:
    ...     session.add(Customer(externalId="c-1"))
    ...     report = session.commit()
    >>> report
    <CommitReport: 1 done>
    >>> [(entry.method, entry.path, entry.status) for entry in report]
    [('POST', '/customers', 201)]
    """

    outcomes: tuple[Outcome, ...] = ()

    def _in_state(self, state: OutcomeState) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.state is state)

    @property
    def done(self) -> tuple[Outcome, ...]:
        """Applied, as the server confirmed."""
        return self._in_state(OutcomeState.DONE)

    @property
    def rejected(self) -> tuple[Outcome, ...]:
        """Refused for good: the object has to change first."""
        return self._in_state(OutcomeState.REJECTED)

    @property
    def conflicts(self) -> tuple[Outcome, ...]:
        """Refused because another customer owns a unique key (`existing_id`, where the server tells it)."""
        return self._in_state(OutcomeState.CONFLICT)

    @property
    def deferred(self) -> tuple[Outcome, ...]:
        """Provably not applied and worth sending again later."""
        return self._in_state(OutcomeState.DEFERRED)

    @property
    def unknown(self) -> tuple[Outcome, ...]:
        """May or may not have been applied."""
        return self._in_state(OutcomeState.UNKNOWN)

    @property
    def blocked(self) -> tuple[Outcome, ...]:
        """Not sent, because an operation before it is not done."""
        return self._in_state(OutcomeState.BLOCKED)

    @property
    def requests(self) -> int:
        """How many requests were sent, retries included."""
        return sum(outcome.attempts for outcome in self.outcomes)

    @property
    def is_done(self) -> bool:
        """True when every operation is done."""
        return all(outcome.state is OutcomeState.DONE for outcome in self.outcomes)

    def __iter__(self) -> Iterator[Outcome]:
        return iter(self.outcomes)

    def __len__(self) -> int:
        return len(self.outcomes)

    def __bool__(self) -> bool:
        return True

    def summary(self) -> str:
        """Return the counts by state: `41 done, 1 rejected`."""
        counts = [f"{len(found)} {state}" for state in OutcomeState if (found := self._in_state(state))]
        return ", ".join(counts) or "nothing to do"

    def __repr__(self) -> str:
        return f"<CommitReport: {self.summary()}>"

    def __str__(self) -> str:
        failed = [outcome for outcome in self.outcomes if outcome.state is not OutcomeState.DONE]
        lines = [self.summary(), *map(str, failed[:SHOWN])]
        if len(failed) > SHOWN:
            lines.append(f"… and {len(failed) - SHOWN} more")
        return "\n".join(lines)
