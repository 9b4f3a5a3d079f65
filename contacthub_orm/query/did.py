"""did: criteria about what customers did, that is about their events.

On the wire a question about events is the `did` part of a simple query (contract 5.1), e.g. for "completed an order
over 100 in January":

    {"type": "simple", "did": {
        "event": {"name": "completedOrder"},
        "condition": {"type": "atomic", "attribute": "properties.amount.total", "operator": "GT", "value": 100},
        "timeframe": {"type": "atomic", "attribute": "date", "operator": "BETWEEN", "value": [
            "2026-01-01T00:00:00.000+0000", "2026-01-31T23:59:59.999+0000"]}}}

It selects the customers with at least one event of the type `event.name` that meets `condition` and `timeframe`, both
by the same event. Attributes in them are paths from the root of the event document: `properties.amount.total`,
`context`, `contextInfo.store.id`, `tracking.ga.utm_source`, `date`. The published schema requires both members, so
what was not asked for is sent as a condition that every event meets: `id IS_NOT_NULL`, `date IS_NOT_NULL`.

`are` beside `did` in one simple query means both. More than one question, `or` and `not` are said by combined queries:
"did a and did b" is INTERSECT, "are x or did a" UNION, "did not do a" everything EXCEPT the customers who did.

All of this is a reading of the published schema, the only source that knows `did`: no client was ever seen to send it.
"""

from __future__ import annotations

from datetime import date

import attrs

from contacthub_orm.errors import ArgumentError
from contacthub_orm.mapping.codecs import copy_in
from contacthub_orm.mapping.criterion import Composite, Condition, Criterion
from contacthub_orm.query.comparisons import check_comparison
from contacthub_orm.query.instants import is_about_instants, with_instants
from contacthub_orm.query.period import ALWAYS, Period

EVENTS = "events"


@attrs.frozen(slots=True, repr=False)
class Did(Criterion):
    """The customers with an event of a type, as `did` makes it; immutable, joined with other criteria by `&`, `|`, `~`.

    `~did(...)` selects the customers without such an event.
    """

    event: str
    conditions: tuple[Criterion, ...] = ()
    timeframe: Period = ALWAYS
    negated: bool = attrs.field(default=False, kw_only=True)

    def where(self, *criteria: Criterion) -> Did:
        """Count only events that meet all the criteria, which are about one and the same event.

        A date that is compared with `Event.date` stands for its whole day in UTC, as in `between`.

        Raises:
            ArgumentError: not a criterion, one that is not about events, or a date that is none.

        Example:
            `did("completedOrder").where(Event.context == "WEB", Event.properties.amount.total > 100)`
        """
        self._refuse_when_negated()
        for criterion in criteria:
            _check(criterion)
        added = tuple(with_instants(criterion, _is_about_instants) for criterion in criteria)
        return attrs.evolve(self, conditions=self.conditions + added)

    def between(self, low: date | str, high: date | str) -> Did:
        """Count only events from `low` to `high`, both included: datetimes, dates (whole days in UTC) or ISO texts.

        Further calls narrow the period.

        Raises:
            ArgumentError: one of them is no date.
        """
        return self._within(Period.between(low, high, what="did(...).between"))

    def since(self, low: date | str) -> Did:
        """Count only events from `low` on; as `between`."""
        return self._within(Period.since(low, what="did(...).since"))

    def until(self, high: date | str) -> Did:
        """Count only events up to `high`; as `between`."""
        return self._within(Period.until(high, what="did(...).until"))

    @property
    def condition(self) -> Criterion | None:
        """What the event has to meet beside its type and date; None when nothing."""
        if len(self.conditions) > 1:
            return Composite("and", self.conditions)
        return self.conditions[0] if self.conditions else None

    def _complement(self) -> Did:
        return attrs.evolve(self, negated=not self.negated)

    def _within(self, period: Period) -> Did:
        self._refuse_when_negated()
        return attrs.evolve(self, timeframe=self.timeframe.narrow(period))

    def _refuse_when_negated(self) -> None:
        if self.negated:
            raise ArgumentError("~did(...) is complete: say first which events are meant, then negate it.")

    def __repr__(self) -> str:
        condition = "" if self.condition is None else f" where {self.condition!r}"
        timeframe = "" if self.timeframe.is_whole else " within <period>"
        return f"{'not ' if self.negated else ''}did({self.event}{condition}{timeframe})"


def did(event: str) -> Did:
    """The customers who did something: those with an event of this type, one of `Event.TYPES` or a type of your own.

    Raises:
        ArgumentError: the type is no text, or empty.

    Example:
        `session.query(Customer).filter(did(Event.TYPES.COMPLETED_ORDER).between("2026-01-01", "2026-01-31"))`
    """
    given: object = event
    if not isinstance(given, str) or not given.strip():
        raise ArgumentError('did() takes the type of an event, such as Event.TYPES.LOGGED_IN or "loggedIn".')
    return Did(copy_in(given, "did"))


def _is_about_instants(condition: Condition) -> bool:
    return condition.attribute == "date" or is_about_instants(condition)


def _check(criterion: object) -> None:
    waiting = [criterion]
    while waiting:
        found = waiting.pop()
        if isinstance(found, Composite):
            waiting += found.conditions
        elif not isinstance(found, Condition):
            raise ArgumentError(
                f"did(...).where() takes criteria about the event, such as Event.context == value, not "
                f"{type(found).__name__}."
            )
        elif found.entity is not None and found.entity.__path__ != EVENTS:
            raise ArgumentError(
                f"did(...).where(): {found.entity.__name__}.{found.attribute} is no field of an event. Put it beside: "
                "filter(did(...), criterion)."
            )
        elif found.attribute == "mode":
            raise ArgumentError("did(...).where(): events hold no mode, it goes with their type; ask for the type.")
        else:
            check_comparison(found)
