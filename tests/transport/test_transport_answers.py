"""What comes back: status first, then the body; every member of an error body is optional."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest

from contacthub_orm import errors
from contacthub_orm.transport import transport as transport_module


def refusal(transport, method="PATCH"):
    with pytest.raises(errors.APIError) as caught:
        transport.request(method, ["customers", "c"])
    return caught.value


def unusable(transport, method="PATCH"):
    with pytest.raises(errors.TransportError) as caught:
        transport.request(method, ["customers", "c"])
    return caught.value


def test_a_success_is_decoded(server, transport, step):
    server.play(step.answer(201, {"id": "c", "n": 12345678901234567890123, "é": "Zoë"}))
    response = transport.request("POST", ["customers"], body={})
    assert (response.status, response.attempts) == (201, 1)
    assert response.body == {"id": "c", "n": 12345678901234567890123, "é": "Zoë"}
    assert response.headers["content-type"] == response.headers["Content-Type"] == "application/json"


def test_a_list_is_a_success_too(server, transport, step):
    server.play(step.answer(200, [1]))
    assert transport.request("GET", ["customers"]).body == [1]


@pytest.mark.parametrize("status", [400, 414, 431])
def test_a_refused_request_with_a_long_address_says_how_to_shorten_it(server, transport, step, status):
    server.play(step.answer(status, {"message": "no"}))
    advice = r"no; the address has 9,\d\d\d bytes.* split a list of values"
    with pytest.raises(errors.BadRequest, match=advice) as caught:
        transport.request("GET", ["customers"], params={"query": "secret" * 1500})
    assert "secret" not in str(caught.value)


def test_a_refused_request_with_a_short_address_says_nothing_about_it(server, transport, step):
    server.play(step.answer(431, {"message": "no"}))
    assert refusal(transport, "GET").message == "no"


def test_the_time_taken_is_told_in_seconds(server, transport, step, fake_time):
    server.play(step.answer(503, Retry_After="7"))
    assert transport.request("GET", ["customers"]).elapsed == 7.0


@pytest.mark.parametrize("status", [200, 201, 202, 204])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_may_be_answered_with_nothing(server, transport, step, method, status):
    server.play(step.answer(status, b""))
    assert transport.request(method, ["customers"]).body is None


def test_a_read_must_be_answered_with_something(server, transport, step):
    server.play(*[step.answer(200, b"")] * 4)
    error = unusable(transport, "GET")
    assert "empty body" in str(error)
    assert error.attempts == 4


def test_no_content_is_something(server, transport, step):
    server.play(step.raw(b"HTTP/1.1 204 No Content\r\n\r\n"))
    assert transport.request("GET", ["customers"]).body is None


@pytest.mark.parametrize(
    "body",
    [
        b"<html>login</html>",
        b'{"id": "cut sho',
        b"null",
        b"7",
        b'"text"',
        b'{"x": NaN}',
        b'{"x": -Infinity}',
        b'{"x": 1e999}',
        b"\xef\xbb\xbf{}",
        b'{"x": "\xff"}',
        "{}".encode("utf-16"),
        b"[" * 100_000,
        b'{"x": ' + b"9" * 5000 + b"}",
        b"{} {}",
    ],
    ids=[
        "html",
        "cut",
        "null",
        "number",
        "string",
        "nan",
        "inf",
        "huge",
        "bom",
        "utf8",
        "utf16",
        "deep",
        "digits",
        "two",
    ],
)
def test_a_success_that_is_not_a_json_object_or_list_is_no_answer(server, transport, step, body):
    server.play(step.answer(200, body))
    error = unusable(transport, "POST")
    assert error.sent is True
    assert "not a JSON object or list" in str(error)
    assert error.__context__ is None


def test_utf8_is_read_as_utf8_whatever_the_content_type_says(server, transport, step):
    server.play(step.answer(200, '{"x": "é"}'.encode(), Content_Type="text/plain"))
    assert transport.request("GET", ["customers"]).body == {"x": "é"}


def test_compressed_answers_are_read(server, transport, step):
    server.play(
        step.answer(200, gzip.compress(b'{"a": 1}'), Content_Encoding="gzip"),
        step.answer(200, zlib.compress(b'{"a": 2}'), Content_Encoding="deflate"),
    )
    assert transport.request("GET", ["customers"]).body == {"a": 1}
    assert transport.request("GET", ["customers"]).body == {"a": 2}


def test_broken_compression_is_no_answer(server, transport, step):
    server.play(step.answer(200, b"not gzip", Content_Encoding="gzip"))
    assert "compressed" in str(unusable(transport, "POST"))


def test_chunked_answers_are_read(server, transport, step):
    server.play(
        step.raw(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"a"\r\n3\r\n: 1\r\n1\r\n}\r\n0\r\n\r\n')
    )
    assert transport.request("GET", ["customers"]).body == {"a": 1}
    transport.request("GET", ["customers"])
    assert server.connections == 1


def test_an_answer_over_the_cap_is_given_up_and_its_connection_closed(server, transport, step, monkeypatch):
    monkeypatch.setattr(transport_module, "MAX_RESPONSE_BYTES", 1000)
    server.play(step.answer(200, b" " * 500_000))
    error = unusable(transport, "GET")
    assert "larger than 1000 bytes" in str(error)
    assert (error.sent, error.attempts) == (True, 1)
    transport.request("GET", ["customers"])
    assert server.connections == 2


def test_an_answer_of_exactly_the_cap_is_read(server, transport, step, monkeypatch):
    monkeypatch.setattr(transport_module, "MAX_RESPONSE_BYTES", 1000)
    server.play(step.answer(200, b"{}" + b" " * 998))
    assert transport.request("GET", ["customers"]).body == {}


@pytest.mark.parametrize("status", [200, 400, 302])
def test_a_compressed_bomb_is_never_unpacked(server, transport, step, status, monkeypatch):
    most = 0
    read_body = transport_module.read_body

    def watched(raw, into, **options):
        nonlocal most
        try:
            read_body(raw, into, **options)
        finally:
            most = max(most, len(into))

    monkeypatch.setattr(transport_module, "read_body", watched)
    bomb = gzip.compress(b" " * 40 * 2**20, compresslevel=9)
    server.play(step.answer(status, bomb, Content_Encoding="gzip", Location="/elsewhere"))
    with pytest.raises(errors.ContactHubError):
        transport.request("GET", ["customers"])
    assert 0 < most < 17 * 2**20


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, errors.BadRequest),
        (401, errors.Unauthorized),
        (402, errors.APIError),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (405, errors.BadRequest),
        (409, errors.Conflict),
        (410, errors.APIError),
        (413, errors.BadRequest),
        (414, errors.BadRequest),
        (415, errors.BadRequest),
        (418, errors.APIError),
        (422, errors.BadRequest),
        (423, errors.ReindexingInProgress),
        (429, errors.RateLimited),
        (431, errors.BadRequest),
        (500, errors.ServerError),
        (501, errors.ServerError),
        (502, errors.ServerError),
        (503, errors.ServerError),
        (504, errors.ServerError),
        (599, errors.ServerError),
    ],
)
def test_each_error_status_has_its_class_even_without_a_body(server, transport, step, status, expected):
    server.play(*[step.answer(status, b"")] * 4)
    error = refusal(transport)
    assert type(error) is expected
    assert (error.status, error.errors, error.data, error.logref) == (status, [], None, None)
    assert (error.method, error.path) == ("PATCH", "/customers/c")
    assert error.message


def test_a_full_error_body_fills_every_member(server, transport, step):
    details = {"message": "is required", "path": "/base/credential/username", "data": None, "code": None}
    body = {
        "message": "Conflict with exiting customer c-2",
        "logref": "5c38ce36",
        "data": {"customer": {"id": "c-2", "href": "https://elsewhere.example/c-2"}},
        "errors": [details],
    }
    server.play(step.answer(409, body))
    error = refusal(transport)
    assert (error.message, error.logref, error.data, error.errors) == (
        body["message"],
        body["logref"],
        body["data"],
        [details],
    )
    assert error.customer_id == "c-2"
    assert str(error) == (
        f"Status code: 409. Message: {body['message']}. Errors: [{details}]. Data: {body['data']}. Logref: 5c38ce36"
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"timestamp": 1, "status": 404, "error": "Not Found", "path": "/x"}, "Not Found"),
        ({"status": 404, "error": "Not Found", "message": "No message available"}, "Not Found"),
        ({"status": 404, "error": "Not Found", "message": "Not Found"}, "Not Found"),
        ({"status": 404, "error": "Not Found", "message": "no handler"}, "Not Found: no handler"),
        ({"status": 404, "message": "only this"}, "only this"),
        ({"error": "only this"}, "only this"),
        ({"message": "node not found n"}, "node not found n"),
        ({"message": None, "errors": None, "data": None, "logref": None}, "Gone"),
        ({"message": {"a": 1}, "errors": "x", "logref": 7, "error": []}, "Gone"),
        ({}, "Gone"),
        ([], "[]"),
        (b"", "Gone"),
        (b"   ", "Gone"),
        (b"plain  text\n", "plain text"),
        (b"<html><title>404 Not\nFound</title><hr>nginx</html>", "404 Not Found nginx"),
        (b'{"message": "cut', '{"message": "cut'),
        (b"\xff\xfe", "\ufffd\ufffd"),
    ],
    ids=repr,
)
def test_the_message_is_found_in_any_shape(server, transport, step, body, message):
    server.play(step.answer(410, body))
    error = refusal(transport)
    assert type(error) is errors.APIError
    assert error.message == message
    assert error.errors == []
    assert error.logref is None


@pytest.mark.parametrize(
    "body",
    [
        {"message": "customer not found c", "logref": "l", "data": None, "errors": []},
        {"message": "customer not found c", "logref": "l"},
    ],
    ids=["whole", "mandatory members"],
)
def test_a_404_of_the_api_says_that_there_is_no_such_thing(server, transport, step, body):
    server.play(step.answer(404, body))
    error = refusal(transport)
    assert error.is_from_api
    assert error.message == "customer not found c"


@pytest.mark.parametrize(
    "body",
    [
        {"timestamp": 1, "status": 404, "error": "Not Found", "path": "/x"},
        {"message": "no Route matched with those values"},
        b"<html><title>404 Not Found</title></html>",
        b'{"message": "customer not found c", "logref": "l',
        b"",
    ],
    ids=["spring", "gateway", "html", "cut", "empty"],
)
def test_a_404_of_another_shape_proves_nothing_and_says_what_to_check(server, transport, step, body):
    server.play(step.answer(404, body))
    error = refusal(transport)
    assert not error.is_from_api
    assert error.message.endswith(
        "; this is no answer of the API itself: check base_url, and whether a proxy stands in between"
    )


def test_only_objects_count_as_errors(server, transport, step):
    server.play(step.answer(400, {"errors": [{"path": "/a"}, "x", None, 3]}))
    assert refusal(transport).errors == [{"path": "/a"}]


def test_a_status_that_nobody_knows_still_has_a_message(server, transport, step):
    server.play(step.answer(499, b""))
    assert refusal(transport).message == "the server gave no message"


@pytest.mark.parametrize(
    "body", [b"x" * 10_000, {"message": "é" * 10_000}, b"<" * 300_000], ids=["text", "json", "big"]
)
def test_a_message_is_at_most_two_kilobytes(server, transport, step, body):
    server.play(step.answer(400, body))
    message = refusal(transport).message
    assert 2000 < len(message.encode()) <= 2048
    assert message.endswith("…")


def test_a_message_with_a_lone_surrogate_does_not_break_the_error(server, transport, step):
    server.play(step.answer(400, b'{"message": "a\\ud800b"}'))
    assert refusal(transport).message == "a?b"


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\nno such thi",
        b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\nB\r\nno such thi\r\n20\r\n",
        b"HTTP/1.1 404 Not Found\r\n\r\nno such thi",
    ],
    ids=["length", "chunked", "no length"],
)
def test_the_status_of_an_error_counts_although_its_body_is_cut_short(server, transport, step, data):
    server.play(step.raw(data, then_close=True))
    error = refusal(transport)
    assert type(error) is errors.NotFound
    assert error.message.startswith("no such thi")


def test_a_server_that_repeats_the_token_does_not_bring_it_into_the_error(server, transport, step, token):
    server.play(step.answer(401, {"message": f"bad token {token}", "data": {"authorization": f"Bearer {token}"}}))
    error = refusal(transport)
    assert error.message == "bad token ***"
    assert token not in f"{error!r} {error.__dict__}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_a_redirect_is_not_followed_and_says_where_it_led(server, transport, step, method, status):
    server.play(step.answer(status, b"moved", Location="https://user:pw@evil.example/secret?x=y"))
    error = unusable(transport, method)
    assert f"status {status} redirects to host evil.example" in str(error)
    assert "pw" not in str(error)
    assert "secret" not in str(error)
    assert (error.sent, error.attempts) == (True, 1)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("/hub/v2", "127.0.0.1"),
        ("//evil.example", "evil.example"),
        ("http://[bad", "(unreadable)"),
        ("mailto:x", "(none)"),
    ],
)
def test_a_redirect_without_a_host_or_sense_is_described_all_the_same(server, transport, step, location, host):
    server.play(step.answer(302, Location=location))
    assert f"host {host}" in str(unusable(transport))


@pytest.mark.parametrize("status", [300, 304, 103])
def test_another_status_that_is_neither_success_nor_error_is_no_answer(server, transport, step, status):
    server.play(step.raw(f"HTTP/1.1 {status} Odd\r\nContent-Length: 0\r\n\r\n".encode()))
    error = unusable(transport)
    assert f"unexpected status {status}" in str(error)
    assert error.sent is True


def test_an_interim_answer_does_not_shift_the_answers_of_later_requests(server, transport, step):
    final = b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"stale": 1}\n'
    server.play(step.raw(b"HTTP/1.1 103 Early Hints\r\n\r\n" + final), step.answer(200, {"fresh": 1}))
    unusable(transport)
    assert transport.request("GET", ["customers"]).body == {"fresh": 1}
    assert server.connections == 2


def test_a_continue_answer_is_skipped(server, transport, step):
    server.play(step.raw(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"))
    assert transport.request("POST", ["customers"], body={}).body == {}


def test_cookies_are_not_kept(server, transport, step):
    server.play(step.answer(200, Set_Cookie="id=7"))
    transport.request("GET", ["customers"])
    transport.request("GET", ["customers"])
    assert "cookie" not in server.requests[1].headers


def test_the_repr_of_a_response_shows_no_data(server, transport, step):
    server.play(step.answer(200, {"email": "someone@example.com"}))
    assert "example.com" not in repr(transport.request("GET", ["customers"]))


def test_a_body_that_drips_past_the_deadline_is_given_up(server, make_workspace, fake_time):
    policy = fake_time.policy(deadline=10.0)

    def drip(connection, _seen):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        fake_time.now += 11.0
        connection.sendall(b" ")

    server.play(drip)
    error = unusable(make_workspace(retry=policy).transport, "GET")
    assert "before the deadline" in str(error)
    assert error.sent is True


def test_error_bodies_survive_a_round_trip_through_pickle(server, transport, step):
    import pickle

    server.play(step.answer(409, {"message": "m", "data": {"customer": {"id": "x"}}}))
    error = refusal(transport)
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.__dict__) == (str(error), error.__dict__)
    assert json.dumps(copy.data) == '{"customer": {"id": "x"}}'
