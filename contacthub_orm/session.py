"""Session: the facade. It holds what was loaded, tracks what changes, and sends the difference on commit."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload
from uuid import UUID
from weakref import ref

import attrs

from contacthub_orm.errors import (
    ArgumentError,
    CommitError,
    InvalidRequestError,
    NoResultFound,
    ObjectDeletedError,
)
from contacthub_orm.mapping.children import (
    Child,
    enlist,
    find_child,
    is_list_loaded,
    unlist,
)
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.mapped_class import mapped_class, unmapped
from contacthub_orm.mapping.merge_patch import JSONObject
from contacthub_orm.mapping.state import IdentityKey, state_of
from contacthub_orm.models.customer import Customer
from contacthub_orm.models.customer_session import CustomerSession
from contacthub_orm.models.event import Event
from contacthub_orm.query import ListRequest, Query
from contacthub_orm.relations import EventRelation, SessionRelation
from contacthub_orm.session_options import check_session_options, check_workspace, node_of
from contacthub_orm.transport import RetryPolicy
from contacthub_orm.unit_of_work.exclusive_use import ExclusiveUse
from contacthub_orm.unit_of_work.flush import Flush, OnError
from contacthub_orm.unit_of_work.identity import checked_identity, label, pair_of_ids
from contacthub_orm.unit_of_work.identity_map import IdentityMap
from contacthub_orm.unit_of_work.loading import Loader, typed
from contacthub_orm.unit_of_work.plan import Plan
from contacthub_orm.unit_of_work.report import CommitReport, Outcome, OutcomeState
from contacthub_orm.unit_of_work.settling import Settlement
from contacthub_orm.unit_of_work.uninterrupted import uninterrupted
from contacthub_orm.unit_of_work.unit_of_work import UnitOfWork
from contacthub_orm.workspace import Workspace

if TYPE_CHECKING:
    from contacthub_orm.transport import Transport

E = TypeVar("E", bound=Entity)
C = TypeVar("C", bound=Child)

logger = logging.getLogger(__name__)

NOTHING_TO_DO = CommitReport()
WARM = 100
"""How many recently used clean objects a session keeps in memory by default."""


class Session:
    """A unit of work on one node of a workspace, for one thread at a time; `with` closes it and never commits.

    Args:
        workspace: credentials and transport; shareable between sessions and threads.
        node_id: the node that is queried and that new customers belong to; None for the workspace's default.
        **options: see `SessionOptions`.

    >>> from contacthub_orm.sandbox import Sandbox
    >>> with Sandbox() as sandbox, sandbox.workspace() as workspace, Session(workspace, autoflush=True) as session:
    ...     session.add(Customer(externalId="c-1"))
    ...     session.commit()
    <CommitReport: 1 done>
    """

    def __init__(
        self,
        workspace: Workspace,
        node_id: str | None = None,
        *,
        concurrency: int = 8,
        autoflush: bool = False,
        expire_on_commit: bool = False,
        on_error: OnError = "continue",
        retry: RetryPolicy | None = None,
        cache_ttl: float | None = None,
        warm: int = WARM,
        check_events: bool = True,
        echo: bool = False,
        info: Mapping[str, Any] | None = None,
    ) -> None:
        check_workspace(workspace)
        check_session_options(
            {
                "concurrency": concurrency,
                "autoflush": autoflush,
                "expire_on_commit": expire_on_commit,
                "on_error": on_error,
                "retry": retry,
                "cache_ttl": cache_ttl,
                "warm": warm,
                "check_events": check_events,
                "echo": echo,
                "info": info,
            }
        )
        self.workspace = workspace
        self.node_id: str = node_of(workspace, node_id)
        self.concurrency = concurrency
        self.autoflush = autoflush
        self.expire_on_commit = expire_on_commit
        self.on_error: OnError = on_error
        self.check_events = check_events
        self.info: dict[str, Any] = dict(info or {})
        self._retry = retry
        self._echo = echo
        self._cache_ttl = cache_ttl
        self._sent = False
        self._use = ExclusiveUse()
        self._work = UnitOfWork(ref(self), IdentityMap(warm, cache_ttl))
        self._find = self._work.identity_map.find

    # -- reading -------------------------------------------------------------------------------------------------

    @overload
    def get(self, entity: type[E], ident: str | UUID | None = None, *, external_id: str | None = None) -> E | None: ...
    @overload
    def get(self, entity: type[C], ident: tuple[str, str]) -> C | None: ...
    def get(self, entity: type[Any], ident: Any = None, *, external_id: str | None = None) -> Any:
        """Return the object with this id, from the session or by one GET; None when there is none.

        With `external_id` the server is searched (its index lags, contract 2.8): None when nothing has it,
        MultipleResultsFound when several do. A child is asked for by its customer's id and its own:
        `get(Job, (customer_id, job_id))`.
        """
        try:
            found = self._find((entity.__path__, ident))
        except (AttributeError, TypeError):
            found = None  # no mapped class, or an id that cannot be looked up: refused below
        if found is not None and external_id is None and self._cache_ttl is None and type(found) is entity:
            return found
        if external_id is not None:
            return self._get_by_external_id(entity, ident, external_id)
        if _is_child_class(entity):
            return self._get_child(entity, ident)
        key = (mapped_class(entity, "get").__path__, checked_identity(entity, ident))
        found = self._find(key)
        if found is None:
            with self._use.during("get"):
                return self._loader.by_key(entity, key)
        if self._work.identity_map.is_stale(key, found):
            try:
                self.refresh(found)
            except ObjectDeletedError:
                return None
        return typed(found, entity)

    @overload
    def get_one(self, entity: type[E], ident: str | UUID | None = None, *, external_id: str | None = None) -> E: ...
    @overload
    def get_one(self, entity: type[C], ident: tuple[str, str]) -> C: ...
    def get_one(self, entity: type[Any], ident: Any = None, *, external_id: str | None = None) -> Any:
        """Return what `get` returns; NoResultFound instead of None."""
        found = self.get(entity, ident, external_id=external_id)
        if found is None:
            how = f"id {ident}" if external_id is None else f"this external id on node {self.node_id}"
            raise NoResultFound(f"there is no {entity.__name__} with {how}")
        return found

    def _get_child(self, kind: type[C], ident: object) -> C | None:
        customer_id, child_id = pair_of_ids(kind, ident)
        customer = self.get(Customer, customer_id)
        return find_child(customer, kind, child_id) if customer is not None else None

    def _get_by_external_id(self, entity: type[E], ident: object, external_id: str) -> E | None:
        if ident is not None:
            raise ArgumentError("get takes an id or an external_id, not both")
        if not _is_text(external_id):
            raise ArgumentError("external_id is a text that is not empty")
        if "externalId" not in mapped_class(entity, "get").__fields__:
            raise ArgumentError(f"get: {entity.__name__} has no external id; ask for one by its id")
        return self.query(entity).filter_by(externalId=external_id).one_or_none()

    def query(self, entity: type[E]) -> Query[E]:
        """Return a query for objects of this class; nothing is sent before it is iterated or asked for a result.

        Example: `session.query(Customer).filter(Customer.base.address.city == "Gotham").all()`
        """
        self._use.check_open()
        return Query(self, entity)

    def refresh(self, instance: Entity) -> None:
        """Read an object again by one GET and drop its unsent edits (their paths are logged).

        Raises ObjectDeletedError when the server no longer has it.
        """
        self._persistent_key(instance, "refresh")
        with self._use.during("refresh"):
            self._loader.refresh(instance)

    def expire(self, instance: Entity) -> None:
        """Forget an object's document and its unsent edits; the next read of a field loads it again."""
        self._persistent_key(instance, "expire")
        self._work.expire(instance)

    @overload
    def stub(self, entity: type[E], ident: str | UUID) -> E: ...
    @overload
    def stub(self, entity: type[C], ident: tuple[str, str]) -> C: ...
    def stub(self, entity: type[Any], ident: Any) -> Any:
        """Return an object to edit by id without reading it first: 0 requests now, one PATCH at commit.

        Reading a field that was not set loads the document. Appending to a list does too: lists are sent whole. A
        child, by its customer's id and its own, can be deleted so; reading or changing it loads its customer.
        """
        self._use.check_open()
        if _is_child_class(entity):
            return self._stub_child(entity, ident)
        key = (mapped_class(entity, "stub").__path__, checked_identity(entity, ident))
        found = self._find(key)
        if found is None:
            found = self._work.load(entity, {"id": key[1]}, key)
            state_of(found).partial = True
        return typed(found, entity)

    def _stub_child(self, kind: type[C], ident: object) -> C:
        customer_id, child_id = pair_of_ids(kind, ident)
        customer = self.stub(Customer, customer_id)
        if not is_list_loaded(customer, kind):
            return self._work.apart.stub(customer, kind, child_id)
        found = find_child(customer, kind, child_id)
        if found is None:
            raise NoResultFound(f"{label(customer)} has no {kind.__name__} with id {child_id}")
        return found

    def load_missing(self, instance: Entity, path: str) -> None:
        """Complete a partly loaded object by one GET; its edits stay. Called when a field is read that is missing."""
        with self._use.during("loading a field"):
            self._loader.complete(instance, path)

    # -- what belongs to a customer ------------------------------------------------------------------------------

    def events_of(self, customer: Customer) -> EventRelation:
        """Return the events of a customer, of whatever node; `customer.events` is the short form."""
        key = self._persistent_key(customer, "events")
        _check_customer(customer, "events_of")
        node_id = state_of(customer).committed.get("nodeId")  # not known of a stub; the customer says enough
        return EventRelation(Query(self, Event, node_id=node_id).filter(Event.customerId == key[1]))

    def sessions_of(self, customer: Customer) -> SessionRelation:
        """Return the ContactHub sessions of a customer; `customer.sessions` is the short form."""
        key = self._persistent_key(customer, "sessions")
        _check_customer(customer, "sessions_of")

        def read() -> list[CustomerSession]:
            if self.autoflush:
                self.flush()
            with self._use.during("reading the sessions of a customer"):
                return self._loader.below(customer, CustomerSession, key)

        return SessionRelation(self, customer, read)

    # -- what queries need (query.PageSource) ----------------------------------------------------------------------

    @property
    def concurrent(self) -> bool:
        """Whether a query may read the next page in a thread of its own."""
        return self.concurrency > 1 and not self.autoflush

    def prepare(self) -> None:
        """Refuse when another thread is in the middle of a call, and flush if asked to. Called by queries."""
        self._use.check_open()
        if self.autoflush:
            self.flush()

    def fetch(self, request: ListRequest) -> Mapping[str, Any]:
        """Return the answer to a list request. Called by queries, also in a thread of their own."""
        self._use.check_not_closed()
        answer = self._transport.request("GET", request.segments, params=request.params, retry=self._retry)
        body: Mapping[str, Any] = answer.body
        return body

    def hydrate(
        self,
        entity: type[E],
        documents: Sequence[JSONObject],
        fields: tuple[str, ...] | None,
        *,
        raiseload: bool = False,
    ) -> list[E]:
        """Return the objects of a page of documents: an id that is known gives its object. Called by queries."""
        with self._use.during("reading a page"):
            return self._loader.page(entity, documents, fields, raiseload=raiseload)

    # -- adding and removing -------------------------------------------------------------------------------------

    def add(self, instance: Entity | Child, force_update: bool = False) -> None:
        """Take an object in: a new one is created at the next commit, a detached one is tracked again.

        On an object that is marked for deletion it takes the mark back. With `force_update`, a new object that
        collides with an existing one (409) updates that one instead, with just what was set on the new object. A
        child made with `customer=…` joins the list of its customer.
        """
        if force_update and not isinstance(instance, Customer):
            raise ArgumentError(f"force_update is about the keys of customers, a {type(instance).__name__} has none")
        if isinstance(instance, Child):
            self._check_holder(instance)
            if not self._work.apart.take("add", instance):
                enlist(instance)
            return
        self._check_mine(instance)
        self._work.add(instance, force_update, self.node_id)

    def add_all(self, instances: Iterable[Entity | Child]) -> None:
        """Add several objects, in order."""
        for instance in instances:
            self.add(instance)

    def delete(self, instance: Entity | Child) -> None:
        """Mark an object for deletion at the next commit; a new one that was not sent is just forgotten."""
        if isinstance(instance, Child):
            self._check_holder(instance)
            if not self._work.apart.take("delete", instance):
                unlist(instance)
            return
        self._check_mine(instance)
        self._work.mark_deleted(instance)

    def replace(self, instance: Entity | Child) -> None:
        """Send an object whole (PUT) at the next commit: what it does not have is unset on the server.

        Takes a persistent object, or a new one that has the id of the resource that it replaces and is not added. On an
        object that is marked for deletion it takes the mark back. Raises OperationNotPermitted for a partly loaded one:
        what was not loaded would be erased.
        """
        if isinstance(instance, Child):
            self._check_holder(instance)
            self._work.replace_child(instance)
            return
        self._check_mine(instance)
        self._work.mark_replaced(instance)

    @staticmethod
    def create_session_id() -> str:
        """Return a new value for a ContactHub session (a UUID)."""
        return CustomerSession.create_value()

    def add_customer_session(self, customer: Customer, session_id: str | None = None) -> CustomerSession:
        """Link a ContactHub session to a customer at the next commit: its anonymous events become the customer's.

        One session rides in the customer's own request when there is one, so that it costs nothing (contract 2.3).
        """
        self._check_mine(customer)
        _check_customer(customer, "add_customer_session")
        link = CustomerSession.of(customer, session_id if session_id is not None else self.create_session_id())
        self.add(link)
        return link

    def expunge(self, instance: Entity) -> None:
        """Let go of an object: it keeps its content and its edits, and nothing more is sent for it."""
        self._check_mine(instance)
        if state_of(instance).session is not self:
            raise InvalidRequestError(f"{label(instance)} does not belong to this session")
        self._work.forget(instance)

    def expunge_all(self) -> None:
        """Let go of every object."""
        self._use.check_open()
        self._work.forget_all()

    def entity_changing(self, instance: Entity) -> None:
        """Keep an object alive that is about to be changed. Called by the mapping."""
        state = state_of(instance)
        if state.key is None:
            return
        if state.partial and instance.__edited_by__ == "PUT":
            self.load_missing(instance, "the whole document, which a PUT needs,")
        self._work.touched[id(instance)] = instance

    def entity_moved(self, instance: Entity) -> None:
        """Hear that an object belongs to another one now. Called by the mapping."""
        self._work.new.moved(instance)

    # -- looking -------------------------------------------------------------------------------------------------

    @property
    def new(self) -> tuple[Entity, ...]:
        """Objects that wait to be created, in the order in which they were added."""
        self._use.check_open()
        return tuple(self._work.new.values())

    @property
    def dirty(self) -> tuple[Entity, ...]:
        """Objects with a net change; exact: an edit that was taken back does not count."""
        self._use.check_open()
        return tuple(self._work.dirty())

    @property
    def deleted(self) -> tuple[Entity, ...]:
        """Objects that wait to be deleted."""
        self._use.check_open()
        return tuple(self._work.deleted.values())

    @property
    def identity_map(self) -> Mapping[IdentityKey, Entity]:
        """The persistent objects by (collection, id); read only."""
        return self._work.identity_map

    def is_modified(self, instance: Entity) -> bool:
        """Tell whether a commit would send something for a persistent object: edits, the whole, or its deletion."""
        self._check_mine(instance)
        return self._work.is_modified(instance)

    def __contains__(self, instance: object) -> bool:
        if isinstance(instance, Child):
            instance = instance.customer if instance.is_listed or self._work.apart.holds(instance) else None
        return isinstance(instance, Entity) and state_of(instance).session is self

    def __iter__(self) -> Iterator[Entity]:
        return iter([*self._work.new.values(), *self._work.identity_map.values()])

    def __bool__(self) -> bool:
        return True

    # -- sending -------------------------------------------------------------------------------------------------

    def plan(self) -> Plan:
        """Return the operations that a commit would send now; sends nothing. `print(session.plan())` shows them.

        Raises ValidationError with every problem that would make a request fail.
        """
        self._use.check_open()
        return self._work.plan(self.node_id, check=self.check_events)

    def flush(self) -> CommitReport:
        """Send the plan. What the server confirms is clean; everything else keeps its edits.

        Raises CommitError when an operation is not done; its `report` has the outcome of each. ValidationError when
        the plan cannot be sent: nothing was sent then.
        """
        if self._use.closed or not self._work.is_idle:
            return self._flush()
        return NOTHING_TO_DO

    def commit(self) -> CommitReport:
        """Send the plan, as `flush` does; nothing to do sends nothing. What was sent cannot be rolled back."""
        report = self.flush()
        self._sent = False
        if self.expire_on_commit:
            edited_meanwhile = self._work.touched
            for instance in list(self._work.identity_map.values()):
                if id(instance) not in edited_meanwhile and not state_of(instance).awaited:
                    self.expire(instance)  # but for what is stored later: only this object knows it yet
        return report

    def _flush(self) -> CommitReport:
        self._use.check_free("flush")
        settlement = Settlement(self._work)
        settle = partial(self._settle, settlement)
        flush = Flush(self._transport, settle, self.concurrency, self.on_error, self._retry)
        report = uninterrupted(lambda: self._run(flush, settlement), flush.stop)
        if not report.is_done:
            causes = [outcome.error for outcome in report if outcome.error is not None]
            raise CommitError(str(report), report) from (causes[0] if causes else None)
        return report

    def _run(self, flush: Flush, settlement: Settlement) -> CommitReport:
        # Held by the thread that settles: should the caller get away before its end, nothing else can be done here.
        with self._use.during("flush"):
            plan = self._work.plan(self.node_id, check=self.check_events)
            held = [attrs.evolve(outcome, attempts=0) for outcome in self._work.held.values()]
            settlement.begin(plan)
            return CommitReport((*flush.run(plan), *held))

    def _settle(self, settlement: Settlement, outcome: Outcome) -> Outcome:
        self._sent = self._sent or outcome.state is OutcomeState.DONE
        return settlement(outcome)

    def rollback(self) -> None:
        """Take back every edit that was not sent; sends nothing. New objects are transient again, with their values."""
        self._use.check_open()
        if self._sent:
            logger.warning("rollback takes back local edits only: what was flushed before stays on the server")
            self._sent = False
        self._work.roll_back()

    def close(self) -> None:
        """Let go of everything; the session cannot be used any more. Unsent work is counted in a warning."""
        if self._use.closed:
            return
        with self._use.during("close"):
            unsent = [
                f"{len(found)} {what}"
                for what, found in (("new", self.new), ("changed", self._work.changed()), ("deleted", self.deleted))
                if found
            ]
            if unsent:
                logger.warning("session closed with unsent work: %s objects; commit() sends it", ", ".join(unsent))
            self._work.forget_all()
            self._use.closed = True

    def __enter__(self) -> Self:
        self._use.check_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "closed" if self._use.closed else f"{len(self._work.identity_map)} objects"
        return f"<Session on node {self.node_id}: {state}>"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("a Session cannot be copied or pickled; copy its objects, they travel without it")

    # -- guards --------------------------------------------------------------------------------------------------

    @property
    def _transport(self) -> Transport:
        transport = self.workspace.transport
        transport.ensure_pool(self.concurrency)
        return transport.observed_by(_print_request) if self._echo else transport

    @property
    def _loader(self) -> Loader:
        return Loader(self._work, lambda segments: self._transport.request("GET", segments, retry=self._retry))

    def _check_mine(self, instance: object) -> None:
        self._use.check_open()
        if not isinstance(instance, Entity):
            raise unmapped(instance)
        owner = state_of(instance).session
        if owner is not None and owner is not self:
            raise InvalidRequestError(f"{label(instance)} belongs to another session ({owner!r}); expunge it there")

    def _check_holder(self, child: Child) -> None:
        """Refuse a child whose customer is in no session: what is done to it would never be sent."""
        customer = child.customer
        if customer is None:
            return
        self._check_mine(customer)
        if state_of(customer).session is None:
            raise InvalidRequestError(
                f"the {type(child).__name__} belongs to {label(customer)}, which is in no session; "
                "add the customer first, or edit the list of the customer"
            )

    def _persistent_key(self, instance: Entity, call: str) -> IdentityKey:
        self._check_mine(instance)
        state = state_of(instance)
        if state.key is None or state.session is not self:
            raise InvalidRequestError(f"{call}: {label(instance)} is not a persistent object of this session")
        return state.key


def _check_customer(instance: Entity, call: str) -> None:
    if not isinstance(instance, Customer):
        raise ArgumentError(f"{call} takes a Customer, not {label(instance)}")


def _is_child_class(entity: object) -> bool:
    return isinstance(entity, type) and issubclass(entity, Child)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _print_request(line: str) -> None:
    sys.stderr.write(f"{line}\n")  # in one piece: the threads of a commit write side by side
