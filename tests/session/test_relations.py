"""What belongs to a customer: `customer.events` and `customer.sessions`, which are read and are no lists."""

from __future__ import annotations

import pytest

from contacthub_orm import Customer, Event
from contacthub_orm.errors import OperationNotPermitted


@pytest.fixture
def ada(session, sandbox):
    """A customer with an event and a session; the log is empty."""
    made = Customer(externalId="ada")
    session.add_all([made, event_of(made)])
    session.add_customer_session(made, "s-1")
    session.commit()
    sandbox.requests.clear()
    return made


def event_of(customer):
    return Event(customer=customer, type=Event.TYPES.LOGGED_IN, context=Event.CONTEXTS.WEB)


RELATIONS = ["events", "sessions"]

READING_A_LIST = {
    "truth": bool,
    "not": lambda relation: not relation,
    "len": len,
    "index": lambda relation: relation[0],
    "slice": lambda relation: relation[:2],
    "reversed": reversed,
}

CHANGING_A_LIST = {
    "append": lambda relation: relation.append(1),
    "extend": lambda relation: relation.extend([1]),
    "insert": lambda relation: relation.insert(0, 1),
    "remove": lambda relation: relation.remove(1),
    "pop": lambda relation: relation.pop(),
    "pop an index": lambda relation: relation.pop(0),
    "clear": lambda relation: relation.clear(),
    "sort": lambda relation: relation.sort(),
    "sort by a key": lambda relation: relation.sort(key=id, reverse=True),
    "reverse": lambda relation: relation.reverse(),
    "item": lambda relation: relation.__setitem__(0, 1),
    "slice": lambda relation: relation.__setitem__(slice(None), []),
    "del": lambda relation: relation.__delitem__(0),
    "*=": lambda relation: relation.__imul__(2),
}


@pytest.mark.parametrize("name", RELATIONS)
@pytest.mark.parametrize("how", READING_A_LIST)
def test_a_relation_is_no_list_and_says_which_call_asks_the_server(ada, sandbox, name, how):
    with pytest.raises(TypeError, match=rf"^customer\.{name} .* use (len\()?customer\.{name}\."):
        READING_A_LIST[how](getattr(ada, name))
    assert len(sandbox.requests) == 0


@pytest.mark.parametrize("name", RELATIONS)
@pytest.mark.parametrize("how", CHANGING_A_LIST)
def test_a_relation_cannot_be_changed_as_a_list_and_says_what_to_do_instead(ada, sandbox, name, how):
    with pytest.raises(OperationNotPermitted, match=rf"customer\.{name} is read-only\. Instead: "):
        CHANGING_A_LIST[how](getattr(ada, name))
    assert len(sandbox.requests) == 0


def test_augmented_assignment_is_refused_as_well(ada):
    with pytest.raises(OperationNotPermitted, match=r"session\.add\(Event\(customer=customer"):
        ada.events += [event_of(ada)]
    with pytest.raises(OperationNotPermitted, match=r"customer\.sessions\.add\(value\)"):
        ada.sessions += ["s-2"]


@pytest.mark.parametrize("name", RELATIONS)
@pytest.mark.parametrize("make", [list, tuple, set, lambda relation: sorted(relation, key=id), lambda it: [*it]])
def test_a_relation_is_iterated_by_one_request(ada, sandbox, name, make):
    (found,) = make(getattr(ada, name))
    assert found.customer is ada
    assert len(sandbox.requests) == 1


@pytest.mark.parametrize("name", RELATIONS)
def test_all_of_a_relation_has_truth_length_and_items(ada, name):
    found = getattr(ada, name).all()
    assert found
    assert len(found) == 1
    assert found[0].customer is ada


def test_whether_there_are_events_is_one_request(session, ada, sandbox):
    assert ada.events.exists() is True
    assert len(sandbox.requests) == 1
    other = Customer(externalId="other")
    session.add(other)
    session.commit()
    assert other.events.exists() is False


# -- of a customer of another node -------------------------------------------------------------------------------------


@pytest.fixture
def visitor(sandbox):
    """The id of a customer of another node, with two events."""
    with sandbox.workspace() as workspace, workspace.session(sandbox.add_node()) as elsewhere:
        made = Customer(externalId="visitor")
        elsewhere.add_all([made, event_of(made), event_of(made)])
        elsewhere.commit()
        ident = made.id
    sandbox.requests.clear()
    return ident


def test_the_events_of_a_customer_of_another_node_are_found(session, visitor):
    events = session.get_one(Customer, visitor).events
    assert len(list(events)) == len(events.all()) == events.count() == 2
    assert events.exists()
    assert events.first().customerId == visitor
    assert [event.id for event in events.page(1, size=1)] == [events.page(0, size=1).next_page()[0].id]
    assert events.filter(Event.type == Event.TYPES.LOGGED_IN).count() == 2


@pytest.mark.parametrize("known", ["stub", "expired"])
def test_the_events_of_a_customer_whose_node_is_not_known_are_found_without_reading_it(
    session, sandbox, visitor, known
):
    customer = session.stub(Customer, visitor) if known == "stub" else session.get_one(Customer, visitor)
    session.expire(customer)
    sandbox.requests.clear()
    assert customer.events.count() == 2
    (entry,) = sandbox.requests
    assert entry.query["customerId"] == visitor
    assert "nodeId" not in entry.query


def test_the_events_of_a_customer_of_the_own_node_are_asked_of_that_node(session, sandbox, ada):
    ada.events.first()
    assert sandbox.requests[0].query["nodeId"] == sandbox.node_id


# -- taking a session away ---------------------------------------------------------------------------------------------


def test_a_link_of_another_customer_is_not_taken_away(session, sandbox, ada):
    bob = Customer(externalId="bob")
    session.add(bob)
    session.add_customer_session(bob, "s-2")
    session.commit()
    link = bob.sessions.find("s-2")
    with pytest.raises(OperationNotPermitted, match="not linked to the customer"):
        ada.sessions.delete(link)
    session.commit()
    assert [each.value for each in bob.sessions] == ["s-2"]


def test_what_is_no_link_is_not_deleted(session, ada):
    for wrong in (ada, None, 7):
        with pytest.raises(OperationNotPermitted, match="not linked to the customer"):
            ada.sessions.delete(wrong)
    assert session.deleted == ()


def test_a_link_that_was_not_sent_yet_is_taken_back(session, sandbox, ada):
    ada.sessions.delete(ada.sessions.add("s-2"))
    session.commit()
    assert len(sandbox.requests) == 0
