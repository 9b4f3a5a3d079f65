"""Random edits of random customers, against plain Python: what is seen, sent, kept and taken back."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from contacthub_orm.mapping.state import changes, discard_changes, settle, snapshot, state_of
from contacthub_orm.models import Customer
from tests.mapping.edits import Edit, Model, is_list, is_mapping, plain
from tests.mapping.loading import loaded
from tests.mapping.reference import brute_force_patch, identical, leaf_paths, merged, normal_form, without_leaf
from tests.strategies import MODERATE, customer_documents, edits

scripts = st.lists(edits, min_size=1, max_size=12)

TYPED_PARTS = ("base", "extended", "tags", "consents")


def run(script: list[Edit], customer: Customer, model: Model) -> None:
    for edit in script:
        edit.perform(customer)
        edit.mirror(model)
        assert identical(customer.to_dict(), model.document), edit


def check_patch(customer: Customer, model: Model) -> dict[str, Any]:
    """The patch of an entity obeys the law of its model, and nothing in it can be left out."""
    patch = changes(customer)
    target = normal_form(model.committed, model.written())
    assert identical(merged(patch, model.committed), target)
    for path in leaf_paths(patch):
        assert not identical(merged(without_leaf(patch, path), model.committed), target), path
    return patch


@MODERATE
@given(customer_documents, scripts)
def test_the_entity_shows_what_plain_python_would_and_sends_just_the_difference(document, script):
    kept = copy.deepcopy(document)
    customer, model = loaded(document), Model(kept)
    run(script, customer, model)
    patch = check_patch(customer, model)
    assert identical(document, kept), "the committed document was changed"
    event(f"leaves in the patch: {min(len(list(leaf_paths(patch))), 4)}")


@MODERATE
@given(customer_documents, scripts)
def test_discarding_the_changes_restores_the_committed_document(document, script):
    customer, model = loaded(document), Model(copy.deepcopy(document))
    run(script, customer, model)
    discard_changes(customer)
    assert changes(customer) == {}
    assert identical(customer.to_dict(), model.committed)
    model.show(model.committed, copy.deepcopy(model.committed))
    run(script, customer, model)
    check_patch(customer, model)


@MODERATE
@given(customer_documents, scripts, st.lists(edits, max_size=6), scripts)
def test_what_is_edited_while_a_request_is_under_way_stays_an_edit(document, before, meanwhile, after):
    customer, model = loaded(document), Model(copy.deepcopy(document))
    run(before, customer, model)
    patch = copy.deepcopy(changes(customer))
    sent, sent_model = snapshot(customer), copy.deepcopy(model.written())
    frozen = copy.deepcopy(sent)
    run(meanwhile, customer, model)
    assert identical(sent, frozen), "an edit reached the document that is being sent"

    answer = merged(patch, model.committed) | {"updatedAt": "2030-01-01T00:00:00.000+0000"}
    kept = copy.deepcopy(answer)
    settle(customer, answer, sent)
    model.show(kept, merged(brute_force_patch(sent_model, model.written()), kept))
    assert identical(customer.to_dict(), model.document)
    assert identical(changes(customer), brute_force_patch(kept, model.document))

    run(after, customer, model)
    check_patch(customer, model)
    assert identical(answer, kept), "the answer was changed"


@MODERATE
@given(customer_documents, scripts, st.data())
def test_a_view_in_hand_shows_its_part_for_as_long_as_it_is_in_the_document(document, script, data):
    customer, model = loaded(document), Model(copy.deepcopy(document))
    held: list[tuple[Any, Any]] = []
    for edit in script:
        run([edit], customer, model)
        if data.draw(st.booleans()):
            held += pairs_of_parts(customer, model)
        inside = {id(part) for _, part in pairs_of_parts(customer, model)}
        for view, part in held:
            if id(part) in inside:
                assert identical(plain(view), part)
    check_that_the_others_are_cut_off(customer, [view for view, part in held if id(part) not in inside])


def pairs_of_parts(customer: Customer, model: Model) -> list[tuple[Any, Any]]:
    """Every container that the entity shows, with the one that stands for it in the model."""
    found: list[tuple[Any, Any]] = []
    pending = [(getattr(customer, name), model.document.get(name)) for name in TYPED_PARTS]
    while pending:
        view, part = pending.pop()
        if is_mapping(part):
            found.append((view, part))
            pending += [(view[key], item) for key, item in part.items()]
        elif is_list(part):
            found.append((view, part))
            pending += list(zip(view, part, strict=True))
    return found


def check_that_the_others_are_cut_off(customer: Customer, views: list[Any]) -> None:
    shown = customer.to_dict()
    for view in views:
        view.clear()
    assert identical(customer.to_dict(), shown)


@MODERATE
@given(customer_documents, scripts)
def test_looking_at_everything_changes_nothing(document, script):
    customer, model = loaded(document), Model(copy.deepcopy(document))
    run(script, customer, model)
    patch = changes(customer)
    pairs_of_parts(customer, model)
    look_at_declared_parts(customer)
    assert identical(changes(customer), patch)
    assert identical(customer.to_dict(), model.document)


def look_at_declared_parts(view: Any) -> None:
    for name in view.__fields__:
        value = getattr(view, name)
        if hasattr(value, "__fields__"):
            look_at_declared_parts(value)
        elif is_list(value):
            assert list(value) == value[:]


@MODERATE
@given(customer_documents, scripts)
def test_what_is_assigned_is_copied_and_left_as_it_was(document, script):
    customer = loaded(document)
    for edit in script:
        kept = copy.deepcopy(edit.values)
        edit.perform(customer)
        assert edit.values == kept
        shown = customer.to_dict()
        for value in edit.values:
            if is_mapping(value) or is_list(value):
                value.clear()
        assert identical(customer.to_dict(), shown)


@MODERATE
@given(customer_documents, scripts)
def test_the_state_of_a_reverted_customer_is_that_of_a_fresh_one(document, script):
    customer = loaded(document)
    whole = copy.deepcopy(document)
    for edit in script:
        edit.perform(customer)
    for name in (*TYPED_PARTS, "externalId"):
        setattr(customer, name, whole[name])
    assert changes(customer) == {}
    assert identical(state_of(customer).committed, whole)
