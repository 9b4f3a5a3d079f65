"""What goes out: the address, the headers, the body."""

from __future__ import annotations

import json
import math
import platform
import unicodedata
import uuid
from enum import StrEnum

import pytest
import requests

from contacthub_orm._version import __version__
from contacthub_orm.errors import ArgumentError

ROOT = "/hub/v1/workspaces/w-1"


def test_a_request_goes_to_its_path_below_the_workspace(server, transport):
    transport.request("GET", ["customers", "c-1"])
    assert (server.requests[0].method, server.requests[0].target) == ("GET", f"{ROOT}/customers/c-1")


@pytest.mark.parametrize(
    ("identifier", "written"),
    [
        ("a/b", "a%2Fb"),
        ("../../nodes", "..%2F..%2Fnodes"),
        ("a?x=1", "a%3Fx%3D1"),
        ("a#f", "a%23f"),
        ("%2e%2e", "%252e%252e"),
        ("%2F", "%252F"),
        ("a%b", "a%25b"),
        ("\\..\\", "%5C..%5C"),
        ("...", "..."),
        (".hidden", ".hidden"),
        ("é", "%C3%A9"),
        (unicodedata.normalize("NFD", "é"), "e%CC%81"),
        ("😀", "%F0%9F%98%80"),
        ("a b", "a%20b"),
        ("+;~@:&=", "%2B%3B~%40%3A%26%3D"),
        ("x" * 255, "x" * 255),
        ("é" * 255, "%C3%A9" * 255),
    ],
)
def test_an_id_is_data_whatever_it_holds(server, transport, identifier, written):
    transport.request("DELETE", ["customers", identifier])
    assert server.requests[0].target == f"{ROOT}/customers/{written}"


def test_a_uuid_is_accepted_as_an_id(server, transport):
    identifier = uuid.UUID("5c38ce36-0000-4000-8000-000000000001")
    transport.request("GET", ["customers", identifier])
    assert server.requests[0].target.endswith("/customers/5c38ce36-0000-4000-8000-000000000001")


def test_a_string_enumeration_is_written_as_its_value(server, transport):
    Kind = StrEnum("Kind", {"CUSTOMERS": "customers"})
    transport.request("GET", [Kind.CUSTOMERS])
    assert server.requests[0].target == f"{ROOT}/customers"


@pytest.mark.parametrize(
    "identifier",
    [
        "",
        " ",
        "\t",
        "\u2003",
        ".",
        "..",
        "x" * 256,
        "x" * 9000,
        "a\r\nb",
        "a\0b",
        "\x7f",
        "a\x85b",
        "\ud800",
        "a\udfffb",
    ],
    ids=repr,
)
def test_an_id_that_could_reach_something_else_is_refused_before_anything_is_sent(server, transport, identifier):
    with pytest.raises(ArgumentError, match="after '/customers/'"):
        transport.request("DELETE", ["customers", identifier])
    assert server.connections == 0


@pytest.mark.parametrize("identifier", [7, None, b"x", ["x"], True, 1.5], ids=repr)
def test_an_id_of_another_type_is_refused_by_the_name_of_the_type(server, transport, identifier):
    with pytest.raises(ArgumentError, match=f"must be a str .*{type(identifier).__name__}"):
        transport.request("GET", ["customers", identifier])
    assert server.connections == 0


@pytest.mark.parametrize("segments", [[], (), "customers"], ids=repr)
def test_the_path_is_a_sequence_of_at_least_one_segment(server, transport, segments):
    with pytest.raises(ArgumentError, match="sequence"):
        transport.request("DELETE", segments)
    assert server.connections == 0


@pytest.mark.parametrize("method", ["get", "HEAD", "TRACE", "", "GET /"])
def test_a_method_the_api_does_not_have_is_refused(transport, method):
    with pytest.raises(ArgumentError, match="method"):
        transport.request(method, ["customers"])


def test_parameters_are_percent_encoded_without_exception(server, transport):
    transport.request("GET", ["customers"], params=[("query[name]", "a b&c,d+\"é'"), ("page", "0"), ("page", "")])
    query = "query%5Bname%5D=a%20b%26c%2Cd%2B%22%C3%A9%27&page=0&page="
    assert server.requests[0].target == f"{ROOT}/customers?{query}"


def test_parameters_may_be_a_mapping(server, transport):
    transport.request("GET", ["customers"], params={"nodeId": "n/1"})
    assert server.requests[0].target == f"{ROOT}/customers?nodeId=n%2F1"


@pytest.mark.parametrize("value", [1, None, True, b"x"], ids=repr)
def test_a_parameter_that_is_not_text_is_refused(server, transport, value):
    with pytest.raises(ArgumentError, match="must be str"):
        transport.request("GET", ["customers"], params={"page": value})
    assert server.connections == 0


def test_a_parameter_that_is_no_text_is_refused_without_a_trace_of_it(transport):
    with pytest.raises(ArgumentError, match="surrogate") as caught:
        transport.request("GET", ["customers"], params={"externalId": "secret\ud800"})
    assert caught.value.__context__ is None


def test_the_fixed_headers(server, transport, token):
    transport.request("GET", ["customers"])
    headers = server.requests[0].headers
    python = ".".join(platform.python_version_tuple()[:2])
    assert headers["authorization"] == f"Bearer {token}"
    assert headers["accept"] == "application/json"
    assert headers["user-agent"] == f"contacthub-orm/{__version__} python/{python} requests/{requests.__version__}"
    assert headers["accept-encoding"] == "gzip, deflate"
    assert "content-type" not in headers


def test_the_application_names_itself_in_the_user_agent(server, make_workspace):
    make_workspace(app_info="crm-sync/1.2 (nightly)").transport.request("GET", ["customers"])
    assert server.requests[0].headers["user-agent"].endswith(f"requests/{requests.__version__} crm-sync/1.2 (nightly)")


def test_a_body_is_compact_utf8_json(server, transport):
    transport.request("PATCH", ["customers", "c"], body={"base": {"firstName": "Zoë", "dob": None}})
    assert server.requests[0].body == '{"base":{"firstName":"Zoë","dob":null}}'.encode()
    assert server.requests[0].headers["content-type"] == "application/json"


def test_an_empty_body_is_a_body(server, transport):
    transport.request("POST", ["customers"], body={})
    assert json.loads(server.requests[0].body) == {}


def circle() -> dict[str, object]:
    loop: dict[str, object] = {}
    loop["self"] = loop
    return loop


def nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, -math.inf, {1, 2}, b"x", object(), "\ud800", 10**5000, circle(), nested(100_000), {(): 1}],
    ids=["nan", "inf", "-inf", "set", "bytes", "object", "surrogate", "digits", "circle", "depth", "key"],
)
def test_a_body_that_is_not_json_is_refused_before_anything_is_sent(server, transport, value):
    with pytest.raises(ArgumentError, match="cannot be written as JSON") as caught:
        transport.request("POST", ["customers"], body={"extended": value})
    assert caught.value.__context__ is None
    assert server.connections == 0


def test_the_tracing_id_stays_over_the_attempts_of_one_request_and_changes_between_requests(server, transport, step):
    server.play(step.answer(503), step.answer(503))
    transport.request("GET", ["customers"])
    transport.request("GET", ["customers"])
    first, second, third, other = (seen.headers["contactlab-tracing-id"] for seen in server.requests)
    assert first == second == third != other
    assert str(uuid.UUID(first)) == first


def test_the_repr_shows_the_host_only(transport, token):
    assert repr(transport) == "<Transport to 127.0.0.1>"
