"""Keys that change hands in one commit: refused, because the server might merge the new one into the old one."""

from __future__ import annotations

import pytest

from contacthub_orm import Customer
from contacthub_orm.errors import FlushError

EMAIL = "handed.over@example.com"


@pytest.fixture
def holder(sandbox, session):
    made = Customer(base={"contacts": {"email": EMAIL}})
    session.add(made)
    session.commit()
    sandbox.requests.clear()
    return made


def successor():
    return Customer(base={"firstName": "New", "contacts": {"email": EMAIL}})


def test_a_new_customer_with_the_address_of_a_deleted_one_is_refused(sandbox, session, holder):
    session.delete(holder)
    session.add(successor())
    with pytest.raises(FlushError, match=r"base\.contacts\.email .*commit the deletion first"):
        session.commit()
    assert len(sandbox.requests) == 0


def test_a_new_customer_with_the_address_that_an_edit_takes_away_is_refused(sandbox, session, holder):
    holder.base.contacts.email = "moved@example.com"
    session.add(successor())
    with pytest.raises(FlushError, match="commit the edit first"):
        session.commit()
    assert len(sandbox.requests) == 0


def test_in_two_commits_both_are_there(session, holder):
    holder.base.contacts.email = "moved@example.com"
    session.commit()
    session.add(successor())
    session.commit()
    assert session.query(Customer).count() == 2


def test_an_edit_of_something_else_hands_nothing_over(session, holder):
    holder.base.firstName = "Old"
    session.add(Customer(base={"contacts": {"email": "another@example.com"}}))
    assert len(session.plan()) == 2


def test_of_new_customers_with_the_same_key_the_last_wins(sandbox, session):
    sandbox.configure(uniqueness="BLOCK", matching=["externalId"])
    for row in range(10):
        session.add(Customer(externalId="9", base={"firstName": str(row)}), force_update=True)
    assert session.commit().is_done
    assert session.query(Customer).one().base.firstName == "9"


def test_of_new_customers_with_the_same_key_the_first_is_there_when_none_is_to_update(sandbox, session, fails):
    sandbox.configure(uniqueness="BLOCK", matching=["externalId"])
    rows = [Customer(externalId="9", base={"firstName": str(row)}) for row in range(10)]
    session.add_all(rows)
    report = fails(session)
    assert [outcome.object for outcome in report.done] == rows[:1]
    assert [outcome.object for outcome in report.conflicts] == rows[1:]
