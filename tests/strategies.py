"""Hypothesis strategies: JSON, pairs of related documents, customers as the server returns them, random edits."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from contacthub_orm.models import Customer
from contacthub_orm.models.enums import MobileDeviceType, OtherContactType, SchoolType, SubscriptionKind
from tests.mapping.edits import Edit

MODERATE = settings(max_examples=100)

# -- JSON ------------------------------------------------------------------------------------------------------------

# Sampled, because which text it is hardly matters to a document, and drawing text takes most of the time.
texts = st.sampled_from(["", "1", "a", "b", "Zoë", "日本", "\U0001f600", 'say "no"\n', "x" * 30])
keys = st.sampled_from(["a", "b", "c", "id", "items", "a.b", "", "é"])
numbers = st.sampled_from([0, 1, 1.0, -1, 2**40, 0.1, 1e300, 45.5])
scalars = st.sampled_from([None, True, False, 0, 1, 1.0, "1", "", "Zoë", -7, 2.5])


def _containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3)


json_values = st.recursive(scalars, _containers, max_leaves=6)
json_objects = st.dictionaries(keys, json_values, max_size=4)


@st.composite
def related_objects(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A document, and what became of it after some of its members were changed at any depth."""
    before = draw(json_objects)
    return before, draw(_changed(copy.deepcopy(before)))


@st.composite
def _changed(draw: st.DrawFn, value: Any) -> Any:
    match draw(st.integers(0, 5)):
        case 0:
            return draw(json_objects if isinstance(value, dict) else json_values)
        case 1 if isinstance(value, dict):
            return {key: item for key, item in value.items() if draw(st.booleans())}
        case _ if isinstance(value, dict):
            return {key: draw(_changed(item)) for key, item in value.items()} | draw(
                st.dictionaries(keys, scalars, max_size=1)
            )
        case 2 if not isinstance(value, dict):
            return None
        case _:
            return value


# -- customers -------------------------------------------------------------------------------------------------------

days = st.dates(date(1900, 1, 1), date(2100, 1, 1))
day_texts = days.map(date.isoformat)
instants = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC, microsecond=moment.microsecond // 1000 * 1000)
)
instant_texts = instants.map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000")
emails = st.from_regex(r"[a-z]{1,8}@example\.(com|org)", fullmatch=True)
idents = st.sampled_from(["1", "2", "3", "4"])


def nullable(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Null as often as anything else."""
    return st.none() | values


def _group(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return nullable(st.fixed_dictionaries({name: nullable(values) for name, values in members.items()}))


def _elements(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=members)


tag_lists = st.lists(texts, max_size=4)
other_contacts = _elements(name=texts, type=st.sampled_from([*map(str, OtherContactType)]), value=texts)
mobile_devices = _elements(identifier=texts, type=st.sampled_from([*map(str, MobileDeviceType)]))
educations = _elements(id=idents, schoolType=st.sampled_from([*map(str, SchoolType)]), startYear=st.integers(0, 3000))
likes = _elements(id=idents, name=texts, createdTime=instant_texts)
jobs = _elements(id=idents, jobTitle=texts, startDate=day_texts, isCurrent=st.booleans())
subscriptions = _elements(
    id=idents,
    kind=st.sampled_from([*map(str, SubscriptionKind)]),
    preferences=st.lists(_elements(key=texts, value=texts), max_size=2),
)
consents = _group(status=st.booleans(), limitation=st.booleans(), objection=st.booleans())

contacts = nullable(
    st.fixed_dictionaries(
        {
            "email": nullable(emails),
            "phone": nullable(texts),
            "otherContacts": st.lists(other_contacts, max_size=3),
            "mobileDevices": st.lists(mobile_devices, max_size=3),
        }
    )
)
bases = nullable(
    st.fixed_dictionaries(
        {
            "firstName": nullable(texts),
            "lastName": nullable(texts),
            "dob": nullable(day_texts),
            "timezone": nullable(st.sampled_from(["Europe/Rome", "Asia/Tokyo"])),
            "contacts": contacts,
            "address": _group(city=texts, zip=texts, geo=_group(lat=numbers, lon=numbers)),
            "educations": st.lists(educations, max_size=3),
            "likes": st.lists(likes, max_size=3),
            "jobs": st.lists(jobs, max_size=3),
            "subscriptions": st.lists(subscriptions, max_size=3),
        }
    )
)
customer_documents = st.fixed_dictionaries(
    {
        "id": st.just("c1"),
        "nodeId": st.just("node-1"),
        "externalId": nullable(texts),
        "enabled": st.just(True),
        "registeredAt": instant_texts,
        "updatedAt": instant_texts,
        "base": bases,
        "extended": nullable(json_objects),
        "consents": nullable(st.fixed_dictionaries({"softSpam": nullable(st.fixed_dictionaries({"email": consents}))})),
        "tags": nullable(st.fixed_dictionaries({"auto": tag_lists, "manual": tag_lists})),
    }
)
"""Documents in the form in which the server returns customers (contract 3.1)."""

# -- edits -----------------------------------------------------------------------------------------------------------

SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "externalId": texts,
    "base.firstName": texts,
    "base.dob": days | day_texts,
    "base.timezone": st.sampled_from([Customer.TIMEZONES.EUROPE_ROME, "Asia/Tokyo"]),
    "base.contacts.email": emails,
    "base.address.city": texts,
    "base.address.geo.lat": numbers,
    "consents.softSpam.email.status": st.booleans(),
    "consents.disclaimer.date": instants,
}
GROUPS: dict[str, st.SearchStrategy[Any]] = {
    "base": bases,
    "base.contacts": contacts,
    "base.address": _group(city=texts, zip=texts),
    "tags": nullable(st.fixed_dictionaries({"manual": tag_lists})),
    "extended": nullable(json_objects),
}
LISTS: dict[str, st.SearchStrategy[Any]] = {
    "tags.manual": texts,
    "base.likes": likes,
    "base.jobs": jobs,
    "base.subscriptions": subscriptions,
    "base.contacts.otherContacts": other_contacts,
}
LIST_ACTIONS = [
    "append", "extend", "insert", "pop", "remove", "clear", "reverse", "sort", "set_item", "set_slice", "set_step",
    "del_item", "del_slice", "iadd", "imul", "assign", "unset",
]  # fmt: skip
MAPPING_ACTIONS = ["set_key", "del_key", "pop_key", "clear", "update", "setdefault", "ior", "nest"]
turns = st.lists(st.integers(0, 5), max_size=4).map(tuple)
positions = st.integers(0, 5)


@st.composite
def _list_edits(draw: st.DrawFn) -> Edit:
    path, action = draw(st.sampled_from(sorted(LISTS))), draw(st.sampled_from(LIST_ACTIONS))
    fewest = 0 if action == "assign" else 1
    return Edit(path, action, tuple(draw(st.lists(LISTS[path], min_size=fewest, max_size=3))), position=draw(positions))


@st.composite
def _member_edits(draw: st.DrawFn) -> Edit:
    path, member, values = draw(
        st.sampled_from(
            [("base.likes", "name", texts), ("base.jobs", "startDate", days), ("base.subscriptions", "kind", st.none())]
        )
    )
    return Edit(path, "set_member", (member, draw(nullable(values))), position=draw(positions))


@st.composite
def _open_edits(draw: st.DrawFn) -> Edit:
    return Edit(
        "extended",
        draw(st.sampled_from(MAPPING_ACTIONS + LIST_ACTIONS[:-2])),
        tuple(draw(st.lists(json_values, min_size=1, max_size=3))),
        key=draw(keys),
        position=draw(positions),
        turns=draw(turns),
    )


def _settings(paths: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Edit]:
    return st.one_of(
        [st.builds(Edit, st.just(path), st.just("set"), st.tuples(nullable(paths[path]))) for path in sorted(paths)]
    )


edits = st.one_of(
    _settings(SCALARS),
    _settings(SCALARS),
    _settings(GROUPS),
    st.builds(Edit, st.sampled_from(sorted([*SCALARS, *GROUPS, *LISTS])), st.just("delete")),
    _list_edits(),
    _list_edits(),
    _member_edits(),
    _open_edits(),
    _open_edits(),
)
"""Single edits of a customer; `Edit.perform` does one on an entity, `Edit.mirror` the same on a plain dict."""
