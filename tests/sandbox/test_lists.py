"""GET /customers: pages, order, fields, externalId (contract 2.7, 10.2 #1 to #4, #42, #43)."""

import pytest


def populate(client, *names):
    return [client.create(externalId=name) for name in names]


def test_a_page_has_elements_and_five_numbers(client):
    populate(client, "a", "b", "c")

    assert client.listed(size=2)["page"] == {
        "size": 2,
        "totalElements": 3,
        "totalUnfilteredElements": 0,
        "totalPages": 2,
        "number": 0,
    }


def test_ten_elements_are_the_default(client, sandbox):
    sandbox.seed(11)

    page = client.listed()

    assert (len(page["elements"]), page["page"]["size"]) == (10, 10)


def test_pages_count_from_zero(client):
    populate(client, "a", "b", "c")

    pages = [client.listed(size=2, page=number)["elements"] for number in (0, 1)]

    assert [[element["externalId"] for element in page] for page in pages] == [["a", "b"], ["c"]]


@pytest.mark.parametrize("number", [2, 999, 10**17])
def test_a_page_past_the_end_is_empty(client, number):
    populate(client, "a", "b")

    page = client.listed(size=1, page=number)

    assert (page["elements"], page["page"]["number"], page["page"]["totalElements"]) == ([], number, 2)


def test_an_empty_list_has_no_pages(client):
    page = client.listed()["page"]

    assert (page["totalElements"], page["totalPages"], page["number"]) == (0, 0, 0)


@pytest.mark.parametrize("size", ["0", "51", "-1", "x", "", "1.5", "+5", "٣"])
def test_a_bad_size_is_400(client, problem, size):
    problem(client.list(size=size), 400)


@pytest.mark.parametrize("page", ["-1", "x", "", "1e3", "9" * 30])
def test_a_bad_page_is_400(client, problem, page):
    problem(client.list(page=page), 400)


def test_fifty_is_the_largest_size(client, sandbox):
    sandbox.seed(51)

    assert len(client.listed(size=50)["elements"]) == 50


def test_a_larger_size_can_be_clamped_instead(client, sandbox, problem):
    sandbox.configure(clamp_size=True)

    assert client.listed(size=100)["page"]["size"] == 50
    problem(client.list(size=0), 400)


def test_a_parameter_given_twice_is_400(client, problem):
    problem(
        client.send("GET", "/customers", params=[("nodeId", client.sandbox.node_id), ("size", 1), ("size", 2)]), 400
    )


def test_unknown_parameters_are_ignored(client):
    assert client.list(foo="bar").status_code == 200


def test_the_default_order_is_that_of_registration(client, clock):
    populate(client, "c", "a")
    clock.advance(5)
    populate(client, "b")

    assert client.listed_names() == ["c", "a", "b"]


def test_elements_are_full_documents(client):
    [customer] = populate(client, "a")

    assert client.listed()["elements"] == [customer]


def test_a_list_shows_one_node_only(client, sandbox):
    other = sandbox.add_node()
    client.create(externalId="here")
    client.create(externalId="there", nodeId=other)

    assert client.listed_names() == ["here"]
    assert client.listed_names(nodeId=other) == ["there"]


def test_reading_by_id_is_not_scoped_to_a_node(client, sandbox):
    customer = client.create(externalId="there", nodeId=sandbox.add_node())

    assert client.send("GET", f"/customers/{customer['id']}", params={"nodeId": sandbox.node_id}).json() == customer


def test_the_external_id_has_to_match_exactly(client):
    populate(client, "a", "A", "aa")

    assert client.listed_names(externalId="a") == ["a"]


def test_several_customers_may_share_an_external_id(client):
    populate(client, "a", "a")

    assert client.listed_names(externalId="a") == ["a", "a"]


def test_an_unknown_external_id_gives_an_empty_list(client):
    assert client.listed_names(externalId="a") == []


def test_an_external_id_may_hold_any_character(client):
    name = "a&b=c+d e/%?#è\"'"
    populate(client, name)

    assert client.listed_names(externalId=name) == [name]


class TestSort:
    @pytest.fixture(autouse=True)
    def customers(self, client):
        for name, first, last in [("1", "b", "x"), ("2", "a", "y"), ("3", None, "x"), ("4", "c", "y")]:
            client.create(externalId=name, base={"firstName": first, "lastName": last})

    @pytest.mark.parametrize("sort", ["base.firstName", "base.firstName,asc", "base.firstName,ASC"])
    def test_ascending_is_the_default_and_customers_without_the_value_come_last(self, client, sort):
        assert client.listed_names(sort=sort) == ["2", "1", "4", "3"]

    @pytest.mark.parametrize("sort", ["base.firstName,desc", "base.firstName,DESC"])
    def test_descending_leaves_customers_without_the_value_last(self, client, sort):
        assert client.listed_names(sort=sort) == ["4", "1", "2", "3"]

    def test_several_sorts_apply_one_after_the_other(self, client):
        assert client.listed_names(sort=["base.lastName,desc", "base.firstName,desc"]) == ["4", "2", "1", "3"]

    def test_equals_stay_in_the_order_of_registration(self, client):
        assert client.listed_names(sort="base.lastName") == ["1", "3", "2", "4"]

    @pytest.mark.parametrize("path", ["registeredAt", "updatedAt", "id"])
    def test_the_members_of_the_server_can_be_sorted_by(self, client, path):
        assert client.listed_names(sort=f"{path},desc") in (["4", "3", "2", "1"], ["1", "2", "3", "4"])

    def test_extended_can_be_sorted_by(self, client):
        client.create(externalId="5", extended={"points": 10})
        client.create(externalId="6", extended={"points": 9})

        assert client.listed_names(sort="extended.points")[:2] == ["6", "5"]

    @pytest.mark.parametrize(
        "sort",
        [
            "foo",
            "base.foo",
            "base.firstName.x",
            "base",
            "base.contacts",
            "tags.manual",
            "base.likes",
            "base.likes.name",
            "",
            "base..x",
            'extended.a"b',
            "base.firstName,up",
            "base.firstName,asc,base.lastName",
        ],
    )
    def test_what_cannot_be_sorted_by_is_400(self, client, problem, sort):
        problem(client.list(sort=sort), 400)

    def test_pages_of_a_sorted_list_fit_together(self, client):
        pages = [client.listed(sort="base.lastName,desc", size=1, page=number)["elements"] for number in range(4)]

        assert [page[0]["externalId"] for page in pages] == ["2", "4", "1", "3"]


class TestFields:
    @pytest.fixture(autouse=True)
    def customer(self, client):
        return client.create(
            externalId="a",
            base={
                "firstName": "Bruce",
                "lastName": "Wayne",
                "contacts": {"email": "b@example.com", "phone": "1"},
                "likes": [{"id": "1", "name": "Jazz"}],
            },
            extended={"points": 1, "deep": {"a": 1, "b": 2}},
            tags={"manual": ["x"], "auto": ["y"]},
        )

    def one(self, client, fields):
        return client.listed(fields=fields)["elements"][0]

    def test_what_is_not_selected_is_null(self, client, customer):
        shown = self.one(client, "base.firstName")

        assert list(shown) == list(customer)
        assert shown["base"]["firstName"] == "Bruce"
        assert shown["base"]["lastName"] is None
        assert shown["base"]["contacts"] is None
        unselected = ("externalId", "extra", "registeredAt", "updatedAt", "enabled", "extended", "consents", "tags")
        assert [shown[name] for name in unselected] == [None] * 8

    def test_the_identity_is_always_there(self, client, customer):
        shown = self.one(client, "extra")

        assert (shown["id"], shown["nodeId"]) == (customer["id"], customer["nodeId"])

    def test_a_group_is_selected_as_a_whole(self, client, customer):
        assert self.one(client, "base")["base"] == customer["base"]
        assert self.one(client, "base.contacts,base")["base"] == customer["base"]
        assert self.one(client, "base,base.contacts")["base"] == customer["base"]

    def test_parts_of_groups_can_be_selected(self, client):
        shown = self.one(client, "base.contacts.email,extended.deep.b,tags.auto")

        assert (shown["base"]["contacts"]["email"], shown["base"]["contacts"]["phone"]) == ("b@example.com", None)
        assert shown["extended"] == {"deep": {"b": 2}}
        assert shown["tags"] == {"auto": ["y"], "manual": []}

    def test_members_of_list_elements_can_be_selected(self, client):
        assert self.one(client, "base.likes.name")["base"]["likes"] == [{"name": "Jazz"}]

    def test_unknown_paths_are_ignored(self, client):
        assert self.one(client, "foo,base.foo.bar,base.firstName.x,base.lastName")["base"]["lastName"] == "Wayne"

    @pytest.mark.parametrize("fields", ["", ",", " "])
    def test_no_path_selects_everything(self, client, customer, fields):
        assert self.one(client, fields) == customer

    def test_blanks_around_paths_do_not_matter(self, client):
        assert self.one(client, "base.lastName, base.firstName")["base"]["firstName"] == "Bruce"

    def test_a_null_section_stays_null(self, client):
        assert self.one(client, "consents.softSpam.email")["consents"] is None


def test_all_parameters_work_together(client):
    for name in ("x", "y"):
        client.create(externalId="same", base={"firstName": name}, tags={"manual": ["t"]})
    query = {
        "query": {
            "type": "simple",
            "are": {"condition": {"type": "atomic", "attribute": "tags.manual", "operator": "IN", "value": "t"}},
        }
    }

    page = client.query(query, externalId="same", sort="base.firstName,desc", fields="base.firstName", size=1).json()

    assert page["elements"][0]["base"]["firstName"] == "y"
    assert page["page"]["totalElements"] == 2


@pytest.mark.parametrize("text", ["%zz", "%", "%F", "%ff", "a%C3"])
def test_a_query_string_that_is_not_encoded_correctly_is_400(client, dial, text):
    connection = dial()
    target = f"/hub/v1/workspaces/{client.sandbox.workspace_id}/customers?nodeId={text}"
    connection.send(
        f"GET {target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {client.sandbox.token}\r\n\r\n".encode()
    )

    assert connection.response()[0] == 400


@pytest.mark.parametrize("character", '[]{}"<>\\^`|#')
def test_characters_that_must_be_encoded_are_refused_bare(client, dial, character):
    connection = dial()
    target = f"/hub/v1/workspaces/{client.sandbox.workspace_id}/customers?query={character}"
    connection.send(
        f"GET {target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {client.sandbox.token}\r\n\r\n".encode()
    )

    assert connection.response()[0] == 400
