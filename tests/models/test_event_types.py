"""Types, contexts and modes: what there is, by which names, and how they are spelt."""

from __future__ import annotations

import pytest

from contacthub_orm.errors import ValidationError
from contacthub_orm.models.event import Event
from contacthub_orm.models.event_contexts import CONTEXT_INFO, ContextInfo
from contacthub_orm.models.event_properties import EVENT_PROPERTIES
from contacthub_orm.models.event_types import EVENT_MODES, EventContext, EventMode, EventType

# Mode column of contract 4.3.
PASSIVE = {
    "abandonedCart", "abandonedSession", "campaignBounced", "campaignOptinRequested", "campaignSent", "eventEligible",
    "eventInvited", "eventNotInvited", "genericPassiveEvent", "grantedCoupon", "orderShipped", "repliedTicket",
}  # fmt: skip

# The names of the published SDK and what the API calls them.
PUBLISHED = {
    "ADDED_WISH_LIST": "addedWishlist",
    "REMOVED_WISHLIST": "removedWishlist",
    "EVENT_PARTECIPATED": "eventParticipated",
    "ABANDONED_SESSION": "abandonedSession",
    "CAMPAIGN_LINK_CLICKED": "campaignLinkClicked",
    "VIEWED_PRODUCT_CATEGORY": "viewedProductCategory",
}


def test_there_are_47_types_9_contexts_and_2_modes():
    assert (len(Event.TYPES), len(Event.CONTEXTS), len(Event.MODES)) == (47, 9, 2)


def test_members_are_texts_spelt_as_on_the_wire():
    assert Event.TYPES.COMPLETED_ORDER == "completedOrder"
    assert Event.CONTEXTS.DIGITAL_CAMPAIGN == "DIGITAL_CAMPAIGN"
    assert Event.MODES.PASSIVE == "PASSIVE"


@pytest.mark.parametrize(("name", "value"), PUBLISHED.items())
def test_names_of_the_published_sdk_have_the_right_values(name, value):
    assert Event.TYPES[name].value == value


def test_misspelt_names_are_aliases():
    assert EventType.ADDED_WISH_LIST is EventType.ADDED_WISHLIST
    assert EventType.EVENT_PARTECIPATED is EventType.EVENT_PARTICIPATED


def test_every_type_has_its_mode():
    assert set(EVENT_MODES) == set(EventType)
    assert {kind for kind, mode in EVENT_MODES.items() if mode is EventMode.PASSIVE} == PASSIVE
    assert EVENT_MODES["loggedIn"] is EventMode.ACTIVE


def test_every_type_has_a_class_of_properties_named_after_it():
    assert {kind: model.__name__ for kind, model in EVENT_PROPERTIES.items()} == {
        kind: kind[0].upper() + kind[1:] for kind in EventType
    }


def test_every_context_has_a_class_of_surroundings():
    assert set(CONTEXT_INFO) == set(EventContext)
    assert {context for context, model in CONTEXT_INFO.items() if model is not ContextInfo} == {
        "MOBILE", "ECOMMERCE", "RETAIL",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("member", "text", "right"),
    [
        ("type", "CompletedOrder", "completedOrder"),
        ("type", "completedorder", "completedOrder"),
        ("type", "COMPLETED_ORDER", "completedOrder"),
        ("type", "addedWishList", "addedWishlist"),
        ("type", " loggedIn", "loggedIn"),
        ("context", "web", "WEB"),
        ("context", "digital-campaign", "DIGITAL_CAMPAIGN"),
    ],
)
def test_a_known_name_in_another_spelling_is_refused_with_the_right_one(member, text, right):
    with pytest.raises(ValidationError, match=f"{member}: .*did you mean '{right}'"):
        Event(**{member: text})
    event = Event()
    with pytest.raises(ValidationError, match=right):
        setattr(event, member, text)


@pytest.mark.parametrize(("member", "text"), [("type", "poured"), ("type", "ordersCompleted"), ("context", "KIOSK")])
def test_names_of_ones_own_are_taken(member, text):
    assert getattr(Event(**{member: text}), member) == text


@pytest.mark.parametrize("member", ["type", "context", "customerId"])
def test_an_empty_name_is_refused(member):
    with pytest.raises(ValidationError, match=f"{member}: must not be empty"):
        Event(**{member: ""})
