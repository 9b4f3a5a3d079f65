"""The published Python SDK as a client: pages and queries."""

from datetime import date, datetime

import pytest
from contacthub.errors.api_error import APIError
from contacthub.errors.operation_not_permitted import OperationNotPermitted
from contacthub.models import Customer
from contacthub.models.query import between_, in_, not_in_

from tests.sandbox.published_sdk import person, workspace_of


@pytest.fixture
def node(sandbox):
    return workspace_of(sandbox).get_node(sandbox.node_id)


# -- lists -------------------------------------------------------------------------------------------------------------


def test_customers_come_in_pages_of_ten(sandbox, node):
    ids = sandbox.seed(23)

    customers = node.get_customers()

    assert (customers.size, customers.total_elements, customers.total_pages) == (10, 23, 3)
    assert (customers.page_number, customers.total_unfiltered_elements) == (0, 0)
    seen = [customer.id for customer in customers]
    seen += [customer.id for customer in customers.next_page()]
    seen += [customer.id for customer in customers.next_page()]
    assert sorted(seen) == sorted(ids)
    assert [customer.id for customer in customers.previous_page()] == seen[10:20]


def test_there_is_nothing_before_the_first_and_after_the_last_page(sandbox, node):
    sandbox.seed(1)
    customers = node.get_customers()

    with pytest.raises(OperationNotPermitted, match="Last page reached"):
        customers.next_page()
    with pytest.raises(OperationNotPermitted, match="First page reached"):
        customers.previous_page()


def test_one_can_walk_past_an_empty_list(node):  # bug 12
    customers = node.get_customers()

    assert (customers.total_elements, customers.total_pages, customers.page_number) == (0, 0, 0)
    assert (list(customers.next_page()), customers.page_number) == ([], 1)


def test_the_size_of_a_page_can_be_chosen(sandbox, node):
    sandbox.seed(3)

    assert (len(node.get_customers(size=2)), sandbox.requests[-1].query["size"]) == (2, "2")


def test_the_first_page_comes_whatever_is_asked_for(sandbox, node):  # bug 11
    sandbox.seed(23)

    assert node.get_customers(page=2).page_number == 0
    assert "page" not in sandbox.requests[-1].query


def test_customers_with_an_external_id(node, client):
    for name in ("Ada", "Bob", "Ada"):
        client.create(**person(name))

    assert [customer.externalId for customer in node.get_customers(external_id="Ada")] == ["Ada", "Ada"]


def test_fields_leave_everything_else_unset(node, client):
    ada = client.create(**person("Ada", contacts={"phone": "1"}), tags={"auto": [], "manual": ["kept"]})

    [customer] = node.get_customers(fields=["base.firstName", "externalId"])

    assert (customer.id, customer.externalId, customer.base.firstName) == (ada["id"], "Ada", "Ada")
    assert (customer.base.contacts, customer.tags.manual) == (None, [])


# -- queries -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(client):
    """Five customers, whose names are found by `found`."""
    client.create(
        externalId="Ada",
        extra="1",
        base={"firstName": "Ada", "dob": "1815-12-10", "address": {"city": "London"}},
        tags={"auto": [], "manual": ["poet", "reader"]},
        extended={"points": 10},
    )
    client.create(**person("Bob", dob="1990-05-01", address={"city": "Paris"}), extended={"points": 20})
    client.create(**person("Cleo", dob="1995-01-01"), extended={"points": 0}, tags={"auto": [], "manual": ["poet"]})
    client.create(**person("Dan", address={"city": "London"}))
    client.create(**person("Eve", dob="2001-09-09", address={"city": "Rome"}), extended={"points": 30})


@pytest.fixture
def found(node, people):
    """The initials of the customers that meet some criteria, one filter each."""

    def found(*criteria):
        query = node.query(Customer)
        for criterion in criteria:
            query = query.filter(criterion)
        return "".join(sorted(customer.externalId[0] for customer in query.all()))

    return found


def test_without_a_filter_everybody_is_found(found):
    assert found() == "ABCDE"


def test_equal_and_not_equal(found):
    assert found(Customer.base.address.city == "London") == "AD"
    assert found(Customer.externalId == "Bob") == "B"
    # Who has no city is found too: it is not London.
    assert set("BE") <= set(found(Customer.base.address.city != "London"))


def test_null_and_not_null(found):
    assert found(Customer.base.dob == None) == "D"  # noqa: E711
    assert found(Customer.base.dob != None) == "ABCE"  # noqa: E711


def test_smaller_and_greater_numbers(found):
    assert found(Customer.extended.points < 20) == "AC"
    assert found(Customer.extended.points <= 20) == "ABC"
    assert found(Customer.extended.points > 10) == "BE"
    assert found(Customer.extended.points >= 10) == "ABE"


def test_earlier_and_later_dates(found):
    assert found(Customer.base.dob < date(1990, 5, 1)) == "A"
    assert found(Customer.base.dob >= "1990-05-01") == "BCE"
    assert found(Customer.registeredAt <= datetime(1999, 1, 1)) == ""


def test_between(found):
    assert found(between_(Customer.base.dob, "1990-05-01", "1995-01-01")) == "BC"
    assert found(between_(Customer.base.dob, datetime(1990, 1, 1), datetime(2010, 1, 1))) == "BCE"


def test_in_a_list_and_not_in_it(found):
    assert found(in_("poet", Customer.tags.manual)) == "AC"
    assert found(in_("reader", Customer.tags.manual)) == "A"
    assert found(not_in_("poet", Customer.tags.manual)) == "BDE"


def test_a_value_in_a_list_of_values(found):
    assert found(in_(["Bob", "Dan", "Zoe"], Customer.base.firstName)) == "BD"


def test_both_and_either(found):
    london, poet = Customer.base.address.city == "London", in_("poet", Customer.tags.manual)

    assert found(london & poet) == "A"
    assert found(london | poet) == "ACD"
    assert found((london & poet) | (Customer.base.firstName == "Eve")) == "AE"
    assert found((london | poet) & (Customer.base.firstName != "Ada")) == "CD"


def test_filters_one_after_the_other_narrow_the_result(found):
    in_london, known = Customer.base.address.city == "London", Customer.base.dob != None  # noqa: E711

    assert found(in_london, known) == "A"
    assert found(in_london | (Customer.base.firstName == "Eve"), known, Customer.extended.points > 10) == "E"


def test_a_value_that_is_nothing_gets_lost(sandbox, node, people):  # bug 10
    with pytest.raises(APIError, match="Status code: 400"):
        node.query(Customer).filter(Customer.extended.points == 0).all()

    assert '"value"' not in sandbox.requests[-1].query["query"]


def combined(query):
    return "".join(sorted(customer.externalId[0] for customer in query.all()))


@pytest.fixture
def parts(node, people):
    """Three queries: who lives in London, who is a poet, who is called Eve."""
    query = node.query(Customer)
    return [
        query.filter(Customer.base.address.city == "London"),
        query.filter(in_("poet", Customer.tags.manual)),
        query.filter(Customer.base.firstName == "Eve"),
    ]


def test_combined_queries(parts):
    london, poets, eve = parts

    assert combined(london & poets) == "A"
    assert combined(london | poets) == "ACD"
    assert combined(london | poets | eve) == "ACDE"
    assert combined((london & poets) | eve) == "AE"
    assert combined((london | eve) & (poets | eve)) == "AE"


def test_a_combined_query_takes_no_filter(parts):
    with pytest.raises(OperationNotPermitted):
        (parts[0] & parts[1]).filter(Customer.base.firstName == "Ada")


def test_the_pages_of_a_query_can_be_walked(sandbox, node, client):
    for number in range(12):
        client.create(**person(f"Ada {number}", lastName="Lovelace"))
    sandbox.seed(5)

    customers = node.query(Customer).filter(Customer.base.lastName == "Lovelace").all()

    assert (len(customers), customers.total_elements) == (10, 12)
    assert len(customers.next_page()) == 2
