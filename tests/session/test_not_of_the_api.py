"""A 404 that is not the API's own: a misspelt base_url, the page of a proxy. It proves nothing about a resource."""

from __future__ import annotations

import pytest

from contacthub_orm import Customer, Job, Workspace, inspect
from contacthub_orm.errors import NotFound, ObjectDeletedError
from contacthub_orm.sandbox import Fault

SHAPES = ("html", "spring", "empty")


@pytest.fixture
def loaded(session, bruce):
    return session.get_one(Customer, bruce)


@pytest.fixture(params=SHAPES)
def shape(request, loaded):
    return request.param


@pytest.fixture
def playing(sandbox):
    def play(shape, method):
        sandbox.faults.add(Fault.answer(404, shape), method)

    return play


def test_the_deletion_is_rejected_and_stays_to_be_sent(session, server, loaded, playing, shape, fails):
    session.delete(loaded)
    playing(shape, "DELETE")
    (refused,) = fails(session).rejected
    assert (refused.method, refused.status) == ("DELETE", 404)
    assert "check base_url" in refused.message
    assert session.deleted == (loaded,)
    assert server.document(loaded.id) is not None


def test_the_deletion_of_a_child_is_rejected(sandbox, server, fails):
    ident = server.has(base={"jobs": [{"id": "j"}]})
    session = sandbox.session()
    session.delete(session.stub(Job, (ident, "j")))
    sandbox.faults.add(Fault.answer(404, "html"), "DELETE")
    (refused,) = fails(session).rejected
    assert (refused.method, refused.status) == ("DELETE", 404)


def test_the_edit_is_rejected_and_the_object_stays_in_the_session(session, loaded, playing, shape, fails):
    loaded.base.firstName = "X"
    playing(shape, "PATCH")
    (refused,) = fails(session).rejected
    assert isinstance(refused.error, NotFound)
    assert inspect(loaded).persistent
    assert session.dirty == (loaded,)


def test_the_edit_of_a_child_does_not_say_that_the_child_is_gone(sandbox, server, fails):
    session = sandbox.session()
    customer = session.get_one(Customer, server.has(base={"jobs": [{"id": "j"}]}))
    customer.base.jobs[0].jobTitle = "x"
    sandbox.faults.add(Fault.answer(404, "html"), "PUT")
    (refused,) = fails(session).rejected
    assert "no longer on the server" not in refused.message


def test_a_refresh_raises_it_and_keeps_the_object(session, loaded, playing, shape):
    playing(shape, "GET")
    with pytest.raises(NotFound, match="check base_url"):
        session.refresh(loaded)
    assert inspect(loaded).persistent


def test_loading_the_rest_raises_it_and_keeps_the_object(session, bruce, sandbox):
    stub = session.stub(Customer, bruce)
    sandbox.faults.add(Fault.answer(404, "html"), "GET")
    with pytest.raises(NotFound, match="check base_url"):
        stub.base.firstName  # noqa: B018
    assert stub in session


@pytest.mark.parametrize("shape", SHAPES)
def test_get_raises_it_instead_of_saying_that_there_is_none(sandbox, session, bruce, shape):
    sandbox.faults.add(Fault.answer(404, shape), "GET")
    with pytest.raises(NotFound, match="check base_url"):
        session.get(Customer, bruce)


@pytest.mark.outside_the_contract("it asks for an address that the API does not have")
def test_a_wrong_base_url_makes_nothing_look_deleted(sandbox, server, bruce, fails):
    with Workspace(sandbox.workspace_id, sandbox.token, base_url=f"{sandbox.url}/x") as workspace:
        session = workspace.session(sandbox.node_id)
        with pytest.raises(NotFound, match="check base_url"):
            session.get(Customer, bruce)
        session.delete(session.stub(Customer, bruce))
        assert len(fails(session).rejected) == 1
    assert server.document(bruce) is not None


def test_a_404_of_the_api_still_says_that_the_object_is_gone(session, server, loaded):
    server.loses(loaded.id)
    with pytest.raises(ObjectDeletedError):
        session.refresh(loaded)
