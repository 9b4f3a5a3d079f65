"""The published Python SDK as a client: what belongs to a customer, tags and events included."""

from datetime import datetime

import pytest
from contacthub.errors.api_error import APIError
from contacthub.errors.operation_not_permitted import OperationNotPermitted
from contacthub.lib.paginated_list import PaginatedList
from contacthub.models import Customer, Education, Event

from tests.sandbox.published_sdk import person, workspace_of


@pytest.fixture
def node(sandbox):
    return workspace_of(sandbox).get_node(sandbox.node_id)


@pytest.fixture
def ada(client):
    base = {"firstName": "Ada", "contacts": {"email": "ada@example.com", "phone": "1"}}
    return client.create(externalId="Ada", base=base, tags={"auto": [], "manual": ["kept"]})


# -- tags --------------------------------------------------------------------------------------------------------------


def test_tags_are_added_and_removed(sandbox, node, client, ada):
    node.add_tag(ada["id"], "new")
    assert client.read(ada["id"])["tags"] == {"auto": [], "manual": ["kept", "new"]}
    node.remove_tag(ada["id"], "kept")

    assert client.read(ada["id"])["tags"] == {"auto": [], "manual": ["new"]}
    methods = [entry.method for entry in sandbox.requests[1:]]
    assert methods == ["GET", "PATCH", "GET", "GET", "PATCH", "GET"]  # with our looks


def test_a_tag_that_is_there_is_added_again(node, client, ada):  # bug 42
    node.add_tag(ada["id"], "kept")

    assert client.read(ada["id"])["tags"]["manual"] == ["kept", "kept"]


def test_a_customer_without_tags_gets_a_first_one(node, client):
    customer = client.create(**person("Ada"))
    node.add_tag(customer["id"], "new")

    assert client.read(customer["id"])["tags"] == {"auto": [], "manual": ["new"]}


def test_a_tag_that_is_not_there_cannot_be_removed(node, ada):
    with pytest.raises(ValueError, match="Tag not in Customer's Tags"):
        node.remove_tag(ada["id"], "absent")


# -- sub-resources -----------------------------------------------------------------------------------------------------

KINDS = {
    "education": {"id": "e-1", "schoolName": "Home", "schoolType": "OTHER", "startYear": 1820, "isCurrent": False},
    "job": {"id": "j-1", "jobTitle": "Programmer", "startDate": "1842-10-01", "isCurrent": True},
    "like": {"id": "l-1", "name": "Engines", "createdTime": "2017-03-09T11:31:31.842+0000"},
    "subscription": {"id": "s-1", "name": "News", "kind": "SERVICE", "subscribed": True},
}


@pytest.fixture(params=sorted(KINDS))
def kind(request):
    return request.param


def test_sub_resources_are_added_read_and_removed(node, client, ada, kind):
    content = KINDS[kind]

    added = getattr(node, f"add_{kind}")(ada["id"], **content)
    assert {name: getattr(added, name) for name in content} == content
    [stored] = client.read(ada["id"])["base"][f"{kind}s"]
    assert {name: stored[name] for name in content} == content
    assert getattr(node, f"get_customer_{kind}")(ada["id"], content["id"]).id == content["id"]

    getattr(node, f"remove_{kind}")(ada["id"], content["id"])
    assert client.read(ada["id"])["base"][f"{kind}s"] == []


def test_an_update_of_a_sub_resource_lacks_its_id(sandbox, node, client, ada, kind):  # bug 40
    content = KINDS[kind]
    getattr(node, f"add_{kind}")(ada["id"], **content)

    with pytest.raises(APIError, match="Status code: 400"):
        getattr(node, f"update_{kind}")(ada["id"], content["id"], name="x")

    assert sandbox.requests[-1].body == {"name": "x"}


def test_a_sub_resource_object_posts_puts_and_deletes_itself(node, client, ada):
    customer = node.get_customer(id=ada["id"])
    education = Education(customer=customer, id="e-1", schoolName="Home")
    education.post()
    education.schoolName = "London"
    education.put()

    [stored] = client.read(ada["id"])["base"]["educations"]
    assert (stored["id"], stored["schoolName"]) == ("e-1", "London")

    education.delete()
    assert client.read(ada["id"])["base"]["educations"] == []


def test_a_sub_resource_of_a_loaded_customer_is_patched_with_its_list(sandbox, node, client, ada):
    node.add_job(ada["id"], id="j-1", jobTitle="Poet")
    customer = node.get_customer(id=ada["id"])
    customer.base.jobs[0].jobTitle = "Programmer"
    customer.patch()

    assert list(sandbox.requests[-1].body["base"]) == ["jobs"]
    assert client.read(ada["id"])["base"]["jobs"][0]["jobTitle"] == "Programmer"


def test_a_sub_resource_that_is_not_there(node, ada, kind):
    with pytest.raises(APIError, match="Status code: 404"):
        getattr(node, f"get_customer_{kind}")(ada["id"], "nothing")
    with pytest.raises(APIError, match="Status code: 404"):
        getattr(node, f"remove_{kind}")(ada["id"], "nothing")


# -- sessions ----------------------------------------------------------------------------------------------------------


def test_a_session_is_linked_to_a_customer(node, client, ada):
    session_id = node.create_session_id()

    assert node.add_customer_session(ada["id"], session_id) == session_id
    [session] = client.send("GET", f"/customers/{ada['id']}/sessions").json()["elements"]
    assert session["value"] == session_id


# -- events ------------------------------------------------------------------------------------------------------------


def viewed(customer_id, **members):
    event = {
        "type": Event.TYPES.VIEWED_PAGE,
        "context": Event.CONTEXTS.WEB,
        "date": "2017-03-09T11:31:31.842+0000",
        "properties": {"title": "Home"},
        **members,
    }
    return {"customerId": customer_id, **event} if customer_id else event


def test_an_event_of_a_customer(node, ada):
    node.add_event(**viewed(ada["id"]))

    [event] = node.get_events(ada["id"])
    assert (event.customerId, event.type, event.context) == (ada["id"], "viewedPage", "WEB")
    assert (event.date, event.properties.title) == ("2017-03-09T11:31:31.842+0000", "Home")
    assert node.get_event(event.id).to_dict() == event.to_dict()


def test_the_sandbox_fills_in_what_the_request_shows(node, ada):
    node.add_event(**viewed(ada["id"]))

    client = node.get_events(ada["id"])[0].contextInfo.client
    assert (client.userAgent.partition("/")[0], client.ip) == ("python-requests", "127.0.0.1")


def test_an_event_object_posts_itself(node, ada):
    event = Event(node=node, **viewed(ada["id"], date=datetime(2017, 3, 9, 11, 31, 31)))
    event.post()

    [stored] = node.get_customer(id=ada["id"]).get_events()
    assert stored.date == "2017-03-09T11:31:31.000+0000"


def test_the_events_of_a_customer_come_in_pages(node, ada):
    for _ in range(12):
        node.add_event(**viewed(ada["id"]))

    events = node.get_events(ada["id"])

    assert (isinstance(events, PaginatedList), len(events), events.total_elements) == (True, 10, 12)
    assert len(events.next_page()) == 2
    assert len(node.get_events(ada["id"], size=5)) == 5


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"event_type": Event.TYPES.LOGGED_IN}, ["loggedIn"]),
        ({"context": Event.CONTEXTS.ECOMMERCE}, ["abandonedCart"]),
        ({"event_mode": "PASSIVE"}, ["abandonedCart"]),
        ({"event_mode": "ACTIVE"}, ["loggedIn", "viewedPage"]),
        ({"date_from": datetime(2017, 2, 1)}, ["abandonedCart", "viewedPage"]),
        ({"date_to": "2017-01-01T00:00:00Z"}, ["loggedIn"]),
        ({"date_from": "2017-01-15T00:00:00Z", "date_to": datetime(2017, 2, 15)}, ["abandonedCart"]),
    ],
)
def test_events_by_what_they_are_and_when_they_were(node, ada, filters, found):
    node.add_event(**viewed(ada["id"], type="loggedIn", properties={}, date="2017-01-01T00:00:00.000+0000"))
    cart = {"type": "abandonedCart", "context": "ECOMMERCE", "properties": {"orderId": "1"}}
    node.add_event(**viewed(ada["id"], **cart, date="2017-02-01T00:00:00.000+0000"))
    node.add_event(**viewed(ada["id"], date="2017-03-01T00:00:00.000+0000"))

    assert sorted(event.type for event in node.get_events(ada["id"], **filters)) == found


def test_an_event_of_a_session_finds_its_customer_later(node, ada):
    session_id = node.create_session_id()
    back = {"type": "SESSION_ID", "value": session_id, "nodeId": node.node_id}
    node.add_event(**viewed(None, bringBackProperties=back))
    assert node.get_events(ada["id"]).total_elements == 0

    node.add_customer_session(ada["id"], session_id)

    [event] = node.get_events(ada["id"])
    assert event.customerId == ada["id"]


def test_an_event_of_an_external_id_belongs_to_that_customer(node, ada):
    Event(node=node, **viewed(None, bringBackProperties={"type": "EXTERNAL_ID", "value": "Ada"})).post()

    [event] = node.get_events(ada["id"])
    assert event.bringBackProperties.to_dict() == {"type": "EXTERNAL_ID", "value": "Ada", "nodeId": node.node_id}


def test_an_external_id_that_nobody_has_makes_a_customer(node, client):
    back = {"type": "EXTERNAL_ID", "value": "Bob", "nodeId": node.node_id}
    node.add_event(**viewed(None, bringBackProperties=back))

    [customer] = client.listed(externalId="Bob")["elements"]
    assert node.get_events(customer["id"]).total_elements == 1


def test_the_wish_list_types_are_spelt_wrong(node, ada):  # bug 46
    with pytest.raises(APIError, match="Status code: 400"):
        node.add_event(**viewed(ada["id"], type=Event.TYPES.ADDED_WISH_LIST, properties={}))


def test_an_event_that_breaks_its_schema(node, ada):
    with pytest.raises(APIError, match=r"Status code: 400\. .*/properties/headline"):
        node.add_event(**viewed(ada["id"], properties={"headline": "Home"}))


def test_an_unknown_event(node):
    with pytest.raises(APIError, match="Status code: 404"):
        node.get_event("nothing")


def test_a_customer_that_is_not_stored_has_no_events(node):
    with pytest.raises(OperationNotPermitted):
        Customer(node).get_events()
