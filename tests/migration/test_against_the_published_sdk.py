"""The guide is right about the published SDK: its names, its constants, and how many requests its calls take."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import contacthub
import contacthub.lib.utils
import contacthub.models.properties
import contacthub.models.subscription
import pytest
from contacthub.lib.paginated_list import PaginatedList
from contacthub.lib.read_only_list import ReadOnlyList
from contacthub.models import Customer, Education, Event, Properties, query
from contacthub.models.query.criterion import Criterion
from contacthub.models.query.query import Query

import contacthub_orm
from tests.migration.guide import checklist, counted, guide

MODELS = (Customer, Event, Properties, Education, contacthub.models.Job, contacthub.models.Like)
CLASSES = (
    contacthub.Workspace, contacthub.Node, *MODELS, contacthub.models.subscription.Subscription, Criterion, Query,
    PaginatedList,
)  # fmt: skip


def public_names() -> Iterator[str]:
    """The classes, methods, parameters and constants that programs could see."""
    functions = [*functions_of(query), *functions_of(contacthub.lib.utils), *functions_of(contacthub.models.properties)]
    for class_ in CLASSES:
        yield class_.__name__
        for name, member in vars(class_).items():
            function = getattr(member, "__func__", member)
            if inspect.isfunction(function) and (name == "__init__" or not name.startswith("_")):
                functions.append(function)
            elif inspect.isclass(member) and name.isupper():
                yield name
    for function in functions:
        yield from (name for name in (function.__name__, *inspect.signature(function).parameters) if "__" not in name)
    yield from (name for name, member in vars(ReadOnlyList).items() if callable(getattr(member, "__func__", member)))


def functions_of(module: Any) -> list[Any]:
    """The functions that a module defines for others."""
    found = inspect.getmembers(module, inspect.isfunction)
    return [it for name, it in found if it.__module__ == module.__name__ and not name.startswith("_")]


def test_every_public_name_of_the_sdk_is_in_the_checklist():
    known = {word for names in checklist().values() for name in names for word in re.findall(r"\w+", name)}
    assert sorted(set(public_names()) - known - {"self", "cls", "args", "kwargs"}) == []


@pytest.mark.parametrize(
    ("slug", "published"),
    [
        ("notification_services", Customer.NOTIFICATION_SERVICES),
        ("other_contact_types", Customer.OTHER_CONTACT_TYPES),
        ("mobile_device_types", Customer.MOBILE_DEVICE_TYPES),
        ("subscription_kinds", contacthub.models.subscription.Subscription.KINDS),
        ("school_types", Education.SCHOOL_TYPES),
        ("event_contexts", Event.CONTEXTS),
        ("event_modes", Event.MODES),
    ],
)
def test_the_checklist_has_the_members_of_a_constant(slug, published):
    assert {name for name in checklist()[slug] if "." not in name} == set(constants(published))


def constants(published: Any) -> dict[str, str]:
    return {name: value for name, value in vars(published).items() if name.isupper()}


def test_all_event_types_have_their_name_here_and_the_right_value():
    wrong = {"ADDED_WISH_LIST": "addedWishlist", "REMOVED_WISHLIST": "removedWishlist"}
    published = constants(Event.TYPES)
    assert {name: str(contacthub_orm.Event.TYPES[name]) for name in published} == {**published, **wrong}


def test_all_time_zones_have_their_name_and_value_here():
    here = contacthub_orm.Customer.TIMEZONES.__members__
    assert {name: str(zone) for name, zone in here.items()} == constants(Customer.TIMEZONES)


# What a call of the published SDK sends: its row, and the call. `ident` is the id of a stored customer.
CALLS: dict[str, Callable[[Any, str], Any]] = {
    "node_add_customer": lambda node, ident: node.add_customer(externalId="02", base={}),
    "node_add_customer_force_update": lambda node, ident: node.add_customer(
        force_update=True, base={"contacts": {"email": "bruce@example.com"}}
    ),
    "node_get_customer": lambda node, ident: node.get_customer(id=ident),
    "node_get_customer_by_external_id": lambda node, ident: node.get_customer(external_id="01"),
    "node_get_customers": lambda node, ident: node.get_customers(),
    "node_get_customers_external_id": lambda node, ident: node.get_customers(external_id="01"),
    "node_get_customers_page": lambda node, ident: node.get_customers(size=5, page=2),
    "node_get_customers_fields": lambda node, ident: node.get_customers(fields=["base.firstName"]),
    "node_update_customer": lambda node, ident: node.update_customer(id=ident, extra="x"),
    "node_update_customer_mutations": lambda node, ident: node.update_customer(id=ident, base={"firstName": "x"}),
    "node_update_customer_full_update": lambda node, ident: node.update_customer(
        id=ident, full_update=True, nodeId=node.node_id, base={}
    ),
    "node_add_tag": lambda node, ident: node.add_tag(ident, "new"),
    "node_remove_tag": lambda node, ident: node.remove_tag(ident, "vip"),
    "node_query": lambda node, ident: node.query(Customer),
    "node_create_session_id": lambda node, ident: node.create_session_id(),
    "node_add_customer_session": lambda node, ident: node.add_customer_session(ident, "s-1"),
    "node_add_customer_session_with_customer": lambda node, ident: node.add_customer_session(
        node.add_customer(externalId="02", base={}).id, "s-1"
    ),
    "node_get_child": lambda node, ident: node.get_customer_education(ident, "e1"),
    "node_add_child": lambda node, ident: node.add_education(ident, id="e2"),
    "node_remove_child": lambda node, ident: node.remove_education(ident, "e1"),
    "node_add_event": lambda node, ident: node.add_event(
        customerId=ident, type="loggedIn", context="WEB", properties={}
    ),
    "node_get_events": lambda node, ident: node.get_events(ident),
    "node_get_events_filters": lambda node, ident: node.get_events(
        ident, event_type="loggedIn", context="WEB", event_mode="ACTIVE", date_from="2026-01-01T00:00:00Z"
    ),
    "node_get_events_page": lambda node, ident: node.get_events(ident, page=1, size=5),
    "customer_constructor": lambda node, ident: Customer(node=node),
    "customer_post": lambda node, ident: Customer(node=node, externalId="02").post(),
    "customer_post_force_update": lambda node, ident: Customer(
        node=node, base={"contacts": {"email": "bruce@example.com"}}
    ).post(force_update=True),
    "child_post": lambda node, ident: Education(customer=Customer(node=node, id=ident), id="e2").post(),
    "event_post": lambda node, ident: Event(
        node=node, customerId=ident, type="loggedIn", context="WEB", properties={}
    ).post(),
    "query_all": lambda node, ident: node.query(Customer).filter(Customer.base.firstName == "x").all(),
    "query_combined": lambda node, ident: (
        node.query(Customer).filter(Customer.base.firstName == "x")
        & node.query(Customer).filter(Customer.base.lastName == "y")
    ).all(),
}

# The same for calls that start from a customer that was loaded, which does not count.
CALLS_OF_A_CUSTOMER: dict[str, Callable[[Any], Any]] = {
    "customer_get_events": lambda customer: customer.get_events(),
    "customer_get_mutation_tracker": lambda customer: customer.get_mutation_tracker(),
    "customer_patch": lambda customer: customer.patch(),
    "customer_put": lambda customer: customer.put(),
    "customer_delete": lambda customer: customer.delete(),
    "child_put": lambda customer: customer.base.educations[0].put(),
    "child_delete": lambda customer: customer.base.educations[0].delete(),
}


@pytest.fixture
def node(sandbox):
    sandbox.configure(uniqueness="BLOCK")
    return contacthub.Workspace(sandbox.workspace_id, sandbox.token, f"{sandbox.url}/workspaces").get_node(
        sandbox.node_id
    )


def methods(sandbox):
    return Counter(entry.method for entry in sandbox.requests)


@pytest.mark.parametrize("slug", CALLS)
def test_a_call_takes_the_requests_that_its_row_states(sandbox, node, stored, slug):
    sandbox.requests.clear()
    CALLS[slug](node, stored)
    assert methods(sandbox) == counted(guide()[slug].before)


@pytest.mark.parametrize("slug", CALLS_OF_A_CUSTOMER)
def test_a_call_of_a_customer_takes_the_requests_that_its_row_states(sandbox, node, stored, slug):
    customer = node.get_customer(id=stored)
    sandbox.requests.clear()
    CALLS_OF_A_CUSTOMER[slug](customer)
    assert methods(sandbox) == counted(guide()[slug].before)
