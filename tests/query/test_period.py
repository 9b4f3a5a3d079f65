"""Periods: both ends included, either may be open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacthub_orm.errors import ArgumentError
from contacthub_orm.query.period import ALWAYS, Period

moments = st.datetimes(datetime(2020, 1, 1), datetime(2020, 1, 9), timezones=st.just(UTC))
periods = st.builds(Period, st.none() | moments, st.none() | moments)


def holds(period: Period, moment: datetime) -> bool:
    return (period.start is None or period.start <= moment) and (period.end is None or moment <= period.end)


@given(periods, periods, moments)
def test_narrowing_keeps_what_both_have_in_common(a: Period, b: Period, moment: datetime):
    assert holds(a.narrow(b), moment) is (holds(a, moment) and holds(b, moment))


@given(periods, moments)
def test_an_empty_period_holds_nothing(period: Period, moment: datetime):
    assert not (period.is_empty and holds(period, moment))


@given(moments, moments)
def test_a_period_between_two_moments_is_empty_only_when_they_are_swapped(start: datetime, end: datetime):
    assert Period.between(start, end, what="it").is_empty is (
        start.replace(microsecond=start.microsecond // 1000 * 1000)
        > end.replace(microsecond=end.microsecond // 1000 * 1000)
    )


def test_always_has_no_ends():
    assert ALWAYS.is_whole
    assert not Period.since("2020-01-01", what="it").is_whole


@pytest.mark.parametrize("day", [date(2020, 2, 29), "2020-02-29"])
def test_a_day_lasts_from_its_first_to_its_last_millisecond_in_utc(day):
    assert Period.between(day, day, what="it") == Period(
        datetime(2020, 2, 29, tzinfo=UTC), datetime(2020, 2, 29, 23, 59, 59, 999_000, UTC)
    )


def test_instants_are_brought_to_utc():
    rome = datetime(2020, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    assert Period.since(rome, what="it") == Period.since(datetime(2020, 1, 1), what="it")


@pytest.mark.parametrize("wrong", [None, 5, 1.5, True, "soon", "", timedelta(1), ["2020-01-01"], "2020-02-30"])
def test_what_is_no_moment_is_refused(wrong):
    with pytest.raises(ArgumentError, match=r"^it: a period is given by"):
        Period.until(wrong, what="it")


@pytest.mark.parametrize(
    "beyond", [datetime.min.replace(tzinfo=timezone(timedelta(hours=2))), "0001-01-01T00:00:00+02:00"]
)
def test_what_lies_outside_the_calendar_in_utc_is_refused(beyond):
    with pytest.raises(ArgumentError, match="years 1 to 9999"):
        Period.since(beyond, what="it")
