"""POST /customers: what is accepted and what is refused (contract 3.3, 3.7, 7.2)."""

import pytest


def test_a_customer_is_created_with_201(client):
    assert client.post(externalId="a").status_code == 201


def test_the_node_is_required(client, paths, sandbox):
    assert paths(client.post({"externalId": "a"})) == ["/nodeId"]


@pytest.mark.parametrize("node_id", [None, "", 5, ["x"]])
def test_the_node_has_to_be_a_text(client, paths, node_id):
    assert paths(client.post({"externalId": "a", "nodeId": node_id})) == ["/nodeId"]


@pytest.mark.parametrize("content", [{}, {"base": None}, {"extra": "x", "tags": {"manual": ["a"]}}, {"externalId": ""}])
def test_a_customer_without_data_is_refused(client, problem, content):
    assert problem(client.post(**content), 400)["message"] == "source customer is not valid"


@pytest.mark.parametrize("member", ["id", "registeredAt", "updatedAt", "sourceInfo", "foo"])
def test_members_that_clients_do_not_write_are_refused(client, paths, member):
    assert paths(client.post(externalId="a", **{member: "x"})) == [f"/{member}"]


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ({"foo": 1}, "/base/foo"),
        ({"firstName": 1}, "/base/firstName"),
        ({"firstName": True}, "/base/firstName"),
        ({"contacts": "x"}, "/base/contacts"),
        ({"contacts": {"foo": None}}, "/base/contacts/foo"),
        ({"contacts": {"email": "x"}}, "/base/contacts/email"),
        ({"contacts": {"email": "a@b c"}}, "/base/contacts/email"),
        ({"contacts": {"email": ""}}, "/base/contacts/email"),
        ({"contacts": {"otherContacts": [{"name": None}]}}, "/base/contacts/otherContacts/0/name"),
        ({"contacts": {"otherContacts": [{}, {"type": "x"}]}}, "/base/contacts/otherContacts/1/type"),
        ({"contacts": {"mobileDevices": [{"type": "GCM"}]}}, "/base/contacts/mobileDevices/0/type"),
        ({"contacts": {"mobileDevices": [{"foo": 1}]}}, "/base/contacts/mobileDevices/0/foo"),
        ({"address": {"geo": {"lat": 1}}}, "/base/address/geo/lon"),
        ({"address": {"geo": {"lat": "1", "lon": 1}}}, "/base/address/geo/lat"),
        ({"dob": "1980-02-30"}, "/base/dob"),
        ({"dob": "1980-01-01T00:00:00Z"}, "/base/dob"),
        ({"locale": "italian"}, "/base/locale"),
        ({"locale": "it_IT\n"}, "/base/locale"),
        ({"timezone": "Europe/Kyiv"}, "/base/timezone"),
        ({"timezone": ""}, "/base/timezone"),
        ({"likes": None}, "/base/likes"),
        ({"likes": {}}, "/base/likes"),
        ({"likes": [{"name": "x"}]}, "/base/likes/0/id"),
        ({"likes": [{"id": "1", "createdTime": "2018-01-01"}]}, "/base/likes/0/createdTime"),
        ({"likes": [{"id": "1", "createdTime": "2018-01-01T00:00:00"}]}, "/base/likes/0/createdTime"),
        ({"jobs": [{"id": "1", "startDate": "soon"}]}, "/base/jobs/0/startDate"),
        ({"educations": [{"id": "1", "startYear": 1990.5}]}, "/base/educations/0/startYear"),
        ({"educations": [{"id": "1", "startYear": True}]}, "/base/educations/0/startYear"),
        ({"educations": [{"id": "1", "isCurrent": 1}]}, "/base/educations/0/isCurrent"),
        ({"subscriptions": [{"id": 1}]}, "/base/subscriptions/0/id"),
        ({"subscriptions": [{"id": "1", "kind": "X"}]}, "/base/subscriptions/0/kind"),
        ({"a/b~c": 1}, "/base/a~1b~0c"),
    ],
)
def test_what_the_schema_of_base_forbids_is_refused_with_its_path(client, paths, base, path):
    assert paths(client.post(base=base)) == [path]


@pytest.mark.parametrize(
    "base",
    [
        {"pictureUrl": "no url at all"},
        {"locale": "zh_Hans_CN"},
        {"locale": "it_IT", "timezone": "Asia/Ust-Nera", "gender": "anything"},
        {"contacts": {"email": "a@localhost"}},
        {"contacts": {"otherContacts": [{"name": "x", "type": None, "value": None}]}},
        {"address": {"geo": {"lat": 123, "lon": 123.5}}},
        {"likes": [{"id": "1", "ours": {"x": 1}}]},
        {"subscriptions": [{"id": "1", "enable": True, "preferences": [{"key": "a", "value": None}]}]},
    ],
)
def test_what_the_schema_of_base_leaves_open_is_accepted(client, base):
    assert client.post(base=base).status_code == 201


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ({"tags": {"foo": []}}, "/tags/foo"),
        ({"tags": {"manual": None}}, "/tags/manual"),
        ({"tags": {"manual": ["a", 1]}}, "/tags/manual/1"),
        ({"consents": {"foo": {}}}, "/consents/foo"),
        ({"consents": {"softSpam": {"email": True}}}, "/consents/softSpam/email"),
        ({"consents": {"softSpam": {"email": {"status": "yes"}}}}, "/consents/softSpam/email/status"),
        ({"consents": {"disclaimer": {"date": "yesterday"}}}, "/consents/disclaimer/date"),
        ({"enabled": "yes"}, "/enabled"),
        ({"extra": {"a": 1}}, "/extra"),
        ({"extended": [1]}, "/extended"),
        ({"externalId": 5}, "/externalId"),
    ],
)
def test_what_the_other_schemas_forbid_is_refused_with_its_path(client, paths, content, path):
    assert paths(client.post(**{"base": {}, **content})) == [path]


def test_everything_that_is_wrong_is_listed(client, paths):
    wrong = {"foo": 1, "base": {"dob": "x", "bar": 1}, "tags": {"manual": [2]}}

    assert sorted(paths(client.post(**wrong))) == ["/base/bar", "/base/dob", "/foo", "/tags/manual/0"]


@pytest.mark.parametrize("section", ["base", "extended"])
def test_a_section_over_64_kb_is_refused_with_its_path(client, paths, section):
    name = "firstName" if section == "base" else "note"
    fitting = "x" * (64 * 1024 - len(f'{{"{name}":""}}'))

    assert client.post(**{section: {name: fitting}}).status_code == 201
    assert paths(client.post(**{section: {name: fitting + "x"}})) == [f"/{section}"]


def test_the_size_of_extra_is_counted_in_bytes(client, paths):
    assert client.post(externalId="a", extra="x" * 65536).status_code == 201
    assert paths(client.post(externalId="b", extra="è" * 32769)) == ["/extra"]


def test_mandatory_properties_are_asked_for_one_by_one(client, sandbox, problem):
    sandbox.configure(mandatory=["base.credential.username", "contacts.phone"])

    body = problem(client.post(base={"credential": {"username": ""}}), 400)

    assert body["message"] == "source customer is not valid"
    assert body["errors"] == [
        {
            "message": "unique customer property is required",
            "path": path,
            "data": None,
            "code": None,
        }
        for path in ("/base/credential/username", "/base/contacts/phone")
    ]


def test_a_customer_with_the_mandatory_properties_is_accepted(client, sandbox):
    sandbox.configure(mandatory=["base.firstName"])

    assert client.post(base={"firstName": "Bruce"}).status_code == 201


def test_the_matching_properties_can_be_mandatory_too(client, sandbox, paths):
    sandbox.configure(matching_required=True)

    assert paths(client.post(externalId="a")) == ["/base/contacts/email"]


def test_a_configured_schema_closes_extended(client, sandbox, paths):
    sandbox.configure(
        extended_schema={
            "type": "object",
            "additionalProperties": False,
            "required": ["points"],
            "properties": {
                "points": {"type": "integer"},
                "since": {"type": "string", "format": "date-time"},
                "tier": {"enum": ["GOLD", 1]},
            },
        }
    )

    assert client.create(extended={"points": 1, "since": "2020-01-01T00:00:00Z", "tier": "GOLD"})["extended"] == {
        "points": 1,
        "since": "2020-01-01T00:00:00.000+0000",
        "tier": "GOLD",
    }
    assert paths(client.post(extended={"tier": True, "foo": 1})) == [
        "/extended/tier",
        "/extended/foo",
        "/extended/points",
    ]


def test_a_session_id_is_accepted(client, sandbox):
    body = {"nodeId": sandbox.node_id, "externalId": "a"}

    assert client.send("POST", "/customers", body, params={"sessionId": "s1"}).status_code == 201
