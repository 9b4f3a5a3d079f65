"""Partly loaded entities: what is absent may exist on the server: set without reading, read when asked for."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacthub_orm.errors import DetachedInstanceError
from contacthub_orm.mapping import inspect
from contacthub_orm.mapping.projection import project
from contacthub_orm.mapping.sending import without_nulls
from contacthub_orm.mapping.state import changes, settle, snapshot
from contacthub_orm.models import Customer, Like
from tests.mapping.loading import Owner, loaded, partly_loaded
from tests.mapping.reference import identical, merged
from tests.strategies import MODERATE, customer_documents, edits

WHOLE = {
    "id": "c1",
    "externalId": "e-1",
    "base": {
        "firstName": "Bruce",
        "lastName": "Wayne",
        "contacts": {"email": "b@w.com", "phone": "1"},
        "likes": [{"id": "1"}],
        "address": None,
    },
    "extended": {"points": 1, "level": {"name": "gold"}},
    "tags": {"auto": [], "manual": ["a"]},
}


@pytest.fixture
def owner():
    return Owner(copy.deepcopy(WHOLE))


@pytest.fixture
def stub(owner):
    return partly_loaded({"id": "c1"}, owner)


@pytest.fixture
def part(owner):
    """A customer of which `base.firstName`, `base.address` and `tags.manual` were selected."""
    paths = ["id", "base.firstName", "base.address", "tags.manual"]
    return partly_loaded(project(WHOLE, paths), owner)


# -- setting reads nothing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "patch"),
    [
        (lambda c: setattr(c, "externalId", "e-2"), {"externalId": "e-2"}),
        (lambda c: setattr(c, "externalId", None), {"externalId": None}),
        (lambda c: delattr(c, "externalId"), {"externalId": None}),
        (lambda c: setattr(c.base, "lastName", "W"), {"base": {"lastName": "W"}}),
        (lambda c: setattr(c.base, "lastName", None), {"base": {"lastName": None}}),
        (lambda c: delattr(c.base, "lastName"), {"base": {"lastName": None}}),
        (lambda c: setattr(c.base.contacts, "email", None), {"base": {"contacts": {"email": None}}}),
        (lambda c: setattr(c.base, "likes", []), {"base": {"likes": []}}),
        (lambda c: setattr(c.base, "likes", None), {"base": {"likes": []}}),
        (lambda c: delattr(c.base, "likes"), {"base": {"likes": []}}),
        (lambda c: delattr(c.base, "contacts"), {"base": {"contacts": None}}),
        (lambda c: setattr(c, "base", None), {"base": None}),
        (lambda c: setattr(c.extended, "points", None), {"extended": {"points": None}}),
        (lambda c: c.extended.__setitem__("points", 2), {"extended": {"points": 2}}),
    ],
)
def test_a_member_that_was_not_loaded_is_set_or_unset_without_reading(stub, owner, edit, patch):
    edit(stub)
    assert changes(stub) == patch
    assert owner.loads == []


REPLACEMENTS = [
    lambda c: setattr(c, "extended", {"level": {"name": "blue"}}),
    lambda c: setattr(c, "extended", {}),
    lambda c: setattr(c, "base", {"contacts": {"phone": "2"}}),
    lambda c: setattr(c.base, "contacts", {"phone": "2"}),
    lambda c: setattr(c.extended, "level", {"points": 1}),
    lambda c: c.extended.__setitem__("level", {"points": 1}),
    lambda c: c.extended.update(level={"points": 1}),
    lambda c: (setattr(c.base, "contacts", None), setattr(c.base, "contacts", {"phone": "2"})),
    lambda c: (setattr(c.extended, "level", 1), setattr(c.extended, "level", {"points": 1})),
    lambda c: (setattr(c.base, "contacts", None), setattr(c.base.contacts, "phone", "2")),
    lambda c: (setattr(c, "base", None), setattr(c.base.contacts, "phone", "2")),
    lambda c: (delattr(c, "base"), c.base.likes.append({"id": "2"})),
    lambda c: (setattr(c, "tags", None), c.tags.manual.append("b")),
]


@pytest.mark.parametrize("edit", REPLACEMENTS)
@pytest.mark.parametrize("paths", [["id"], ["id", "base.contacts.email", "extended.level.name", "tags.manual"]])
def test_an_object_replaces_what_was_not_loaded_as_it_replaces_what_was(owner, edit, paths):
    part, whole = partly_loaded(project(WHOLE, paths), owner), loaded(copy.deepcopy(WHOLE))
    edit(part)
    edit(whole)
    assert changes(part) == changes(whole)
    assert part.to_dict() == whole.to_dict()


@pytest.mark.parametrize(
    "edit",
    [
        lambda c: setattr(c.base, "address", {"city": "Gotham"}),
        lambda c: setattr(c.base.address, "geo", {"lat": 1.5}),
        lambda c: setattr(c.base.address, "city", "Gotham"),
        lambda c: setattr(c.tags, "manual", ["b"]),
        lambda c: setattr(c.base, "likes", [{"id": "2"}]),
    ],
)
def test_an_object_in_the_place_of_a_null_and_a_list_need_no_loading(part, owner, edit):
    whole = loaded(copy.deepcopy(WHOLE))
    edit(part)
    edit(whole)
    assert changes(part) == changes(whole)
    assert owner.loads == []


def test_an_object_in_an_element_of_a_list_needs_no_loading(stub, owner):
    stub.extended["rows"] = [{}]
    (row,) = stub.extended["rows"]
    row["x"] = {"a": 1}
    assert changes(stub) == {"extended": {"rows": [{"x": {"a": 1}}]}}
    assert owner.loads == []


def test_without_a_session_an_object_is_not_assigned_over_what_was_not_loaded():
    part = partly_loaded({"id": "c1"})
    with pytest.raises(DetachedInstanceError, match=r"Customer c1: base\.address was not loaded"):
        part.base.address = {"city": "Gotham"}
    assert changes(part) == {}


def test_what_was_set_and_deleted_again_is_unset_on_the_server(stub, owner):
    stub.externalId = "x"
    del stub.externalId
    stub.extended.points = 2
    del stub.extended.points
    stub.extended["level"] = 1
    del stub.extended["level"]
    assert changes(stub) == {"externalId": None, "extended": {"points": None, "level": None}}
    assert owner.loads == []


def test_a_branch_that_is_known_to_be_null_counts_as_null(part, owner):
    part.base.address.city = "Gotham"
    del part.base.address.city
    part.base.address.geo.lat = None
    assert changes(part) == {}
    assert owner.loads == []


def test_a_loaded_list_is_changed_without_reading(part, owner):
    part.tags.manual.append("b")
    assert changes(part) == {"tags": {"manual": ["a", "b"]}}
    assert owner.loads == []


# -- reading loads, once ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("read", "value", "path"),
    [
        (lambda c: c.externalId, "e-1", "externalId"),
        (lambda c: c.base.lastName, "Wayne", "base.lastName"),
        (lambda c: c.base.contacts.phone, "1", "base.contacts.phone"),
        (lambda c: list(c.base.likes), [{"id": "1"}], "base.likes"),
        (lambda c: c.extended.points, 1, "extended.points"),
        (lambda c: c.extended["points"], 1, "extended.points"),
        (lambda c: c.extended.get("missing"), None, "extended.missing"),
        (lambda c: "points" in c.extended, True, "extended.points"),
        (lambda c: sorted(c.extended), ["level", "points"], "extended.*"),
        (lambda c: len(c.extended), 2, "extended.*"),
        (lambda c: c.extended.to_dict(), WHOLE["extended"], "extended.*"),
        (lambda c: c.to_dict(), WHOLE, "*"),
        (lambda c: c.extended.pop("points"), 1, "extended.points"),
        (lambda c: c.extended.setdefault("points", 5), 1, "extended.points"),
        (lambda c: c.extended.popitem()[0], "level", "extended.*"),
    ],
)
def test_reading_what_was_not_loaded_loads_the_document_once(stub, owner, read, value, path):
    assert read(stub) == value
    assert owner.loads == [path]
    assert stub.base.firstName == "Bruce"
    assert len(owner.loads) == 1


def test_what_was_loaded_is_read_without_loading(part, owner):
    assert part.base.firstName == "Bruce"
    assert list(part.tags.manual) == ["a"]
    assert repr(part)
    assert repr(part.base)
    assert repr(part.extended)
    assert owner.loads == []


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda c: c.base.address.city, None),
        (lambda c: c.base.address.geo.lat, None),
        (lambda c: c.base.address.to_dict(), {}),
        (lambda c: list(c.tags.manual), []),
        (lambda c: c.tags.manual == [], True),
        (lambda c: dict(c.extended), {}),
        (lambda c: c.extended.get("points"), None),
        (lambda c: "points" in c.extended, False),
        (lambda c: c.consents.softSpam.email.status, None),
    ],
)
def test_below_a_null_there_is_nothing_to_load(owner, read, value):
    nulls = {"id": "c1", "base": {"address": None}, "extended": None, "tags": None, "consents": None}
    part = partly_loaded(nulls, owner)
    assert read(part) == value
    assert changes(part) == {}
    assert owner.loads == []


@pytest.mark.parametrize(
    "edit",
    [
        lambda c: setattr(c.base.address, "city", "Gotham"),
        lambda c: (setattr(c.base.address, "city", "Gotham"), setattr(c.base.address.geo, "lat", None)),
        lambda c: (setattr(c.base.address, "city", "Gotham"), c.base.address.zip),
        lambda c: (setattr(c.base.address, "city", "Gotham"), delattr(c.base.address, "city")),
        lambda c: delattr(c.base.address, "city"),
        lambda c: (c.tags.manual.append("a"), c.tags.auto.append("b"), c.tags.auto.remove("b")),
        lambda c: (c.tags.manual.append("a"), c.tags.manual.remove("a")),
        lambda c: (setattr(c.extended, "points", 1), c.extended.get("level")),
        lambda c: (setattr(c.extended, "points", 1), delattr(c.extended, "points")),
        lambda c: (setattr(c.base, "address", None), c.base.address.city),
    ],
)
def test_what_is_known_to_be_null_is_edited_without_loading_and_no_null_is_sent(owner, edit):
    nulls = {"id": "c1", "base": {"address": None}, "extended": None, "tags": None}
    part, whole = partly_loaded(nulls, owner), loaded(copy.deepcopy(nulls))
    edit(part)
    edit(whole)
    assert changes(part) == changes(whole)
    assert owner.loads == []


def test_what_was_set_to_none_is_read_as_none_without_loading(stub, owner):
    stub.base.address = None
    assert stub.base.address.city is None
    assert owner.loads == []


def test_deleting_an_undeclared_name_finds_out_whether_it_exists(stub, owner):
    del stub.extended.points
    assert owner.loads == ["extended.points"]
    assert changes(stub) == {"extended": {"points": None}}
    with pytest.raises(AttributeError, match="has no 'levl'; did you mean 'level'"):
        del stub.extended.levl


def test_unsent_edits_survive_the_loading(stub, owner):
    stub.base.lastName = "W"
    stub.base.contacts.phone = None
    stub.tags = {"manual": ["z"]}
    contacts = stub.base.contacts
    assert stub.base.firstName == "Bruce"
    assert (stub.base.lastName, contacts.email, contacts.phone) == ("W", "b@w.com", None)
    assert changes(stub) == {"base": {"lastName": "W", "contacts": {"phone": None}}, "tags": {"manual": ["z"]}}
    assert not inspect(stub).partial


def test_appending_to_a_list_that_was_not_loaded_loads_it_first(stub, owner):
    stub.base.likes.append({"id": "2"})
    assert owner.loads == ["base.likes"]
    assert changes(stub) == {"base": {"likes": [{"id": "1"}, {"id": "2"}]}}


def test_a_part_is_loaded_before_it_is_assigned_elsewhere(stub, owner):
    other = Customer(externalId="e-2")
    other.extended = stub.extended
    assert other.extended.to_dict() == WHOLE["extended"]
    assert owner.loads == ["extended.*"]


def test_without_a_session_only_the_missing_read_fails():
    part = partly_loaded(project(WHOLE, ["id", "base.firstName"]))
    assert part.base.firstName == "Bruce"
    with pytest.raises(DetachedInstanceError, match=r"Customer c1: base\.lastName was not loaded"):
        _ = part.base.lastName
    part.base.lastName = "W"
    assert changes(part) == {"base": {"lastName": "W"}}


def test_the_answer_to_a_patch_completes_the_views(stub, owner):
    stub.base.lastName = "W"
    base = stub.base
    answer = copy.deepcopy(WHOLE)
    answer["base"]["lastName"] = "W"
    settle(stub, answer, snapshot(stub))
    assert base.firstName == "Bruce"
    assert changes(stub) == {}


def test_a_part_is_loaded_before_it_is_compared_whichever_side_it_stands_on(owner):
    whole = loaded(copy.deepcopy(WHOLE))
    for compare in (lambda part: part.base == whole.base, lambda part: whole.base == part.base):
        assert compare(partly_loaded(project(WHOLE, ["id", "base.firstName"]), owner))
    assert owner.loads == ["base.*", "base.*"]


@pytest.mark.parametrize(
    ("look", "seen"),
    [
        (lambda like: like.category, None),
        (lambda like: like.get("category"), None),
        (lambda like: "category" in like, False),
        (lambda like: like.to_dict(), {"id": "1"}),
        (lambda like: like == Like(id="1"), True),
    ],
)
def test_an_element_of_a_loaded_list_came_whole(owner, look, seen):
    customer = partly_loaded(project(WHOLE, ["id", "base.likes"]), owner)
    assert look(customer.base.likes[0]) == seen
    assert owner.loads == []


def test_deleting_what_an_element_of_a_loaded_list_lacks_changes_nothing(owner):
    customer = partly_loaded(project(WHOLE, ["id", "base.likes"]), owner)
    del customer.base.likes[0].category
    assert changes(customer) == {}


def test_a_part_is_equal_to_itself_without_loading(part, owner):
    assert part.base == part.base
    assert owner.loads == []


# -- what was selected and is not there ------------------------------------------------------------------------------

SELECTED = ["id", "externalId", "base.firstName", "base.contacts", "base.address.city", "base.jobs", "extended.points"]


@pytest.fixture
def bare(owner):
    """A customer that lacks most of what was selected of it; of its address, just the city was."""
    return partly_loaded({"id": "c1", "base": {"contacts": {"email": "e"}}, "extended": {}}, owner, SELECTED)


@pytest.mark.parametrize(
    ("look", "seen"),
    [
        (lambda c: c.externalId, None),
        (lambda c: c.base.firstName, None),
        (lambda c: c.base.contacts.phone, None),
        (lambda c: c.base.contacts.to_dict(), {"email": "e"}),
        (lambda c: c.base.contacts.otherContacts == [], True),
        (lambda c: c.base.address.city, None),
        (lambda c: list(c.base.jobs), []),
        (lambda c: c.extended.get("points"), None),
        (lambda c: "points" in c.extended, False),
    ],
)
def test_what_was_selected_and_is_not_there_is_known_to_be_absent(bare, owner, look, seen):
    assert look(bare) == seen
    assert changes(bare) == {}
    assert owner.loads == []


@pytest.mark.parametrize(
    ("look", "path"),
    [
        (lambda c: c.base.address.zip, "base.address.zip"),
        (lambda c: c.base.lastName, "base.lastName"),
        (lambda c: c.extended.get("level"), "extended.level"),
        (lambda c: c.extended.to_dict(), "extended.*"),
        (lambda c: setattr(c.base, "address", {"city": "Rome"}), "base.address"),
    ],
)
def test_what_stands_beside_a_selected_member_that_is_not_there_is_still_loaded(bare, owner, look, path):
    look(bare)
    assert owner.loads == [path]


@pytest.mark.parametrize(
    "edit",
    [
        lambda c: setattr(c.base.contacts, "phone", "1"),
        lambda c: delattr(c.base.contacts, "phone"),
        lambda c: (setattr(c.base.contacts, "phone", "1"), delattr(c.base.contacts, "phone")),
        lambda c: setattr(c.base, "contacts", {"phone": "1"}),
        lambda c: (setattr(c.base, "contacts", None), setattr(c.base.contacts, "phone", "1")),
        lambda c: c.base.jobs.append({"id": "1"}),
        lambda c: (c.base.jobs.append({"id": "1"}), c.base.jobs.pop()),
        lambda c: (setattr(c.extended, "points", 1), delattr(c.extended, "points")),
    ],
)
def test_what_was_selected_is_edited_as_in_a_whole_document(bare, owner, edit):
    whole = loaded(copy.deepcopy(inspect(bare).committed))
    edit(bare)
    edit(whole)
    assert changes(bare) == changes(whole)
    assert owner.loads == []


PATHS = [
    "externalId", "base", "base.firstName", "base.address", "base.address.city", "base.contacts", "base.contacts.email",
    "base.likes", "base.jobs", "extended", "extended.a", "extended.items", "extended.a.b", "tags", "tags.manual",
]  # fmt: skip


def without_blanks_or_nulls(value):
    """What counts of a document: null, absent and empty are the same to a reader."""
    if isinstance(value, dict):
        inner = {key: without_blanks_or_nulls(item) for key, item in value.items()}
        return {key: item for key, item in inner.items() if item not in (None, {}, [])}
    return [without_blanks_or_nulls(item) for item in value] if isinstance(value, list) else value


@MODERATE
@given(
    customer_documents,
    st.booleans(),
    st.lists(st.sampled_from(PATHS), max_size=5),
    st.lists(edits, min_size=1, max_size=8),
)
def test_edits_of_what_was_selected_lead_to_the_same_document_as_edits_of_the_whole(document, sparse, paths, script):
    if sparse:
        document = without_nulls(Customer, document)
    selected, owner = ["id", *paths], Owner(document)
    part, whole = partly_loaded(project(document, selected), owner, selected), loaded(copy.deepcopy(document))
    for edit in script:
        edit.perform(part)
        edit.perform(whole)
    sent, expected = (without_blanks_or_nulls(merged(changes(each), document)) for each in (part, whole))
    assert identical(sent, expected)
    assert identical(without_blanks_or_nulls(part.to_dict()), without_blanks_or_nulls(whole.to_dict()))


# -- the part that a selection covers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paths", "selected"),
    [
        (["id"], {"id": "c1"}),
        (["base.contacts.email"], {"base": {"contacts": {"email": "b@w.com"}}}),
        (["base.address.city"], {"base": {"address": None}}),
        (["base.likes"], {"base": {"likes": WHOLE["base"]["likes"]}}),
        (["base.likes.id"], {"base": {}}),  # elements in part are not loaded: lists are sent whole
        (["base.missing", "missing.too"], {"base": {}}),
        (["tags", "tags.manual"], {"tags": WHOLE["tags"]}),
        (["tags.manual", "tags"], {"tags": WHOLE["tags"]}),
    ],
)
def test_a_projection_holds_what_was_selected_and_known_nulls(paths, selected):
    document = copy.deepcopy(WHOLE)
    assert project(document, paths) == selected
    assert document == WHOLE
