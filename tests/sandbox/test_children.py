"""Educations, likes, jobs and subscriptions by their own endpoints (contract 2.2, 6.5, 10.2 #9 to #13)."""

import pytest

EXAMPLES = {
    "educations": {"id": "e", "schoolType": "COLLEGE", "startYear": 1994, "isCurrent": False},
    "likes": {"id": "l", "category": "music", "createdTime": "2020-01-01T00:00:00.000+0000"},
    "jobs": {"id": "j", "jobTitle": "baker", "startDate": "2020-01-01"},
    "subscriptions": {"id": "s", "kind": "SERVICE", "subscribed": True, "preferences": [{"key": "k", "value": "v"}]},
}
KINDS = list(EXAMPLES)


@pytest.fixture
def customer_id(client):
    return client.create(externalId="c")["id"]


@pytest.fixture
def post(client, customer_id):
    def post(kind, body):
        return client.send("POST", f"/customers/{customer_id}/{kind}", body)

    return post


@pytest.fixture
def one(client, customer_id):
    """Send a request about one child."""

    def one(method, kind, child_id, body=None):
        return client.send(method, f"/customers/{customer_id}/{kind}/{child_id}", body)

    return one


@pytest.fixture
def base(client, customer_id):
    def base(kind):
        return client.read(customer_id)["base"][kind]

    return base


@pytest.mark.parametrize(
    ("kind", "status"), [("educations", 200), ("likes", 200), ("jobs", 200), ("subscriptions", 201)]
)
def test_a_post_answers_with_the_child(post, kind, status):
    response = post(kind, EXAMPLES[kind])

    assert response.status_code == status
    assert response.json() == EXAMPLES[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_the_customer_has_the_child_at_once(sandbox, post, base, kind):
    sandbox.configure(index_delay=30)

    post(kind, EXAMPLES[kind])

    assert base(kind) == [EXAMPLES[kind]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_child_is_read_by_its_id(post, one, kind):
    post(kind, EXAMPLES[kind])

    response = one("GET", kind, EXAMPLES[kind]["id"])

    assert (response.status_code, response.json()) == (200, EXAMPLES[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_a_put_replaces_the_child_in_its_place(post, one, base, kind):
    for child_id in ("1", "2", "3"):
        post(kind, {**EXAMPLES[kind], "id": child_id})

    response = one("PUT", kind, "2", {"id": "2"})

    assert (response.status_code, response.json()) == (200, {"id": "2"})
    assert base(kind) == [{**EXAMPLES[kind], "id": "1"}, {"id": "2"}, {**EXAMPLES[kind], "id": "3"}]


@pytest.mark.parametrize("kind", KINDS)
def test_a_delete_takes_the_child_out_and_answers_without_a_body(post, one, base, kind):
    for child_id in ("1", "2"):
        post(kind, {"id": child_id})

    response = one("DELETE", kind, "1")

    assert (response.status_code, response.content) == (200, b"")
    assert base(kind) == [{"id": "2"}]


def test_children_that_came_with_the_customer_are_found(client, one, customer_id):
    client.patch(customer_id, {"base": {"jobs": [{"id": "j", "jobTitle": "baker"}]}})

    assert one("GET", "jobs", "j").json() == {"id": "j", "jobTitle": "baker"}


def test_ids_are_percent_decoded(post, one):
    post("likes", {"id": "ice cream/ö"})

    assert one("GET", "likes", "ice%20cream%2F%C3%B6").json() == {"id": "ice cream/ö"}


def test_the_rest_of_the_customer_stays_as_it_is(client, customer_id, post):
    before = client.patched(customer_id, base={"firstName": "Ada", "likes": [{"id": "l"}]}, extended={"x": 1})

    post("jobs", {"id": "j"})

    after = client.read(customer_id)
    assert after == {**before, "updatedAt": after["updatedAt"], "base": {**before["base"], "jobs": [{"id": "j"}]}}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_every_write_advances_updated_at(client, customer_id, post, one, method):
    post("jobs", {"id": "j"})
    before = client.read(customer_id)["updatedAt"]

    response = post("jobs", {"id": "other"}) if method == "POST" else one(method, "jobs", "j", {"id": "j"})

    assert response.ok
    assert client.read(customer_id)["updatedAt"] > before


def test_dates_are_written_in_utc(post, base):
    post("likes", {"id": "l", "createdTime": "2020-01-01T01:00:00+01:00"})

    assert base("likes")[0]["createdTime"] == "2020-01-01T00:00:00.000+0000"


def test_members_that_nobody_knows_are_kept(post, base):
    post("subscriptions", {"id": "s", "enable": True})

    assert base("subscriptions") == [{"id": "s", "enable": True}]


def test_lists_see_a_child_later(client, sandbox, post, clock):
    sandbox.configure(index_delay=30)
    post("jobs", {"id": "j"})

    assert client.found("base.jobs.id", "EQUALS", "j") == []
    clock.advance(30)
    assert client.found("base.jobs.id", "EQUALS", "j") == ["c"]


# -- refusals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_that_is_taken_is_a_conflict(post, base, problem, kind):
    post(kind, EXAMPLES[kind])

    body = problem(post(kind, {"id": EXAMPLES[kind]["id"]}), 409)

    assert (body["data"], body["errors"]) == (None, [])
    assert base(kind) == [EXAMPLES[kind]]


def test_the_same_id_may_be_used_for_another_kind(post):
    assert post("jobs", {"id": "x"}).ok
    assert post("likes", {"id": "x"}).ok


@pytest.mark.parametrize("kind", KINDS)
def test_a_child_needs_an_id(post, paths, kind):
    assert paths(post(kind, {})) == ["/id"]
    assert paths(post(kind, {"id": ""})) == ["/id"]


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("educations", {"schoolType": "KINDERGARTEN"}),
        ("educations", {"startYear": "1994"}),
        ("likes", {"createdTime": "yesterday"}),
        ("jobs", {"startDate": "2020-02-30"}),
        ("subscriptions", {"subscribed": "yes"}),
        ("subscriptions", {"preferences": {}}),
    ],
)
def test_members_have_the_types_of_the_schema(post, paths, kind, wrong):
    assert paths(post(kind, {"id": "x", **wrong})) == [f"/{name}" for name in wrong]


def test_a_put_checks_the_child_too(post, one, base, paths):
    post("jobs", {"id": "j"})

    assert paths(one("PUT", "jobs", "j", {"id": "j", "startDate": 1})) == ["/startDate"]
    assert base("jobs") == [{"id": "j"}]


def test_a_put_needs_the_id_of_its_path(post, one, paths):
    post("jobs", {"id": "j"})

    assert paths(one("PUT", "jobs", "j", {"jobTitle": "x"})) == ["/id"]
    assert paths(one("PUT", "jobs", "j", {"id": "other"})) == ["/id"]


def test_a_put_may_leave_the_id_out_when_the_sandbox_is_told_so(sandbox, post, one, base):
    sandbox.configure(child_id_in_body=False)
    post("jobs", {"id": "j"})

    assert one("PUT", "jobs", "j", {"jobTitle": "x"}).json() == {"id": "j", "jobTitle": "x"}
    assert base("jobs") == [{"id": "j", "jobTitle": "x"}]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_child_is_not_found(one, problem, method):
    assert problem(one(method, "jobs", "nothing", {"id": "nothing"}), 404)["message"] == "job not found nothing"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
def test_the_children_of_an_unknown_customer_are_not_found(client, problem, method):
    path = "/customers/nobody/jobs" + ("" if method == "POST" else "/j")

    assert problem(client.send(method, path, {"id": "j"}), 404)["message"] == "customer not found nobody"


@pytest.mark.parametrize("kind", KINDS)
def test_children_cannot_be_listed(client, customer_id, problem, kind):
    assert problem(client.send("GET", f"/customers/{customer_id}/{kind}"), 405)


def test_another_kind_does_not_exist(client, customer_id):
    assert client.send("POST", f"/customers/{customer_id}/hobbies", {"id": "h"}).status_code == 404


def test_base_holds_64_kilobytes_with_its_children(post, base, paths):
    post("jobs", {"id": "j", "jobTitle": "x" * 40_000})

    assert paths(post("jobs", {"id": "k", "jobTitle": "x" * 40_000})) == ["/base"]
    assert len(base("jobs")) == 1


def test_an_untrusted_source_writes_children_and_does_not_read_them(sandbox, post, one, problem):
    sandbox.configure(trusted=False)

    assert post("jobs", {"id": "j"}).ok
    assert one("PUT", "jobs", "j", {"id": "j"}).ok
    problem(one("GET", "jobs", "j"), 403)
    problem(one("DELETE", "jobs", "j"), 403)
