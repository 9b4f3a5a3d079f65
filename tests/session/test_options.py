"""The options of a session: autoflush, expire_on_commit, cache_ttl, echo, and what they refuse (T40, T59)."""

from __future__ import annotations

import inspect as python
import logging

import pytest

from contacthub_orm import Customer, Event, Session, Workspace, sessionmaker
from contacthub_orm.errors import ArgumentError, CommitError, ConfigurationError
from contacthub_orm.session_options import SessionOptions, check_session_options
from contacthub_orm.transport import RetryPolicy


@pytest.mark.parametrize(
    "options",
    [
        {"concurrency": 0},
        {"concurrency": 65},
        {"concurrency": True},
        {"concurrency": "8"},
        {"on_error": "ignore"},
        {"retry": 3},
        {"cache_ttl": "x"},
        {"cache_ttl": -1},
        {"cache_ttl": float("nan")},
        {"warm": "x"},
        {"warm": -1},
        {"autoflush": "no"},
        {"info": 7},
        {"node_id": ""},
        {"node_id": " "},
        {"node_id": 5},
    ],
    ids=str,
)
@pytest.mark.parametrize("make", [Session, sessionmaker, Workspace.session])
def test_an_option_that_makes_no_sense_is_refused_at_once(sandbox, workspace, options, make):
    (name,) = options
    with pytest.raises(ArgumentError, match=f"^{name} "):
        make(workspace, **{"node_id": sandbox.node_id, **options})


@pytest.mark.parametrize("make", [Session, sessionmaker])
def test_a_session_works_on_a_workspace(make):
    with pytest.raises(ArgumentError, match="a session works on a Workspace, not None"):
        make(None, "n")


def test_a_factory_knows_the_options_of_a_session(workspace):
    with pytest.raises(ArgumentError, match="no option 'concurency'; did you mean 'concurrency'"):
        sessionmaker(workspace, concurency=3)
    with pytest.raises(ArgumentError, match="no option 'autoflsh'; did you mean 'autoflush'"):
        sessionmaker(workspace).configure(autoflsh=True)


def test_every_option_of_a_session_has_a_type_and_a_rule():
    parameters = python.signature(Session.__init__).parameters.values()
    names = {it.name for it in parameters if it.kind is python.Parameter.KEYWORD_ONLY}
    assert names == set(SessionOptions.__annotations__)
    check_session_options({it.name: it.default for it in parameters if it.name in names})


def test_a_session_needs_a_node(sandbox):
    with (
        Workspace(sandbox.workspace_id, sandbox.token, sandbox.url) as workspace,
        pytest.raises(ConfigurationError, match="CONTACTHUB_NODE_ID"),
    ):
        Session(workspace)


def test_the_default_node_of_the_workspace_is_used(sandbox, workspace):
    assert Session(workspace).node_id == sandbox.node_id


def test_a_session_works_on_its_node_only(sandbox, workspace, server):
    other = sandbox.add_node("other")
    sandbox.seed(2, node_id=other)
    with workspace.session(other) as session:
        session.add(Customer(externalId="e"))
        session.commit()
        assert session.query(Customer).count() == 3
    assert server.documents() == {}


def test_info_is_kept(sandbox):
    given = {"job": 7}
    session = sandbox.session(info=given)
    session.info["more"] = True
    assert session.info == {"job": 7, "more": True}
    assert given == {"job": 7}


# -- autoflush ---------------------------------------------------------------------------------------------------------


def test_a_query_does_not_send_edits_by_itself(session, server, loaded):
    loaded.base.firstName = "X"
    assert session.query(Customer).filter(Customer.base.firstName == "X").all() == []
    assert [call.method for call in server.sent] == ["GET"]


def test_with_autoflush_a_query_sends_the_edits_first(sandbox, server, bruce):
    session = sandbox.session(autoflush=True)
    customer = session.get_one(Customer, bruce)
    customer.base.firstName = "X"
    server.forget()
    assert session.query(Customer).filter(Customer.base.firstName == "X").one() is customer
    assert [call.method for call in server.sent] == ["PATCH", "GET"]


def test_with_autoflush_what_belongs_to_a_customer_is_read_after_a_flush(sandbox, server, bruce):
    session = sandbox.session(autoflush=True)
    customer = session.get_one(Customer, bruce)
    session.add(Event(customer=customer, type="loggedIn", context="WEB"))
    assert [event.type for event in customer.events] == ["loggedIn"]
    customer.sessions.add("s-1")
    assert [link.value for link in customer.sessions] == ["s-1"]
    assert customer.sessions.find("s-1") in session


def test_without_autoflush_what_belongs_to_a_customer_is_read_as_it_is(session, server, loaded):
    loaded.sessions.add("s-1")
    assert loaded.sessions.all() == []
    assert [call.method for call in server.sent] == ["GET"]


def test_with_autoflush_a_failure_comes_before_the_query(sandbox, server):
    sandbox.configure(mandatory=["lastName"])
    session = sandbox.session(autoflush=True)
    session.add(Customer(externalId="e"))
    with pytest.raises(CommitError):
        session.query(Customer).all()
    assert [call.method for call in server.sent] == ["POST"]
    session.rollback()


def test_with_autoflush_a_result_can_be_edited_while_it_is_read(sandbox, server):
    """Each page flushes the edits of the one before."""
    sandbox.seed(120)
    session = sandbox.session(autoflush=True)
    for customer in session.query(Customer):
        customer.extra = "x"
    session.commit()
    assert {document["extra"] for document in server.documents().values()} == {"x"}
    assert [call.method for call in server.sent].count("PATCH") == 120


@pytest.mark.parametrize("autoflush", [False, True], ids=["a commit for each", "autoflush"])
def test_customers_that_leave_a_result_while_it_is_read_leave_none_behind(sandbox, server, autoflush):
    sandbox.seed(120)
    session = sandbox.session(autoflush=autoflush)
    for customer in session.query(Customer).filter(Customer.extra.is_(None)):
        customer.extra = "done"
        if not autoflush:
            session.commit()
    session.commit()
    assert {document["extra"] for document in server.documents().values()} == {"done"}
    assert [call.method for call in server.sent].count("PATCH") == 120


# -- expire_on_commit --------------------------------------------------------------------------------------------------


def test_after_a_commit_nothing_has_to_be_read_again(session, server, loaded):
    """The answer was the new document."""
    loaded.extra = "x"
    session.commit()
    server.forget()
    assert (loaded.extra, loaded.base.firstName) == ("x", "Bruce")
    assert server.sent == []


def test_with_expire_on_commit_the_first_read_loads_each_object_once(sandbox, server, three):
    """T59."""
    session = sandbox.session(expire_on_commit=True)
    found = [session.get_one(Customer, ident) for ident in three]
    found[0].extra = "x"
    session.commit()
    server.forget()
    assert [customer.base.firstName for customer in found] == ["n0", "n1", "n2"]
    assert [customer.externalId for customer in found] == ["e-0", "e-1", "e-2"]
    assert server.sent == [("GET", f"/customers/{ident}", None) for ident in three]


def test_with_expire_on_commit_an_edit_made_meanwhile_stays(sandbox, workspace, server, monkeypatch, bruce):
    session = workspace.session(sandbox.node_id, expire_on_commit=True)
    customer = session.get_one(Customer, bruce)
    given = workspace.transport.request

    def meanwhile(method, segments, **options):
        answer = given(method, segments, **options)
        customer.base.lastName = "late"
        return answer

    customer.extra = "x"
    with monkeypatch.context() as patch:
        patch.setattr(workspace.transport, "request", meanwhile)
        session.commit()
    assert session.dirty == (customer,)
    session.commit()
    assert server.document(bruce)["base"]["lastName"] == "late"


# -- cache_ttl ---------------------------------------------------------------------------------------------------------


def test_with_a_time_to_live_a_clean_object_is_read_again_when_it_is_over(sandbox, server, bruce):
    session = sandbox.session(cache_ttl=0)
    customer = session.get_one(Customer, bruce)
    server.changes(bruce, base={"firstName": "Kate"})
    server.forget()
    assert session.get(Customer, bruce) is customer
    assert customer.base.firstName == "Kate"
    assert server.sent == [("GET", f"/customers/{bruce}", None)]


def test_within_its_time_to_live_it_is_not_read_again(sandbox, server, bruce):
    session = sandbox.session(cache_ttl=3600)
    session.get(Customer, bruce)
    server.forget()
    session.get(Customer, bruce)
    assert server.sent == []


def test_an_edited_object_is_never_read_again_by_itself(sandbox, server, bruce):
    session = sandbox.session(cache_ttl=0)
    customer = session.get_one(Customer, bruce)
    customer.base.firstName = "X"
    server.forget()
    assert session.get(Customer, bruce) is customer
    assert customer.base.firstName == "X"
    assert server.sent == []


def test_an_object_that_is_gone_when_it_is_read_again_is_not_found(sandbox, server, bruce):
    """T56: get gives None, and the object leaves the session."""
    session = sandbox.session(cache_ttl=0)
    customer = session.get_one(Customer, bruce)
    server.loses(bruce)
    assert session.get(Customer, bruce) is None
    assert customer not in session


# -- retry and echo ----------------------------------------------------------------------------------------------------


def test_the_retry_policy_of_a_session_is_that_of_its_requests(sandbox, workspace, monkeypatch, bruce):
    policy, seen = RetryPolicy(attempts=1), []
    session = workspace.session(sandbox.node_id, retry=policy)
    given = workspace.transport.request

    def request(*arguments, retry=None, **options):
        seen.append(retry)
        return given(*arguments, retry=retry, **options)

    monkeypatch.setattr(workspace.transport, "request", request)
    customer = session.get_one(Customer, bruce)
    session.query(Customer).all()
    customer.extra = "x"
    session.commit()
    session.refresh(customer)
    assert seen == [policy] * 4


def test_echo_prints_a_line_per_request_without_content(sandbox, capfd):
    with sandbox.session(echo=True) as session:
        customer = Customer(externalId="Secret")
        session.add(customer)
        session.commit()
        session.refresh(customer)
        session.query(Customer).all()
    printed = capfd.readouterr().err
    lines = [line.split(" in ")[0] for line in printed.splitlines()]
    assert lines == [
        "POST /customers -> 201",
        f"GET /customers/{customer.id} -> 200",
        "GET /customers -> 200",
    ]
    assert "Secret" not in printed
    assert sandbox.token not in printed


def test_echo_is_about_its_own_session(sandbox, capfd):
    with sandbox.session(echo=True) as session, sandbox.session() as other:
        assert other.get(Customer, "nobody") is None
        assert capfd.readouterr().err == ""
        assert session.get(Customer, "nobody") is None
    assert capfd.readouterr().err.count("\n") == 1
    with sandbox.session() as later:
        assert later.get(Customer, "nobody") is None
    assert capfd.readouterr().err == ""


def test_echo_neither_needs_nor_changes_the_logging_of_the_program(sandbox, capfd, caplog, tmp_path):
    log = logging.getLogger("contacthub_orm.transport")
    handler = logging.FileHandler(tmp_path / "log")
    log.addHandler(handler)
    with sandbox.session(echo=True) as session:
        assert session.get(Customer, "nobody") is None
    log.removeHandler(handler)
    handler.close()
    assert capfd.readouterr().err.count("GET /customers/nobody") == 1
    assert log.level == logging.NOTSET
    assert caplog.records == []
    assert (tmp_path / "log").read_text() == ""


def test_nothing_is_printed_otherwise(session, server, loaded, capfd, caplog):
    with caplog.at_level(logging.INFO):
        loaded.extra = "x"
        session.commit()
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []
