"""The published Python SDK, version 0.2, as a client that knows nothing of this project: customers and errors.

Its known bugs (contract 8.1, named by number) show up as they are; what counts is what the sandbox received and stored.
"""

from datetime import date, datetime

import pytest
from contacthub import Workspace
from contacthub.errors.api_error import APIError
from contacthub.models import Customer, Properties

from tests.sandbox.published_sdk import person, workspace_of


@pytest.fixture
def node(sandbox):
    return workspace_of(sandbox).get_node(sandbox.node_id)


@pytest.fixture
def ada(client):
    base = {"firstName": "Ada", "contacts": {"email": "ada@example.com", "phone": "1"}}
    return client.create(externalId="Ada", base=base, tags={"auto": [], "manual": ["kept"]})


def sent(sandbox):
    """The method and the path below the workspace of every request."""
    return [(entry.method, entry.path.partition(sandbox.workspace_id)[2]) for entry in sandbox.requests]


# -- workspace and node ------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:.*unclosed file:pytest.PytestUnraisableExceptionWarning")  # bug 47
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_a_workspace_from_an_ini_file(sandbox, client, tmp_path):
    file = tmp_path / "contacthub.ini"
    file.write_text(
        f"workspace_id = {sandbox.workspace_id}\ntoken = {sandbox.token}\nbase_url = {sandbox.url}/workspaces\n"
    )
    customer = client.create(**person("Ada"))

    node = Workspace.from_ini_file(str(file)).get_node(sandbox.node_id)

    assert node.get_customer(id=customer["id"]).externalId == "Ada"


def test_it_sends_a_bearer_token_and_json_with_every_request(sandbox, node):
    node.get_customers()

    headers = sandbox.requests[-1].headers
    assert (headers["Authorization"], headers["Content-Type"]) == ("Bearer [redacted]", "application/json")


# -- one customer ------------------------------------------------------------------------------------------------------


def test_an_added_customer_comes_back_as_it_is_stored(node, client):
    customer = node.add_customer(externalId="Ada", base={"firstName": "Ada", "dob": date(1815, 12, 10)})

    stored = client.read(customer.id)
    assert (customer.base.firstName, customer.base.dob, customer.enabled) == ("Ada", "1815-12-10", True)
    assert (stored["externalId"], stored["nodeId"], stored["base"]["dob"]) == ("Ada", node.node_id, "1815-12-10")


def test_properties_are_sent_as_what_they_hold(node, client):
    base = Properties(firstName="Ada", contacts=Properties(email="ada@example.com"))
    customer = node.add_customer(base=base, extended=Properties(points=[1, 2]))

    stored = client.read(customer.id)
    assert (stored["base"]["contacts"]["email"], stored["extended"]) == ("ada@example.com", {"points": [1, 2]})


def test_a_customer_object_is_posted_without_what_is_empty(node, client):
    Customer(node, externalId="Ada", base=Properties(firstName="Ada", lastName=None)).post()

    [stored] = client.listed(externalId="Ada")["elements"]
    # Its template is sent along: an empty object is no null (bug 27).
    assert (stored["base"]["firstName"], stored["extended"], stored["tags"]) == ("Ada", {}, {"auto": [], "manual": []})


def test_a_customer_is_read_by_id(node, client):
    customer = client.create(**person("Ada", contacts={"email": "ada@example.com"}))

    found = node.get_customer(id=customer["id"])

    assert (found.externalId, found.base.contacts.email) == ("Ada", "ada@example.com")
    assert (found.registeredAt, found.updatedAt) == (customer["registeredAt"], customer["updatedAt"])


def test_a_customer_is_read_by_its_external_id(node, client):
    customer = client.create(**person("Ada"))

    assert node.get_customer(external_id="Ada").id == customer["id"]


def test_several_or_no_customers_with_an_external_id_are_a_list(node, client):  # bug 16
    client.create(**person("twin"))
    client.create(**person("twin"))

    assert [found.externalId for found in node.get_customer(external_id="twin")] == ["twin", "twin"]
    assert list(node.get_customer(external_id="nobody")) == []


def test_a_customer_without_base_cannot_be_loaded(node, client):  # bug 18
    customer = client.create(externalId="Ada")

    with pytest.raises(TypeError):
        node.get_customer(id=customer["id"])


# -- duplicates --------------------------------------------------------------------------------------------------------


@pytest.fixture
def blocking(sandbox):
    sandbox.configure(uniqueness="BLOCK")


NEW_ADA = {"base": {"lastName": "Lovelace", "contacts": {"email": "ada@example.com"}}}


@pytest.mark.usefixtures("blocking")
def test_a_duplicate_is_an_error_that_names_the_other_customer(node, ada):
    with pytest.raises(APIError) as error:
        node.add_customer(**NEW_ADA)

    text = str(error.value)
    assert text.startswith(f"Status code: 409. Message: Conflict with exiting customer {ada['id']}. Errors: []. Data: ")
    assert f"/customers/{ada['id']}" in text


@pytest.mark.usefixtures("blocking")
def test_a_forced_update_patches_the_other_customer(sandbox, node, client, ada):
    updated = node.add_customer(force_update=True, **NEW_ADA)

    assert sent(sandbox)[-2:] == [("POST", "/customers"), ("PATCH", f"/customers/{ada['id']}")]
    assert sandbox.requests[-1].body == NEW_ADA
    assert (updated.id, updated.base.firstName, updated.base.lastName) == (ada["id"], "Ada", "Lovelace")
    stored = client.read(ada["id"])
    assert (stored["base"]["contacts"]["phone"], stored["tags"]["manual"]) == ("1", ["kept"])


@pytest.mark.usefixtures("blocking")
def test_a_forced_update_by_an_object_erases_the_tags(node, client, ada):  # bug 25
    Customer(node, base=Properties(contacts=Properties(email="ada@example.com"))).post(force_update=True)

    stored = client.read(ada["id"])
    assert (stored["base"]["firstName"], stored["tags"]["manual"]) == ("Ada", [])


@pytest.mark.usefixtures("blocking")
def test_an_untrusted_token_cannot_force_an_update(sandbox, node, ada):
    sandbox.configure(trusted=False)

    with pytest.raises(TypeError):  # it looks for the customer in data that are not there
        node.add_customer(force_update=True, **NEW_ADA)


def test_duplicates_are_merged_by_default(node, ada):
    merged = node.add_customer(**NEW_ADA)

    assert (merged.id, merged.base.firstName, merged.base.lastName) == (ada["id"], "Ada", "Lovelace")


# -- changing customers ------------------------------------------------------------------------------------------------


def test_an_update_patches(sandbox, node, client, ada):
    updated = node.update_customer(ada["id"], base={"contacts": {"phone": None}}, extra="x")

    assert sandbox.requests[-1].method == "PATCH"
    assert (updated.extra, updated.base.contacts.phone, updated.base.firstName) == ("x", None, "Ada")
    assert client.read(ada["id"])["updatedAt"] == updated.updatedAt > ada["updatedAt"]


def test_a_full_update_puts(node, client, ada):
    updated = node.update_customer(ada["id"], full_update=True, nodeId=node.node_id, base={"firstName": "Augusta"})

    stored = client.read(ada["id"])
    assert (stored["externalId"], stored["base"]["contacts"], stored["tags"]) == (None, None, None)
    assert (stored["base"]["firstName"], updated.base.firstName) == ("Augusta", "Augusta")


def test_a_full_update_without_the_node_is_refused(node, ada):
    with pytest.raises(APIError, match=r"Status code: 400\. .*/nodeId"):
        node.update_customer(ada["id"], full_update=True, base={"firstName": "Augusta"})


def test_edits_of_an_object_are_patched_leaf_by_leaf(sandbox, node, client, ada):
    customer = node.get_customer(id=ada["id"])
    customer.base.contacts.email = "augusta@example.com"
    customer.extra = "x"

    assert customer.get_mutation_tracker() == {"base": {"contacts": {"email": "augusta@example.com"}}, "extra": "x"}
    customer.patch()

    assert sandbox.requests[-1].body == {"base": {"contacts": {"email": "augusta@example.com"}}, "extra": "x"}
    stored = client.read(ada["id"])["base"]
    assert (stored["firstName"], stored["contacts"]["email"]) == ("Ada", "augusta@example.com")
    assert stored["contacts"]["phone"] == "1"


def test_assigned_properties_unset_what_they_lack(node, client, ada):
    customer = node.get_customer(id=ada["id"])
    customer.base.contacts = Properties(email="new@example.com")
    customer.patch()

    contacts = client.read(ada["id"])["base"]["contacts"]
    assert (contacts["email"], contacts["phone"], contacts["otherContacts"]) == ("new@example.com", None, [])


def test_an_object_is_put_with_a_timezone_that_nobody_chose(node, client, ada):  # bug 26
    customer = node.get_customer(id=ada["id"])
    customer.base.lastName = "Lovelace"
    customer.put()

    stored = client.read(ada["id"])
    assert (stored["base"]["lastName"], stored["base"]["contacts"]["phone"]) == ("Lovelace", "1")
    assert (stored["base"]["timezone"], stored["tags"]["manual"]) == ("Europe/Rome", ["kept"])


def test_loaded_objects_put_back_a_template_that_was_not_there(node, client):  # bug 22
    customer = client.create(**person("Ada"))
    node.get_customer(id=customer["id"]).put()

    stored = client.read(customer["id"])
    assert (customer["extended"], customer["tags"]) == (None, None)
    assert (stored["extended"], stored["tags"]) == ({}, {"auto": [], "manual": []})


def test_dates_are_sent_in_the_forms_that_the_api_takes(node, client):
    like = {"id": "like", "createdTime": datetime(2017, 3, 9, 11, 31, 31, 842000)}
    customer = node.add_customer(base={"dob": date(1815, 12, 10), "likes": [like]})

    # Fractions of a second get lost on the way (bug 37).
    assert client.read(customer.id)["base"]["likes"][0]["createdTime"] == "2017-03-09T11:31:31.000+0000"


def test_deleting_works_and_looks_as_if_it_failed(sandbox, node, client, ada, problem):  # bug 17
    with pytest.raises(TypeError):
        node.delete_customer(ada["id"])

    assert (sandbox.requests[-1].method, sandbox.requests[-1].status) == ("DELETE", 200)
    problem(client.send("GET", f"/customers/{ada['id']}"), 404)


def test_an_object_deletes_itself(node, client, ada, problem):
    node.get_customer(id=ada["id"]).delete()

    problem(client.send("GET", f"/customers/{ada['id']}"), 404)


# -- errors ------------------------------------------------------------------------------------------------------------


def test_a_wrong_token(sandbox):
    node = workspace_of(sandbox, token="wrong").get_node(sandbox.node_id)

    with pytest.raises(APIError, match=r"Status code: 401\. Message: The client is not authorized to access the API\."):
        node.get_customers()


def test_a_foreign_workspace(sandbox):
    node = workspace_of(sandbox, workspace_id="other").get_node(sandbox.node_id)

    with pytest.raises(APIError, match=r"Status code: 403\. Message: workspace not found: other\."):
        node.get_customers()


def test_an_unknown_node(sandbox):
    with pytest.raises(APIError, match=r"Status code: 404\. Message: node not found nowhere\."):
        workspace_of(sandbox).get_node("nowhere").get_customers()


def test_an_unknown_customer(node):
    with pytest.raises(APIError, match=r"Status code: 404\. "):
        node.get_customer(id="nobody")
    with pytest.raises(APIError, match=r"Status code: 404\. "):
        node.update_customer("nobody", extra="x")
    with pytest.raises(APIError, match=r"Status code: 404\. "):
        node.delete_customer("nobody")


def test_an_empty_customer(node):
    with pytest.raises(APIError, match=r"Status code: 400\. Message: source customer is not valid\."):
        node.add_customer()


def test_an_unknown_property(node):
    with pytest.raises(APIError, match=r"Status code: 400\. .*'path': '/base/nickname'"):
        node.add_customer(base={"nickname": "Ada"})


def test_an_answer_of_the_framework_makes_it_stumble(node):  # bug 5
    with pytest.raises(KeyError):
        node.get_customer(id="a/b")  # bug 3: the id is not encoded, so the path leads nowhere
