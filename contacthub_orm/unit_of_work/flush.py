"""Flush: sends a plan, lane by lane, and says what became of each operation. It changes no entity."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Generator, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Literal

import attrs

from contacthub_orm.errors import (
    APIError,
    BadRequest,
    Conflict,
    ContactHubError,
    NotFound,
    RateLimited,
    ReindexingInProgress,
    ServerError,
    TransportError,
)
from contacthub_orm.mapping.merge_patch import JSONObject, shows, without_blanks
from contacthub_orm.mapping.state import awaits_storage
from contacthub_orm.transport import Response, RetryPolicy
from contacthub_orm.unit_of_work.keys import joined_lanes
from contacthub_orm.unit_of_work.operations import Operation
from contacthub_orm.unit_of_work.plan import Plan
from contacthub_orm.unit_of_work.report import Outcome, OutcomeState

if TYPE_CHECKING:
    from contacthub_orm.transport import Transport

OnError = Literal["continue", "stop"]
Lane = list[Operation]
Params = tuple[tuple[str, str], ...]
Settle = Callable[[Outcome], Outcome]
Outcomes = Generator[Outcome, None, None]

logger = logging.getLogger(__name__)


def lanes_of(plan: Plan) -> list[Lane]:
    """Return the operations by lane, lanes in the order in which they first occur; joined ones are one."""
    lanes: dict[Hashable, Lane] = {}
    joined = joined_lanes(plan)
    for operation in plan:
        lanes.setdefault(joined.get(operation.lane, operation.lane), []).append(operation)
    return list(lanes.values())


@attrs.define(slots=True, eq=False)
class Flush:
    """One run of a plan.

    Args:
        transport: where requests go.
        settle: called in the thread of `run` with each outcome as it comes in; returns the outcome to report.
        concurrency: lanes at a time; 1 means that `run` starts no threads.
        on_error: "continue": a failure stops its own lane only; "stop": no new operation starts.
        retry: the retry policy, None for the transport's own.
    """

    transport: Transport
    settle: Settle
    concurrency: int = 8
    on_error: OnError = "continue"
    retry: RetryPolicy | None = None
    _stopped: bool = attrs.field(default=False, init=False)
    _interrupt: BaseException | None = attrs.field(default=None, init=False)

    def run(self, plan: Plan) -> tuple[Outcome, ...]:
        """Send everything; returns the outcomes in the order of the plan.

        An interrupt of a request starts nothing new, lets what is under way end and be settled, and is raised then.
        One that may hit `settle` must be kept away from this thread: see `uninterrupted`.
        """
        lanes = lanes_of(plan)
        settled: dict[int, Outcome] = {}
        workers = min(self.concurrency, len(lanes))
        # Closed at once when settling fails: else the threads would go on sending behind the caller's back.
        with closing(self._inline(lanes) if workers <= 1 else self._threaded(lanes, workers)) as incoming:
            for outcome in incoming:
                settled[id(outcome.operation)] = self.settle(outcome)
        if self._interrupt is not None:
            raise self._interrupt
        in_order = (settled[id(operation)] for operation in plan)
        return tuple(each for outcome in in_order for each in (outcome, *outcome.besides))

    def stop(self) -> None:
        """Start nothing new; what is under way ends and is settled. Any thread may call it, more than once."""
        self._stopped = True

    def _inline(self, lanes: list[Lane]) -> Outcomes:
        for lane in lanes:
            yield from self._run_lane(lane)

    def _threaded(self, lanes: list[Lane], workers: int) -> Outcomes:
        waiting = deque(lanes)
        results: SimpleQueue[Outcome] = SimpleQueue()
        left = sum(map(len, lanes))
        executor = ThreadPoolExecutor(workers, thread_name_prefix="contacthub-flush")
        try:
            for _ in range(workers):
                executor.submit(self._work, waiting, results)
            while left:
                outcome = results.get()
                left -= 1
                yield outcome
        except BaseException:
            self._stopped = True
            executor.shutdown(wait=True)
            while not results.empty():
                self.settle(results.get())
            raise
        finally:
            executor.shutdown(wait=True)

    def _work(self, waiting: deque[Lane], results: SimpleQueue[Outcome]) -> None:
        while True:
            try:
                lane = waiting.popleft()
            except IndexError:
                return
            for outcome in self._run_lane(lane):
                results.put(outcome)

    def _run_lane(self, lane: Lane) -> Outcomes:
        blocked: dict[Hashable, str] = {}
        created: dict[int, str] = {}
        for operation in lane:
            reason = blocked.get(operation.lane) or self._obstacle(operation, created)
            if reason:
                blocked[operation.lane] = reason
                yield Outcome(operation, OutcomeState.BLOCKED, message=reason)
                continue
            try:
                outcome = self._send(operation, created)
            except BaseException as interrupt:
                # Ctrl-C: nobody knows how far this one came, and a creation must not be sent twice.
                self._interrupt = interrupt
                self._stopped = True
                outcome = Outcome(operation, OutcomeState.UNKNOWN, message="interrupted while it was under way")
            if outcome.document is not None and operation.kind == "create":
                created[id(operation.entity)] = outcome.document["id"]
            failure = next((it for it in (outcome, *outcome.besides) if it.state is not OutcomeState.DONE), None)
            if failure is not None:
                reason = f"follows {failure.method} {failure.path}, which is {failure.state}"
                blocked.update(dict.fromkeys(_behind(failure, lane), reason))
                if self.on_error == "stop":
                    self._stopped = True
            yield outcome

    def _obstacle(self, operation: Operation, created: Mapping[int, str]) -> str:
        """Return why an operation cannot start, or nothing."""
        if self._stopped:
            return "not started: an operation before it failed and the flush was to stop"
        if operation.needs is not None and id(operation.needs) not in created:
            return f"belongs to a new {type(operation.needs).__name__} that was not created"
        return ""

    def _send(self, operation: Operation, created: Mapping[int, str]) -> Outcome:
        if operation.needs is None:
            return self._try(operation)
        outcome = self._try(operation.with_parent_id(created[id(operation.needs)]))
        return attrs.evolve(outcome, operation=operation)

    def _try(self, operation: Operation) -> Outcome:
        outcome = self._attempt(operation)
        carried, refusal = operation.carried, outcome.error
        if carried is None or not isinstance(refusal, BadRequest) or not _is_about(refusal, operation.params):
            return outcome
        return self._without_carried(operation, carried, outcome, refusal)

    def _without_carried(
        self, operation: Operation, carried: Operation, refused: Outcome, refusal: BadRequest
    ) -> Outcome:
        """Send again without what rides and was refused: that may be there already, and has an outcome of its own."""
        outcome = self._attempt(operation.without_carried())
        before = refused.attempts
        beside: tuple[Outcome, ...] = ()
        if outcome.state is OutcomeState.DONE:
            before -= refusal.attempts  # which count for what was refused
            beside = (self._find_carried(operation, carried, outcome, refusal),)
        return attrs.evolve(outcome, operation=operation, attempts=outcome.attempts + before, besides=beside)

    def _find_carried(self, operation: Operation, carried: Operation, outcome: Outcome, refusal: BadRequest) -> Outcome:
        if outcome.document is not None:
            return self._find_known(carried.with_parent_id(outcome.document["id"]), refusal)
        return failed(carried, refusal) if operation.kind == "create" else self._find_known(carried, refusal)

    def _attempt(self, operation: Operation) -> Outcome:
        try:
            response = self._request(operation.method, operation.segments, operation.body, operation.params)
            return done(operation, response)
        except Conflict as conflict:
            if operation.force_update and conflict.customer_id is not None:
                return self._update_existing(operation, conflict, conflict.customer_id)
            if operation.kind == "child" and operation.method == "POST" and operation.body is not None:
                return self._find_child(operation, conflict, operation.body)
            return failed(operation, conflict)
        except BadRequest as error:
            return self._find_known(operation, error)
        except Exception as error:  # whatever goes wrong belongs to this operation, the others go on
            return failed(operation, error)

    def _find_known(self, operation: Operation, refusal: BadRequest) -> Outcome:
        """Look whether a refused creation is there already: linking a session twice is a 400 (contract 2.3)."""
        outcome, member = failed(operation, refusal), operation.entity.__natural_key__
        if not member or operation.kind != "create" or operation.body is None:
            return outcome
        try:
            response = self._request("GET", operation.segments, None)
        except ContactHubError:
            return outcome
        for known in response.body.get("elements", ()) if isinstance(response.body, dict) else ():
            if known.get(member) == operation.body[member]:
                attempts = refusal.attempts + response.attempts
                return attrs.evolve(done(operation, attrs.evolve(response, body=known)), attempts=attempts)
        return outcome

    def _find_child(self, operation: Operation, refusal: Conflict, body: JSONObject) -> Outcome:
        """Look whether a refused child is there as it was sent: the answer to an earlier request may have been lost."""
        outcome = failed(operation, refusal)
        try:
            response = self._request("GET", (*operation.segments, body["id"]), None)
        except Exception:
            return outcome
        attempts = refusal.attempts + response.attempts
        if isinstance(response.body, dict) and shows(response.body, body):
            return attrs.evolve(done(operation, response), attempts=attempts, message="was created already")
        text = "the one on the server differs; session.refresh(customer) shows it, and drops what was to be sent"
        return attrs.evolve(outcome, attempts=attempts, message=f"{outcome.message}: {text}")

    def _update_existing(self, operation: Operation, conflict: Conflict, existing_id: str) -> Outcome:
        """Turn a refused creation into a PATCH of the customer that is there (contract 6.3); nothing is erased."""
        body = without_blanks({key: value for key, value in (operation.body or {}).items() if key != "nodeId"})
        try:
            response = self._request("PATCH", (operation.segments[0], existing_id), body, operation.params)
        except Exception as error:
            outcome = failed(operation, error, existing_id)
            return attrs.evolve(outcome, attempts=outcome.attempts + conflict.attempts)
        outcome = done(operation, response)
        return attrs.evolve(outcome, attempts=outcome.attempts + conflict.attempts, existing_id=existing_id)

    def _request(
        self, method: str, segments: tuple[str, ...], body: JSONObject | None, params: Params = ()
    ) -> Response:
        return self.transport.request(method, segments, params=params or None, body=body, retry=self.retry)


def _behind(failure: Outcome, lane: Lane) -> set[Hashable]:
    """Return the lanes, of those joined into one, that a failure stops.

    What is refused stops its own. What may be applied yet, or is sent again, must not be overtaken by its successors.
    """
    if failure.state in (OutcomeState.REJECTED, OutcomeState.CONFLICT):
        return {failure.operation.lane}
    return {operation.lane for operation in lane}


def done(operation: Operation, response: Response) -> Outcome:
    """Return the outcome of an accepted operation; its document is the server's, where the answer holds one."""
    document: Any = response.body
    return Outcome(
        operation,
        OutcomeState.DONE,
        response.attempts,
        response.status,
        document=document if isinstance(document, dict) and isinstance(document.get("id"), str) else None,
    )


def failed(operation: Operation, error: Exception, existing_id: str | None = None) -> Outcome:
    """Return the outcome of an operation that raised."""
    if isinstance(error, NotFound) and error.is_from_api and operation.method == "DELETE":
        return _gone_already(operation, error)
    if isinstance(error, Conflict):
        existing_id = existing_id or error.customer_id
    return Outcome(
        operation,
        state_after(error),
        getattr(error, "attempts", 0),
        getattr(error, "status", None),
        error.message if isinstance(error, APIError) else _text(error),
        getattr(error, "logref", None),
        error,
        existing_id=existing_id,
    )


def _gone_already(operation: Operation, error: NotFound) -> Outcome:
    """Return the outcome of the deletion of what the server says it does not have."""
    if operation.kind == "delete" and awaits_storage(operation.entity) and not error.in_doubt:
        text = (
            f"{type(operation.entity).__name__} was accepted and is stored later; it cannot be deleted before that. If "
            "it was deleted elsewhere, session.expunge() lets go of it"
        )
        return Outcome(operation, OutcomeState.DEFERRED, error.attempts, error.status, text, error.logref, error)
    # Of a child's path, nothing tells whether the child or its customer is gone (contract 7.4): both say done.
    logger.info("%s %s: was deleted already", operation.method, operation.path)
    return Outcome(operation, OutcomeState.DONE, error.attempts, error.status, "was deleted already", error.logref)


def state_after(error: Exception) -> OutcomeState:
    """Return what an error says about its operation: refused, not applied and worth sending again, or unknown."""
    if isinstance(error, Conflict):
        return OutcomeState.CONFLICT
    if isinstance(error, RateLimited | ReindexingInProgress):
        return OutcomeState.DEFERRED
    if isinstance(error, TransportError):
        return OutcomeState.UNKNOWN if error.sent else OutcomeState.DEFERRED
    if isinstance(error, ServerError) or not isinstance(error, ContactHubError):
        return OutcomeState.UNKNOWN
    return OutcomeState.REJECTED


def _is_about(refusal: BadRequest, params: Params) -> bool:
    """Tell whether a request was refused for one of its parameters."""
    refused = {str(problem.get("path")).strip("/") for problem in refusal.errors}
    return any(name in refused for name, _ in params)


def _text(error: Exception) -> str:
    # A foreign exception may quote values; its type is enough here, `error` keeps the whole.
    return str(error) if isinstance(error, ContactHubError) else type(error).__name__
