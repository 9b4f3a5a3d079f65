"""What is refused in an event, at once and not after it was accepted (contract 4, 10.2 #33 and #49)."""

import pytest


@pytest.fixture
def refused(client, paths):
    """The JSON pointers of what is wrong with an event."""

    def refused(**content):
        return paths(client.post_event(**{"customerId": "c", **content}))

    return refused


@pytest.mark.parametrize("name", ["type", "context", "properties"])
def test_what_an_event_needs(client, paths, name):
    body = {"customerId": "c", "type": "loggedIn", "context": "WEB", "properties": {}}
    del body[name]

    assert paths(client.post_event(body)) == [f"/{name}"]


@pytest.mark.parametrize("name", ["sessionId", "externalId", "mode", "nodeId", "id", "registeredAt", "updatedAt"])
def test_the_event_object_is_closed(refused, name):
    assert refused(**{name: "x"}) == [f"/{name}"]


@pytest.mark.parametrize("name", ["customerId", "contextInfo", "date", "properties"])
def test_members_that_cannot_be_null(refused, name):
    assert refused(**{name: None}) == [f"/{name}"]


@pytest.mark.parametrize("name", ["bringBackProperties", "tracking"])
def test_members_that_can_be_null(client, name):
    assert client.post_event(customerId="c", **{name: None}).status_code == 202


@pytest.mark.parametrize("value", ["addedWishList", "", 1, None])
def test_an_unknown_type_is_refused(refused, value):
    assert refused(type=value) == ["/type"]


def test_an_unknown_context_is_refused(refused):
    assert refused(context="web") == ["/context"]


def test_the_properties_of_a_known_type_are_closed(refused):
    assert refused(type="viewedPage", properties={"url": "u", "lenght": 1}) == ["/properties/lenght"]


def test_properties_have_the_types_of_the_schema(refused):
    properties = {"orderId": 1, "amount": {"total": "10"}, "products": [{"quantity": "2"}]}

    assert refused(type="completedOrder", properties=properties) == [
        "/properties/orderId",
        "/properties/amount/total",
        "/properties/products/0/quantity",
    ]


def test_required_properties_are_missed(refused):
    assert refused(type="addedReward") == ["/properties/rewardAmount", "/properties/rewardTypeId"]


def test_numbers_keep_within_their_bounds(refused):
    reward = {"rewardTypeId": "t", "rewardAmount": -1}
    here = {"client": {"localization": {"geo": {"lat": 91, "lon": -181}}}}

    assert refused(type="addedReward", properties=reward) == ["/properties/rewardAmount"]
    assert refused(contextInfo=here) == [
        "/contextInfo/client/localization/geo/lat",
        "/contextInfo/client/localization/geo/lon",
    ]


def test_the_surroundings_follow_from_the_context(refused, client):
    store = {"store": {"id": "s"}}

    assert refused(context="WEB", contextInfo=store) == ["/contextInfo/store"]
    assert client.post_event(customerId="c", context="RETAIL", contextInfo=store).status_code == 202


def test_tracking_is_closed(refused):
    assert refused(tracking={"ga": {"utm_sorce": "x"}}) == ["/tracking/ga/utm_sorce"]


@pytest.mark.parametrize("name", ["type", "value", "nodeId"])
def test_bring_back_properties_need_all_their_members(refused, name):
    bring_back = {"type": "SESSION_ID", "value": "v", "nodeId": "n"}
    del bring_back[name]

    assert refused(bringBackProperties=bring_back) == [f"/bringBackProperties/{name}"]


def test_bring_back_properties_are_not_empty(refused):
    bring_back = {"type": "externalId", "value": "", "nodeId": ""}

    assert refused(bringBackProperties=bring_back) == [
        f"/bringBackProperties/{name}" for name in ("type", "value", "nodeId")
    ]


def test_bring_back_properties_name_a_node_of_the_workspace(client, problem):
    response = client.post_event(bringBackProperties={"type": "SESSION_ID", "value": "v", "nodeId": "nowhere"})

    assert problem(response, 404)["message"] == "node not found nowhere"


def test_a_date_names_its_offset(refused):
    assert refused(date="2020-01-01T00:00:00") == ["/date"]


@pytest.mark.parametrize("name", ["properties", "contextInfo"])
def test_sections_hold_64_kilobytes(refused, client, sandbox, name):
    sandbox.configure(event_types=["own"], event_contexts=["OWN"])
    event = {"type": "own", "context": "OWN"}
    filling = 64 * 1024 - len('{"x":""}')

    assert refused(**event, **{name: {"x": "x" * (filling + 1)}}) == [f"/{name}"]
    assert client.post_event(customerId="c", **event, **{name: {"x": "x" * filling}}).status_code == 202


def test_everything_that_is_wrong_is_told_at_once(refused):
    assert refused(type="nonsense", context="nowhere", mode="ACTIVE") == ["/type", "/context", "/mode"]


def test_the_message_tells_what_is_wrong(client, problem):
    assert problem(client.post_event(customerId="c", mode="x"), 400)["message"] == "event is not valid"


def test_a_refused_event_is_not_stored(client, paths):
    customer_id = client.create(externalId="c")["id"]

    paths(client.post_event(customerId=customer_id, properties={"x": 1}))

    assert client.listed_events() == []


def test_a_workspace_may_have_types_of_its_own_with_any_properties(client, sandbox):
    sandbox.configure(event_types=["boughtTheShop"])

    event_id = client.create_event(customerId="c", type="boughtTheShop", properties={"anything": {"goes": [None]}})

    assert client.read_event(event_id)["properties"] == {"anything": {"goes": [None]}}


def test_a_workspace_may_have_contexts_of_its_own(client, sandbox):
    sandbox.configure(event_contexts=["MOON"])

    assert client.post_event(customerId="c", context="MOON", contextInfo={"crater": "Tycho"}).status_code == 202


@pytest.mark.parametrize("given", ["kiosk-7", [1], 5, False])
def test_what_a_context_of_its_own_has_as_client_stays(client, sandbox, given):
    sandbox.configure(event_contexts=["MOON"])

    event_id = client.create_event(customerId="c", context="MOON", contextInfo={"client": given})

    assert client.read_event(event_id)["contextInfo"] == {"client": given}
