"""Laws of the merge and of the normal form."""

import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from contacthub_orm.sandbox.merge import merge
from contacthub_orm.sandbox.normal_form import normalise
from contacthub_orm.sandbox.rules import Rules

LAW = settings(max_examples=150)

keys = st.sampled_from(["a", "b", "c", "a.b", "", "è"])
leaves = st.sampled_from([0, 1, 1.5, True, False, "", "x", "1"])


def objects(leaf):
    values = st.recursive(
        leaf,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=6,
    )
    return st.dictionaries(keys, values, max_size=4)


documents = objects(leaves)
patches = objects(leaves | st.none())


def difference(before, after):
    """The patch that makes `before` into `after`, written down without any thought of being minimal."""
    patch = {name: None for name in before if name not in after}
    for name, value in after.items():
        both_objects = isinstance(value, dict) and isinstance(before.get(name), dict)
        patch[name] = difference(before[name], value) if both_objects else value
    return patch


def holds_null(value):
    if isinstance(value, dict):
        return any(member is None or holds_null(member) for member in value.values())
    return False


@LAW
@given(documents)
def test_an_empty_patch_changes_nothing(document):
    assert merge(document, {}) == document


@LAW
@given(documents, patches)
def test_a_patch_applied_twice_does_what_it_does_once(document, patch):
    once = merge(document, patch)

    assert merge(once, patch) == once


@LAW
@given(documents, patches)
def test_neither_side_is_changed(document, patch):
    before = copy.deepcopy((document, patch))
    merge(document, patch)

    assert (document, patch) == before


@LAW
@given(documents, patches)
def test_no_null_is_left_in_any_object(document, patch):
    assert not holds_null(merge(document, patch))


@LAW
@given(documents, patches)
def test_members_that_the_patch_does_not_name_stay(document, patch):
    merged = merge(document, patch)

    assert {name: merged[name] for name in merged if name not in patch} == {
        name: document[name] for name in document if name not in patch
    }


@LAW
@given(documents, patches)
def test_named_scalars_and_lists_are_taken_over(document, patch):
    merged = merge(document, patch)

    taken = {name: value for name, value in patch.items() if value is not None and not isinstance(value, dict)}
    assert {name: merged[name] for name in taken} == taken


@LAW
@given(documents, documents)
def test_every_document_can_be_reached(before, after):
    assert merge(before, difference(before, after)) == after


# -- normal form -------------------------------------------------------------------------------------------------------

texts = st.none() | st.sampled_from(["", "x"])
emails = st.none() | st.just("a@example.com")
groups = {
    "contacts": st.none()
    | st.fixed_dictionaries({}, optional={"email": emails, "mobileDevices": st.just([{"name": "x"}])}),
    "address": st.none()
    | st.fixed_dictionaries({}, optional={"city": texts, "geo": st.none() | st.just({"lat": 1, "lon": 2})}),
    "credential": st.none() | st.fixed_dictionaries({}, optional={"username": texts}),
}
bases = st.none() | st.fixed_dictionaries({}, optional={"firstName": texts, "likes": st.just([{"id": "1"}]), **groups})
consents = st.none() | st.fixed_dictionaries(
    {}, optional={"softSpam": st.none() | st.just({"email": {"status": True}}), "disclaimer": st.just({"version": "1"})}
)
contents = st.fixed_dictionaries(
    {},
    optional={
        "externalId": texts,
        "enabled": st.none() | st.booleans(),
        "base": bases,
        "extended": st.none() | patches,
        "consents": consents,
        "tags": st.none() | st.fixed_dictionaries({}, optional={"manual": st.just(["x"])}),
    },
)


@LAW
@given(contents)
def test_the_normal_form_of_a_normal_form_is_itself(content):
    normal = normalise(content)

    assert normalise(normal) == normal


@LAW
@given(contents)
def test_what_the_server_returned_can_be_sent_back(content):
    normal = normalise(content)

    assert normalise(Rules().read(normal)) == normal


@LAW
@given(contents)
def test_patching_a_document_with_itself_changes_nothing(content):
    normal = normalise(content)

    assert normalise(merge(normal, normal)) == normal
