"""Settling: an outcome brings its entity to the state that it proves. Nothing is clean before its answer is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial

import attrs

from contacthub_orm.errors import APIError, NotFound, ObjectDeletedError, TransportError
from contacthub_orm.mapping.children import relist
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.merge_patch import JSONObject
from contacthub_orm.mapping.state import (
    IdentityKey,
    changes,
    complete_document,
    expect,
    forget_document,
    settle,
    state_of,
    stop_awaiting,
    version_of,
)
from contacthub_orm.unit_of_work.child_changes import with_child
from contacthub_orm.unit_of_work.identity import and_its_own
from contacthub_orm.unit_of_work.operations import Operation, identity, parent_of
from contacthub_orm.unit_of_work.report import Outcome, OutcomeState
from contacthub_orm.unit_of_work.unit_of_work import UnitOfWork


@attrs.frozen(slots=True, eq=False)
class Settlement:
    """Settles the outcomes of a plan in the books of a session; runs in the thread of the flush.

    An object whose own operations are not all settled differs from what was sent by the edits that were made since, and
    by nothing else. So what another answer tells about it waits until they are.
    """

    work: UnitOfWork
    _open: Counter[int] = attrs.field(factory=Counter, init=False)
    _waiting: dict[int, list[Callable[[], None]]] = attrs.field(factory=dict, init=False)
    _deleted: set[IdentityKey] = attrs.field(factory=set, init=False)
    _with_child: set[int] = attrs.field(factory=set, init=False)

    def begin(self, plan: Iterable[Operation]) -> None:
        """Hear which operations are going to be settled; before the first of them is sent."""
        self._open.update(id(operation.entity) for operation in plan)

    def __call__(self, outcome: Outcome) -> Outcome:
        """Settle an outcome; returns the one to report."""
        reported = self._settle(outcome)
        if outcome.besides:
            reported = attrs.evolve(reported, besides=tuple(map(self._settle, outcome.besides)))
        mark = id(outcome.object)
        self._open[mark] -= 1
        if self._open[mark] <= 0:
            for step in self._waiting.pop(mark, ()):
                step()
        return reported

    def _when_settled(self, entity: Entity, step: Callable[[], None]) -> None:
        """Do something with an entity once its own operations are settled."""
        if self._open[id(entity)] > 0:
            self._waiting.setdefault(id(entity), []).append(step)
        else:
            step()

    def _settle(self, outcome: Outcome) -> Outcome:
        operation = outcome.operation
        if outcome.state is not OutcomeState.DONE:
            return self._keep_unsent(outcome)
        for rider in () if outcome.besides else operation.riders:
            self._settle_rider(rider, operation)
        for entity in () if outcome.besides else operation.outdated:
            self._when_settled(entity, partial(self._read_again, entity))
        if operation.kind == "create":
            return self._settle_created(outcome)
        if operation.kind == "child":
            self._with_child.add(id(outcome.object))
        if operation.kind == "delete":
            self._settle_deleted(outcome.object)
        elif operation.apart is not None:
            self.work.apart.settle(operation.apart, outcome.document)
        else:
            self._confirm(operation, outcome.document)
        return outcome

    def _settle_deleted(self, entity: Entity) -> None:
        state = state_of(entity)
        key = state.key
        self.work.forget(entity)
        state.key, state.deleted = key, True
        if key is not None:
            self.work.gone.add(key)
            self._deleted.add(key)

    def _settle_rider(self, rider: Entity, operation: Operation) -> None:
        if operation.kind == "delete":
            self._settle_deleted(rider)
        else:
            self.work.forget(rider)  # the answer does not tell its id; the list of the customer's sessions does

    def _read_again(self, entity: Entity) -> None:
        """Let a clean entity be read again before the member that names its customer is: it has another value now."""
        if changes(entity):
            return
        state, member = state_of(entity), entity.__parent_member__
        forget_document(entity, {name: raw for name, raw in state.committed.items() if name != member})
        state.ahead = True

    def _keep_unsent(self, outcome: Outcome) -> Outcome:
        kind, entity = outcome.operation.kind, outcome.object
        if kind == "create" and outcome.state is OutcomeState.UNKNOWN:
            self.work.held[id(entity)] = outcome
            return attrs.evolve(
                outcome,
                message=f"{outcome.message}. It may exist; it is not sent again until you add it to the session again",
            )
        if kind == "delete" and _may_be_applied(outcome):
            stop_awaiting(entity)  # when it is not there at the next attempt, this one deleted it
        gone = outcome.error if isinstance(outcome.error, NotFound) and outcome.error.is_from_api else None
        if gone is not None and kind == "child":
            missing = "its customer is" if outcome.method == "POST" else "it or its customer is"
            text = f"{missing} no longer on the server; session.refresh(customer) shows what is there"
            return attrs.evolve(outcome, message=f"{outcome.message}: {text}")
        if gone is not None and kind in ("update", "replace"):
            return self._settle_gone(outcome, gone)
        if kind == "create" and id(entity) not in self.work.new:
            return attrs.evolve(outcome, message=f"{outcome.message}; it was let go of, too")
        return outcome

    def _settle_gone(self, outcome: Outcome, cause: NotFound) -> Outcome:
        """The server no longer has what was to be changed: nothing that belongs to it can be sent either."""
        entity = outcome.object
        own = self.work.lose(entity)
        now = "detached and keeps its edits" if state_of(entity).key is not None else "a new one again"
        name = f"{type(entity).__name__} {outcome.operation.segments[-1]}"
        gone = ObjectDeletedError(f"{name} is no longer on the server; the object is {now}{and_its_own(own)}")
        gone.__cause__ = cause
        return attrs.evolve(outcome, message=str(gone), error=gone)

    def _settle_created(self, outcome: Outcome) -> Outcome:
        operation, entity = outcome.operation, outcome.object
        if outcome.document is None and not entity.__echoed__:
            self.work.forget(entity)
            return attrs.evolve(outcome, message="accepted; the server told no id")
        if outcome.document is None:
            unknown = attrs.evolve(outcome, state=OutcomeState.UNKNOWN, message="accepted, but the answer holds no id")
            return self._keep_unsent(unknown)
        key = (entity.__path__, outcome.document["id"])
        present = self.work.identity_map.peek(key)
        if key in self._deleted or id(present) in self.work.deleted:
            return attrs.evolve(
                outcome,
                state=OutcomeState.CONFLICT,
                existing_id=key[1],
                message=f"the server merged it into {key[1]}, which this commit deletes; the next commit creates it",
            )
        if present is not None and present is not entity and entity.__natural_key__:
            self.work.forget(entity)  # it was linked before; the object that stands for it stays
            return outcome
        if present is not None and present is not entity:
            return self._settle_merged(outcome, present, key)
        state = state_of(entity)
        mark = id(entity)
        self.work.new.pop(mark)
        self.work.forced.discard(mark)
        state.key, state.owner = key, self.work.owner
        self.work.identity_map.put(key, entity)
        self._confirm(operation, outcome.document)
        return outcome

    def _settle_merged(self, outcome: Outcome, present: Entity, key: IdentityKey) -> Outcome:
        """The server merged a new customer into one that this session holds as another object: never two for one."""
        assert outcome.document is not None
        self.work.forget(outcome.object)
        for own in self.work.new.of(outcome.object):
            state_of(own).parent = present
            self.work.new.moved(own)
        self.work.gone.discard(key)
        self._when_settled(present, partial(self._show_merged, present, key, outcome.document))
        if outcome.operation.force_update:
            return attrs.evolve(outcome, existing_id=key[1], message="updated the object that this session holds of it")
        return attrs.evolve(
            outcome,
            state=OutcomeState.CONFLICT,
            existing_id=key[1],
            message=(
                f"the server merged the new {type(present).__name__} into {key[1]}, which this session holds as "
                "another object; that one shows the merged document now, use it instead"
            ),
        )

    def _show_merged(self, present: Entity, key: IdentityKey, document: JSONObject) -> None:
        """Let an entity show the answer to a creation that was merged into it, unless it is newer by now."""
        if self.work.identity_map.peek(key) is not present:
            return  # it was deleted, or found gone
        if id(present) in self._with_child:
            # The answer about a child has no updatedAt: nobody knows which of both requests came first.
            if not self.work.is_modified(present):
                self.work.expire(present)
        elif version_of(present) <= str(document.get("updatedAt") or ""):
            complete_document(present, document)
            self.work.join_lists(present)

    def _confirm(self, operation: Operation, document: JSONObject | None) -> None:
        """Take the answer as the committed document; what was edited meanwhile stays an edit."""
        entity = operation.entity
        mark = id(entity)
        state = state_of(entity)
        if state.key is not None:
            self.work.gone.discard(state.key)
        if document is not None and operation.kind != "child":
            state.partial = not entity.__echoed__ and operation.kind == "create"
        settle(entity, _committed(operation, document), operation.sent)
        if operation.kind == "child":
            state.ahead = True
        elif not entity.__echoed__:
            expect(entity)
        elif document is not None:
            state.ahead = False  # it is the whole document, as new as any
        self.work.apart.bind(entity)
        if operation.kind == "replace":
            self.work.replaced.pop(mark, None)
        if changes(entity):
            self.work.touched[mark] = entity
        else:
            self.work.touched.pop(mark, None)
            relist(entity)


def _may_be_applied(outcome: Outcome) -> bool:
    in_doubt = isinstance(outcome.error, APIError | TransportError) and outcome.error.in_doubt
    return in_doubt or outcome.state is OutcomeState.UNKNOWN


def _committed(operation: Operation, document: JSONObject | None) -> JSONObject:
    """Return what the server has now, as far as the answer tells; for the rest, what was sent."""
    entity, sent = operation.entity, operation.sent
    if operation.kind == "child":
        return sent if document is None else with_child(entity, sent, operation.segments[2], document)
    if document is not None and entity.__echoed__:
        return document
    parent, member = parent_of(entity), entity.__parent_member__
    belonging = {member: identity(parent)} if parent is not None and member and state_of(parent).key else {}
    return {**sent, **belonging, **(document or {})}
