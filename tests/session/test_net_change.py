"""A commit sends what changed, and only that (T15 to T31, T33; the mapping's own tests have every mutator, T23)."""

from __future__ import annotations

from datetime import date

import pytest

from contacthub_orm import Customer, inspect
from contacthub_orm.errors import ContactHubError


def set_and_set_back(c):
    c.base.firstName = "x"
    c.base.firstName = "Bruce"


def set_a_key_and_set_it_back(c):
    c.extended["points"] = 11
    c.extended["points"] = 10


def assign_to_itself(c):
    c.base.firstName = c.base.firstName
    c.base.contacts = c.base.contacts
    c.tags.manual = c.tags.manual


def append_and_remove(c):
    c.tags.manual.append("x")
    c.tags.manual.remove("x")


def reverse_twice(c):
    c.tags.manual.reverse()
    c.tags.manual.reverse()


def sort_what_is_sorted(c):
    c.extended.nested.deep["list"].sort()


def delete_and_set_again(c):
    del c.base.firstName
    c.base.firstName = "Bruce"


def unset_a_part_and_set_the_same(c):
    before = c.base.to_dict()
    c.base = None
    c.base = before


def unset_what_is_unset(c):
    c.base.middleName = None
    del c.base.title


def unset_what_is_not_there(c):
    c.consents.profiling.online.status = None
    c.extended.pop("missing", None)


def look_into_what_is_not_there(c):
    assert c.consents.marketing.automatic.sms.status is None
    assert list(c.base.contacts.mobileDevices) == []


def write_into_what_is_not_there_and_take_it_back(c):
    c.base.credential.username = "x"
    c.base.credential.username = None


def change_an_element_and_change_it_back(c):
    c.base.contacts.otherContacts[0].name = "cave"
    c.base.contacts.otherContacts[0].name = "home"


def write_a_date_as_it_is(c):
    c.base.dob = date(1939, 5, 27)
    c.base.dob = "1939-05-27"


NOTHING = [
    set_and_set_back, set_a_key_and_set_it_back, assign_to_itself, append_and_remove, reverse_twice,
    sort_what_is_sorted, delete_and_set_again, unset_a_part_and_set_the_same, unset_what_is_unset,
    unset_what_is_not_there, look_into_what_is_not_there, write_into_what_is_not_there_and_take_it_back,
    change_an_element_and_change_it_back, write_a_date_as_it_is,
]  # fmt: skip


@pytest.mark.parametrize("edit", NOTHING, ids=lambda edit: edit.__name__)
def test_nothing_is_sent_for_edits_that_change_nothing(session, server, loaded, edit):
    """T15, T16, T17, T18, T29, T30."""
    edit(loaded)
    assert not session.is_modified(loaded)
    assert inspect(loaded).diff() == {}
    assert session.dirty == ()
    assert len(session.plan()) == 0
    assert session.commit().requests == 0
    assert server.sent == []


@pytest.mark.parametrize("edit", NOTHING, ids=lambda edit: edit.__name__)
def test_an_edit_after_edits_that_changed_nothing_is_still_seen(session, server, loaded, edit):
    edit(loaded)
    assert session.dirty == ()
    loaded.base.lastName = "X"
    session.commit()
    assert [call.body for call in server.sent] == [{"base": {"lastName": "X"}}]


def assign(path, value):
    def edit(c):
        *above, last = path.split(".")
        target = c
        for name in above:
            target = target[int(name)] if name.isdigit() else getattr(target, name)
        setattr(target, last, value)

    return edit


def delete_a_name(c):
    del c.base.firstName


def delete_a_key(c):
    del c.extended["points"]


def change_an_element(c):
    c.base.contacts.otherContacts[0].name = "cave"


def clear_a_list(c):
    c.tags.manual.clear()


CHANGES = {
    "a leaf of a part": (assign("base.firstName", "X"), {"base": {"firstName": "X"}}),
    "a leaf four levels down (T19)": (
        assign("extended.nested.deep.er", 2), {"extended": {"nested": {"deep": {"er": 2}}}},
    ),
    "an equal number of another type (T21)": (assign("extended.points", 10.0), {"extended": {"points": 10.0}}),
    "a number for a boolean (T21)": (assign("extended.flag", 1), {"extended": {"flag": 1}}),
    "a text for a number (T21)": (assign("extended.points", "10"), {"extended": {"points": "10"}}),
    "None (T29)": (assign("base.firstName", None), {"base": {"firstName": None}}),
    "None for a part": (assign("base.address", None), {"base": {"address": None}}),
    "None where the server has no such key (T29)": (assign("extended.unheard", None), {"extended": {"unheard": None}}),
    "del (T28)": (delete_a_name, {"base": {"firstName": None}}),
    "del of a key of an open part (T28)": (delete_a_key, {"extended": {"points": None}}),
    "a list whole (T19)": (
        change_an_element, {"base": {"contacts": {"otherContacts": [{"name": "cave", "type": "PHONE", "value": "1"}]}}}
    ),
    "an empty list, not null, to clear one": (clear_a_list, {"tags": {"manual": []}}),
    "None for a list": (assign("tags.manual", None), {"tags": {"manual": []}}),
    "None for a list inside a dict": (
        assign("base.contacts", {"mobileDevices": None, "fax": "1"}),
        {"base": {"contacts": {"email": None, "phone": None, "otherContacts": [], "fax": "1"}}},
    ),
    "into a part that is null": (
        assign("base.credential.username", "bat"), {"base": {"credential": {"username": "bat"}}},
    ),
    "a dict for a part": (assign("base.address", {"city": "X"}), {"base": {"address": {"city": "X", "geo": None}}}),
    "a top-level text": (assign("extra", "note"), {"extra": "note"}),
    "a boolean": (assign("enabled", False), {"enabled": False}),
    "a date": (assign("base.dob", date(1940, 1, 2)), {"base": {"dob": "1940-01-02"}}),
    "a member of an enumeration": (
        assign("base.timezone", Customer.TIMEZONES.EUROPE_ROME),
        {"base": {"timezone": "Europe/Rome"}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_sends_its_own_leaves_only(session, server, loaded, name):
    edit, body = CHANGES[name]
    edit(loaded)
    session.commit()
    assert server.sent == [("PATCH", f"/customers/{loaded.id}", body)]
    assert session.dirty == ()
    assert loaded.to_dict() == server.document(loaded.id)


def test_many_edits_of_one_object_are_one_request(session, server, three):
    """T20: two in one object, one in another, none in the third."""
    one, other, _ = (session.get_one(Customer, ident) for ident in three)
    server.forget()
    one.base.firstName = "a"
    one.tags.manual.append("t")
    other.extra = "b"
    session.commit()
    assert sorted(server.sent) == sorted(
        [
            ("PATCH", f"/customers/{one.id}", {"base": {"firstName": "a"}, "tags": {"manual": ["t"]}}),
            ("PATCH", f"/customers/{other.id}", {"extra": "b"}),
        ]
    )


@pytest.mark.parametrize("name", ["id", "registeredAt", "updatedAt", "nodeId", "sourceInfo"])
def test_what_the_server_owns_cannot_be_set(session, server, loaded, name):
    """T22."""
    with pytest.raises(AttributeError, match=name):
        setattr(loaded, name, "x")
    assert session.commit().requests == 0


def test_a_name_that_does_not_exist_cannot_be_set(loaded):
    with pytest.raises(AttributeError, match="firstName"):
        loaded.base.frstName = "X"


def test_what_the_caller_assigned_stays_the_callers(session, server, loaded):
    """T24: it is copied in, so that a later change of it is no edit."""
    tags, address = ["one"], {"city": "Bludhaven"}
    loaded.tags.manual, loaded.base.address = tags, address
    tags.append("two")
    address["city"] = "Metropolis"
    session.commit()
    document = server.document(loaded.id)
    assert document["tags"]["manual"] == ["one"]
    assert document["base"]["address"]["city"] == "Bludhaven"


def test_a_part_of_another_object_is_copied_in(session, server, three):
    """T25: both objects go on alone."""
    one, other, _ = (session.get_one(Customer, ident) for ident in three)
    other.base = one.base
    other.base.lastName = "X"
    assert session.dirty == (other,)
    assert one.base.lastName is None


def test_keys_that_this_package_does_not_know_are_neither_sent_nor_lost(session, server, workspace, monkeypatch, bruce):
    """T26: the API has grown by a member of `base`."""
    given = workspace.transport.request

    def newer(method, segments, **options):
        answer = given(method, segments, **options)
        answer.body["base"]["nickName"] = "Bat"
        return answer

    monkeypatch.setattr(workspace.transport, "request", newer)
    customer = session.get_one(Customer, bruce)
    customer.base.firstName = "X"
    session.commit()
    assert server.sent[-1].body == {"base": {"firstName": "X"}}
    assert customer.base["nickName"] == "Bat"


def test_a_list_that_was_replaced_has_no_effect_any_more(session, loaded):
    """T27."""
    before = loaded.tags.manual
    loaded.tags.manual = ["new"]
    before.append("lost")
    assert session.plan()[0].body == {"tags": {"manual": ["new"]}}


def test_the_same_list_is_the_same_view(loaded):
    """T34."""
    assert loaded.tags.manual is loaded.tags.manual
    assert loaded.base is loaded.base
    seen = []
    for tag in loaded.tags.manual:
        if tag == "vip":
            loaded.tags.manual.append("late")
        seen.append(tag)
    assert seen == ["vip", "night", "late"]


def test_what_the_server_made_of_an_edit_is_what_the_object_shows(session, loaded):
    """T74: the answer is the new committed document."""
    loaded.consents.disclaimer.date = "2018-05-25T16:05:00+02:00"
    session.commit()
    assert inspect(loaded).committed["consents"]["disclaimer"]["date"] == "2018-05-25T14:05:00.000+0000"
    assert loaded.consents.disclaimer.date.isoformat() == "2018-05-25T14:05:00+00:00"
    assert loaded.consents.profiling.online.status is None
    assert session.dirty == ()


def test_a_commit_tells_when_the_server_changed_the_object(session, loaded):
    before = loaded.updatedAt
    loaded.extra = "x"
    session.commit()
    assert loaded.updatedAt > before


def test_the_parts_that_people_hold_show_the_new_document(session, server, loaded):
    base, tags = loaded.base, loaded.tags.manual
    server.changes(loaded.id, base={"lastName": "Kane"}, tags={"manual": ["z"]})
    loaded.base.firstName = "X"
    session.commit()
    assert base is loaded.base
    assert (base.firstName, base.lastName, list(tags)) == ("X", "Kane", ["z"])


def test_committing_twice_sends_once(session, server, loaded):
    loaded.extra = "x"
    session.commit()
    assert session.commit().requests == 0
    assert len(server.sent) == 1


def test_a_commit_of_nothing_sends_nothing_twice(session, server, loaded):
    """T71."""
    assert session.commit().requests == session.commit().requests == 0
    assert server.sent == []


def test_an_edit_made_while_its_request_is_under_way_stays_an_edit(session, server, loaded, workspace, monkeypatch):
    """T75: what was sent becomes the committed document, not what is there when the answer comes."""
    given = workspace.transport.request

    def meanwhile(method, segments, **options):
        answer = given(method, segments, **options)
        loaded.base.firstName = "second"
        loaded.tags.manual.append("meanwhile")
        return answer

    loaded.base.firstName, loaded.base.lastName = "first", "L"
    with monkeypatch.context() as patch:
        patch.setattr(workspace.transport, "request", meanwhile)
        session.commit()
    assert session.dirty == (loaded,)
    assert (loaded.base.firstName, loaded.base.lastName) == ("second", "L")
    session.commit()
    assert [call.body for call in server.sent] == [
        {"base": {"firstName": "first", "lastName": "L"}},
        {"base": {"firstName": "second"}, "tags": {"manual": ["vip", "night", "meanwhile"]}},
    ]


def test_a_value_that_cannot_be_sent_stops_everything_before_the_first_request(session, server, three):
    """DESIGN 6: one error lists every problem, nothing is sent."""
    for ident, size in zip(three, (70_000, 5, 80_000), strict=True):
        session.get_one(Customer, ident).extra = "x" * size
    server.forget()
    with pytest.raises(ContactHubError) as caught:
        session.commit()
    assert len(caught.value.problems) == 2
    assert [three[0] in str(caught.value), three[2] in str(caught.value)] == [True, True]
    assert server.sent == []
    assert len(session.dirty) == 3
