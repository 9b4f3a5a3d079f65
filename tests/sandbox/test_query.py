"""The query language (contract 5): grammar, operators, combined queries."""

import json

import pytest


def atomic(attribute, operator, *value):
    condition = {"type": "atomic", "attribute": attribute, "operator": operator}
    return {**condition, "value": value[0]} if value else condition


def simple(condition, **more):
    return {"type": "simple", "are": {"condition": condition}, **more}


def composite(conjunction, *conditions):
    return {"type": "composite", "conjunction": conjunction, "conditions": list(conditions)}


def combined(conjunction, *queries, **more):
    return {"type": "combined", "conjunction": conjunction, "queries": list(queries), **more}


BATMAN = atomic("base.firstName", "EQUALS", "Bruce")


class TestOperators:
    @pytest.fixture(autouse=True)
    def customers(self, client):
        client.create(
            externalId="bruce",
            enabled=False,
            base={
                "firstName": "Bruce",
                "dob": "1980-02-19",
                "contacts": {"email": "bruce@example.com", "otherContacts": [{"name": "cave", "value": "1"}]},
                "address": {"city": "Gotham", "geo": {"lat": 10.5, "lon": 0}},
                "likes": [{"id": "1", "name": "Bats", "createdTime": "2020-01-01T10:00:00Z"}],
                "subscriptions": [{"id": "1", "preferences": [{"key": "k", "value": "daily"}]}],
            },
            extended={"points": 5, "vip": True, "list": ["a", 1, True], "note": "1", "deep": {"x": "y"}, "none": []},
            tags={"manual": ["hero", "rich"]},
            consents={"softSpam": {"email": {"status": True}}},
        )
        client.create(
            externalId="clark",
            base={"firstName": "Clark", "dob": "1979-06-18", "educations": [{"id": "1", "startYear": 1997}]},
            extended={"points": 5.5, "vip": False, "list": [], "note": 1},
            tags={"manual": ["hero"]},
        )
        client.create(externalId="anonymous")

    @pytest.mark.parametrize(
        ("attribute", "value", "names"),
        [
            ("base.firstName", "Bruce", ["bruce"]),
            ("base.firstName", "bruce", []),
            ("base.firstName", "Bru", []),
            ("base.firstName", "", []),
            ("base.firstName", 1, []),
            ("base.contacts.email", "bruce@example.com", ["bruce"]),
            ("externalId", "clark", ["clark"]),
            ("enabled", False, ["bruce"]),
            ("enabled", 0, []),
            ("base.address.geo.lat", 10.5, ["bruce"]),
            ("base.address.geo.lon", 0.0, ["bruce"]),
            ("consents.softSpam.email.status", True, ["bruce"]),
            ("extended.points", 5, ["bruce"]),
            ("extended.points", 5.0, ["bruce"]),
            ("extended.points", "5", []),
            ("extended.vip", True, ["bruce"]),
            ("extended.vip", False, ["clark"]),
            ("extended.vip", 1, []),
            ("extended.note", "1", ["bruce"]),
            ("extended.note", 1, ["clark"]),
            ("extended.deep.x", "y", ["bruce"]),
            ("extended.deep", "y", []),
            ("extended.list", "a", ["bruce"]),
            ("extended.list", True, ["bruce"]),
            ("tags.manual", "rich", ["bruce"]),
            ("base.likes.name", "Bats", ["bruce"]),
            ("base.likes", "Bats", []),
            ("base.contacts.otherContacts.value", "1", ["bruce"]),
            ("base.subscriptions.preferences.value", "daily", ["bruce"]),
            ("base.educations.startYear", 1997, ["clark"]),
            ("unknown.attribute", "x", []),
            ("sourceInfo.registeredBy", "nobody", []),
        ],
    )
    def test_equals(self, client, attribute, value, names):
        assert client.found(attribute, "EQUALS", value) == names

    @pytest.mark.parametrize(
        "attribute", ["base.firstName", "extended.points", "tags.manual", "base.likes.name", "foo"]
    )
    @pytest.mark.parametrize("value", ["Bruce", 5, "hero", "Bats"])
    def test_not_equals_is_the_complement_of_equals(self, client, attribute, value):
        equal, unequal = client.found(attribute, "EQUALS", value), client.found(attribute, "NOT_EQUALS", value)

        assert sorted(equal + unequal) == ["anonymous", "bruce", "clark"]

    @pytest.mark.parametrize(
        ("attribute", "value", "names"),
        [
            ("tags.manual", "rich", ["bruce"]),
            ("tags.manual", ["rich", "poor"], ["bruce"]),
            ("tags.manual", ["poor", "hero"], ["bruce", "clark"]),
            ("tags.manual", [], []),
            ("base.firstName", "Clark", ["clark"]),
            ("base.firstName", ["Clark", "Bruce", 5], ["bruce", "clark"]),
            ("extended.points", [5, 5.5, "5"], ["bruce", "clark"]),
            ("extended.list", [1], ["bruce"]),
            ("extended.list", [False, "b"], []),
            ("extended.note", ["1", True], ["bruce"]),
            ("base.dob", ["1980-02-19", "1979-06-18T00:00:00Z"], ["bruce", "clark"]),
        ],
    )
    def test_in_means_that_something_is_common(self, client, attribute, value, names):
        assert client.found(attribute, "IN", value) == names
        everyone = ["anonymous", "bruce", "clark"]
        assert sorted(client.found(attribute, "NOT_IN", value) + names) == everyone

    @pytest.mark.parametrize(
        ("attribute", "names"),
        [
            ("base", ["anonymous"]),
            ("base.firstName", ["anonymous"]),
            ("base.contacts", ["clark", "anonymous"]),
            ("base.contacts.email", ["clark", "anonymous"]),
            ("base.likes", ["clark", "anonymous"]),
            ("base.likes.name", ["clark", "anonymous"]),
            ("extended.list", ["clark", "anonymous"]),
            ("extended.none", ["bruce", "clark", "anonymous"]),
            ("extended.deep", ["clark", "anonymous"]),
            ("extended.vip", ["anonymous"]),
            ("tags.auto", ["bruce", "clark", "anonymous"]),
            ("tags.manual", ["anonymous"]),
            ("consents", ["clark", "anonymous"]),
            ("extra", ["bruce", "clark", "anonymous"]),
            ("foo.bar", ["bruce", "clark", "anonymous"]),
        ],
    )
    def test_is_null_matches_what_is_missing_null_or_an_empty_list(self, client, attribute, names):
        assert client.found(attribute, "IS_NULL") == names
        others = [name for name in ("bruce", "clark", "anonymous") if name not in names]
        assert client.found(attribute, "IS_NOT_NULL") == others

    @pytest.mark.parametrize("value", ["", 5, None])
    def test_is_null_ignores_a_value(self, client, value):
        assert client.found("base.firstName", "IS_NULL", value) == ["anonymous"]

    @pytest.mark.parametrize(
        ("attribute", "operator", "value", "names"),
        [
            ("extended.points", "GT", 5, ["clark"]),
            ("extended.points", "GTE", 5, ["bruce", "clark"]),
            ("extended.points", "LT", 5.5, ["bruce"]),
            ("extended.points", "LTE", 5.5, ["bruce", "clark"]),
            ("extended.points", "GT", "0", []),
            ("base.firstName", "GT", "Bruce", ["clark"]),
            ("base.firstName", "LTE", "Bruce", ["bruce"]),
            ("base.educations.startYear", "GTE", 1997, ["clark"]),
            ("base.address.geo.lat", "LT", 11, ["bruce"]),
            ("extended.points", "BETWEEN", [5, 5.4], ["bruce"]),
            ("extended.points", "BETWEEN", [5, 5.5], ["bruce", "clark"]),
            ("extended.points", "BETWEEN", [6, 5], []),
            ("base.firstName", "BETWEEN", ["A", "C"], ["bruce"]),
        ],
    )
    def test_order(self, client, attribute, operator, value, names):
        assert client.found(attribute, operator, value) == names

    @pytest.mark.parametrize(
        ("operator", "value", "names"),
        [
            ("EQUALS", "1980-02-19", ["bruce"]),
            ("EQUALS", "1980-02-19T00:00:00Z", ["bruce"]),
            ("EQUALS", "1980-02-19T00:00:01Z", []),
            ("EQUALS", "1980-02-19T02:00:00+02:00", ["bruce"]),
            ("GT", "1980-02-18T23:59:59.999Z", ["bruce"]),
            ("LT", "1980-01-01", ["clark"]),
            ("BETWEEN", ["1979-06-18", "1980-02-19"], ["bruce", "clark"]),
            ("BETWEEN", ["1979-06-18T00:00:00+0000", "1980-02-18T23:00:00Z"], ["clark"]),
            ("BETWEEN", ["1979-06-19", "1980-02-19T12:00:00Z"], ["bruce"]),
        ],
    )
    def test_days_compare_with_days_and_with_instants(self, client, operator, value, names):
        assert client.found("base.dob", operator, value) == names

    @pytest.mark.parametrize(
        ("operator", "value", "names"),
        [
            ("EQUALS", "2020-01-01T10:00:00.000+0000", ["bruce"]),
            ("EQUALS", "2020-01-01T11:00:00+01:00", ["bruce"]),
            ("GT", "2020-01-01", ["bruce"]),
            ("LT", "2020-01-01T10:00:00.001Z", ["bruce"]),
            ("EQUALS", 1577872800000, ["bruce"]),
        ],
    )
    def test_instants_compare_across_offsets(self, client, operator, value, names):
        assert client.found("base.likes.createdTime", operator, value) == names

    def test_the_dates_of_the_server_can_be_asked_for(self, client, clock):
        moment = client.listed()["elements"][0]["updatedAt"]

        assert client.found("updatedAt", "GTE", moment) == ["bruce", "clark", "anonymous"]
        assert client.found("registeredAt", "GT", moment) == []

    @pytest.mark.parametrize(
        ("attribute", "pattern", "names"),
        [
            ("base.firstName", "B%", ["bruce"]),
            ("base.firstName", "%r%", ["bruce", "clark"]),
            ("base.firstName", "_ruce", ["bruce"]),
            ("base.firstName", "ruce", []),
            ("base.firstName", "b%", []),
            ("base.firstName", "*", []),
            ("base.firstName", "[B]ruce", []),
            ("base.contacts.email", "%@example.com", ["bruce"]),
            ("tags.manual", "ri%", ["bruce"]),
            ("extended.list", "_", ["bruce"]),
            ("extended.points", "%", []),
            ("enabled", "%", []),
            ("base.dob", "1980-%", ["bruce"]),
        ],
    )
    def test_like_knows_percent_and_underscore(self, client, attribute, pattern, names):
        assert client.found(attribute, "LIKE", pattern) == names

    def test_case_can_be_ignored(self, client, sandbox):
        sandbox.configure(ignore_case=True)

        assert client.found("base.firstName", "EQUALS", "bRUCE") == ["bruce"]
        assert client.found("tags.manual", "IN", ["RICH"]) == ["bruce"]
        assert client.found("base.firstName", "LIKE", "b%E") == ["bruce"]

    @pytest.mark.parametrize(
        ("stored", "wanted"), [("Ärzte", "äRZTE"), ("Straße", "STRASSE"), ("ΣΑΣ", "σας"), ("x", "X")]
    )
    def test_without_case_letters_of_all_scripts_are_equal(self, client, sandbox, stored, wanted):
        sandbox.configure(ignore_case=True)
        client.create(externalId="new", base={"firstName": stored}, extended={"name": stored, "names": [1, stored]})

        for text in (stored, wanted):
            assert client.found("base.firstName", "EQUALS", text) == ["new"]
            assert client.found("base.firstName", "LIKE", f"{text[:2]}%") == ["new"]
            assert client.found("extended.name", "IN", [text]) == ["new"]
            assert client.found("extended.names", "EQUALS", text) == ["new"]
            assert "new" not in client.found("base.firstName", "NOT_EQUALS", text)

    def test_and_means_all_and_or_means_any(self, client):
        hero, rich = atomic("tags.manual", "IN", "hero"), atomic("tags.manual", "IN", "rich")

        assert client.matching(composite("and", hero, rich)) == ["bruce"]
        assert client.matching(composite("or", rich, atomic("base", "IS_NULL"))) == ["bruce", "anonymous"]
        assert client.matching(composite("and", hero)) == ["bruce", "clark"]

    def test_composites_nest(self, client):
        condition = composite("and", composite("or", BATMAN, atomic("base", "IS_NULL")), atomic("extra", "IS_NULL"))

        assert client.matching(condition) == ["bruce", "anonymous"]

    def found_by(self, client, query):
        return [element["externalId"] for element in client.query({"query": query}).json()["elements"]]

    def test_combined_queries_are_set_operations(self, client):
        heroes, bruce = simple(atomic("tags.manual", "IN", "hero")), simple(BATMAN)
        nobody = simple(atomic("base", "IS_NULL"))

        assert self.found_by(client, combined("INTERSECT", heroes, bruce)) == ["bruce"]
        assert self.found_by(client, combined("UNION", bruce, nobody)) == ["bruce", "anonymous"]
        assert self.found_by(client, combined("EXCEPT", heroes, bruce)) == ["clark"]
        assert self.found_by(client, combined("EXCEPT", simple(atomic("extra", "IS_NULL")), bruce, nobody)) == ["clark"]

    def test_combined_queries_nest_and_may_have_one_member(self, client):
        heroes, bruce = simple(atomic("tags.manual", "IN", "hero")), simple(BATMAN)
        query = combined("UNION", combined("EXCEPT", heroes, combined("UNION", bruce)))

        assert self.found_by(client, query) == ["clark"]

    def test_a_query_without_condition_matches_everyone(self, client):
        assert len(self.found_by(client, {"type": "simple"})) == 3


def test_a_list_with_many_conditions_works(client):
    client.create(externalId="a", base={"firstName": "x"})
    conditions = [atomic("base.firstName", "EQUALS", str(number)) for number in range(400)]

    assert client.matching(composite("or", *conditions, atomic("base.firstName", "EQUALS", "x"))) == ["a"]


def test_many_values_work(client):
    client.create(externalId="a", extended={"n": 7})

    assert client.found("extended.n", "IN", list(range(5000))) == ["a"]


@pytest.mark.parametrize("key", ["a b", "a'b", "è", "$", "[0]", "a-b", "*", "\U0001f600", "0", "select", "a/b", "a%b"])
def test_keys_of_extended_may_hold_odd_characters(client, key):
    client.create(externalId="a", extended={key: "x", "other": {key: 5}})

    assert client.found(f"extended.{key}", "EQUALS", "x") == ["a"]
    assert client.found(f"extended.other.{key}", "GT", 4) == ["a"]
    assert client.listed_names(sort=f"extended.{key}") == ["a"]


@pytest.mark.parametrize("value", ["x' OR 1=1 --", "?", "%s", "è\U0001f600", '"', "\\"])
def test_values_are_nothing_but_values(client, value):
    client.create(externalId="a", base={"firstName": value})
    client.create(externalId="b", base={"firstName": "y"})

    assert client.found("base.firstName", "EQUALS", value) == ["a"]


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 2**200, 1e300, -0.0])
def test_large_numbers_compare(client, number):
    client.create(externalId="a", extended={"n": number})

    assert client.found("extended.n", "GTE", number) == ["a"]
    assert client.found("extended.n", "EQUALS", number) == ["a"]


def test_names_are_optional_everywhere(client):
    client.create(externalId="a", base={"firstName": "Bruce"})

    for query in [
        {"name": "n", "query": simple(BATMAN, name="n")},
        {"name": "", "query": combined("UNION", simple(BATMAN), name="n")},
        {"query": simple(BATMAN)},
    ]:
        assert client.query(query).json()["page"]["totalElements"] == 1


VALID = simple(BATMAN)


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ([], ""),
        ({}, "/query"),
        ({"query": VALID, "foo": 1}, "/foo"),
        ({"query": {}}, "/query/type"),
        ({"query": {"type": "SIMPLE"}}, "/query/type"),
        ({"query": {"type": ["simple"]}}, "/query/type"),
        ({"query": {"type": "atomic"}}, "/query/type"),
        ({"query": {**VALID, "foo": 1}}, "/query/foo"),
        ({"query": {"type": "simple", "are": {}}}, "/query/are/condition"),
        ({"query": {"type": "simple", "are": []}}, "/query/are"),
        ({"query": {"type": "simple", "did": {}}}, "/query/did/condition"),
        ({"query": simple({})}, "/query/are/condition/type"),
        ({"query": simple({"type": "atomic", "operator": "IN"})}, "/query/are/condition/attribute"),
        ({"query": simple({"type": "atomic", "attribute": "x"})}, "/query/are/condition/operator"),
        ({"query": simple(atomic("x", "LIKES", "y"))}, "/query/are/condition/operator"),
        ({"query": simple(atomic("x", "equals", "y"))}, "/query/are/condition/operator"),
        ({"query": simple(atomic("x", ["IN"], "y"))}, "/query/are/condition/operator"),
        ({"query": simple(atomic(5, "EQUALS", "y"))}, "/query/are/condition/attribute"),
        ({"query": simple(atomic("", "EQUALS", "y"))}, "/query/are/condition/attribute"),
        ({"query": simple(atomic("base..x", "EQUALS", "y"))}, "/query/are/condition/attribute"),
        ({"query": simple(atomic('extended.a"b', "EQUALS", "y"))}, "/query/are/condition/attribute"),
        ({"query": simple(atomic("base.firstName", "EQUALS"))}, "/query/are/condition/value"),
        ({"query": simple(atomic("base.firstName", "EQUALS", None))}, "/query/are/condition/value"),
        ({"query": simple(atomic("base.firstName", "EQUALS", ["x"]))}, "/query/are/condition/value"),
        ({"query": simple(atomic("base.firstName", "GT", {}))}, "/query/are/condition/value"),
        ({"query": simple(atomic("base.firstName", "GT", True))}, "/query/are/condition/value"),
        ({"query": simple(atomic("tags.manual", "IN", [None]))}, "/query/are/condition/value"),
        ({"query": simple(atomic("tags.manual", "IN", [["a"]]))}, "/query/are/condition/value"),
        ({"query": simple(atomic("base.dob", "BETWEEN", "1980-01-01"))}, "/query/are/condition/value"),
        ({"query": simple(atomic("base.dob", "BETWEEN", ["1980-01-01"]))}, "/query/are/condition/value"),
        ({"query": simple(atomic("base.dob", "GT", "soon"))}, "/query/are/condition/value"),
        ({"query": simple(atomic("updatedAt", "GT", "2020-01-01T00:00:00"))}, "/query/are/condition/value"),
        ({"query": simple(atomic("updatedAt", "GT", 1e300))}, "/query/are/condition/value"),
        ({"query": simple(atomic("base.firstName", "LIKE", 5))}, "/query/are/condition/value"),
        ({"query": simple(atomic("base.firstName", "LIKE", "x" * 51_000))}, "/query/are/condition/value"),
        ({"query": simple(composite("AND", BATMAN))}, "/query/are/condition/conjunction"),
        ({"query": simple(composite("and"))}, "/query/are/condition/conditions"),
        ({"query": simple(composite("or", BATMAN, 5))}, "/query/are/condition/conditions/1/type"),
        ({"query": combined("union", VALID)}, "/query/conjunction"),
        ({"query": combined("UNION")}, "/query/queries"),
        ({"query": combined("UNION", VALID, simple({}))}, "/query/queries/1/are/condition/type"),
    ],
)
def test_a_query_that_breaks_the_grammar_is_400_and_points_at_the_place(client, paths, query, path):
    assert paths(client.query(query)) == [path]


@pytest.mark.parametrize("text", ["", "{", "x", "NaN", "1e999", f"1{'0' * 400}", "[" * 3000])
def test_a_query_that_is_no_json_is_400(client, problem, text):
    problem(client.list(query=text), 400)


def test_a_query_that_is_nested_without_end_is_400(client, problem):
    condition = BATMAN
    for _ in range(300):
        condition = composite("and", condition)

    assert client.query({"query": simple(condition)}).status_code in (200, 400)


def test_a_deep_chain_of_conditions_works(client):
    client.create(externalId="a")
    condition = BATMAN
    for _ in range(60):
        condition = composite("or", condition, atomic("base", "IS_NULL"))

    assert client.matching(condition) == ["a"]


def test_composites_of_one_conjunction_may_nest_without_end(client):
    client.create(externalId="a")
    condition = atomic("externalId", "EQUALS", "a")
    for number in range(200):
        condition = composite("or", condition, atomic("externalId", "EQUALS", str(number)))

    assert client.matching(condition) == ["a"]


@pytest.mark.parametrize("conjunction", ["UNION", "INTERSECT", "EXCEPT"])
def test_combined_queries_may_nest_deeply_on_either_side(client, conjunction):
    everyone, nobody = simple(atomic("id", "IS_NOT_NULL")), simple(atomic("id", "IS_NULL"))
    client.create(externalId="a")
    left = right = everyone
    for _ in range(60):
        left = combined(conjunction, left, nobody if conjunction == "EXCEPT" else everyone)
        right = combined(conjunction, everyone, right)

    for query in (left, right):
        found = client.query({"query": query})
        # EXCEPT on the right side takes everyone and nobody in turn, and ends as it began.
        assert found.json()["page"]["totalElements"] == 1, found.text


def test_complements_of_complements_are_what_was_there(client):
    client.create(externalId="a", base={"firstName": "Bruce"})
    client.create(externalId="b")
    everyone = simple(atomic("id", "IS_NOT_NULL"))
    of_both = simple(
        composite("or", composite("and", BATMAN, atomic("externalId", "EQUALS", "a")), atomic("x", "GT", 1))
    )

    once = combined("EXCEPT", everyone, of_both)
    assert client.listed_names(query=json.dumps({"query": once})) == ["b"]
    assert client.listed_names(query=json.dumps({"query": combined("EXCEPT", everyone, once)})) == ["a"]


def test_a_query_that_is_too_complex_is_400(client, problem):
    condition = BATMAN
    for _ in range(120):
        condition = composite("and", composite("or", condition, BATMAN), BATMAN)

    assert "too complex" in problem(client.query({"query": simple(condition)}), 400)["message"]


def test_a_configured_schema_tells_dates_in_extended(client, sandbox):
    sandbox.configure(extended_schema={"properties": {"since": {"type": "string", "format": "date-time"}}})
    client.create(externalId="a", extended={"since": "2020-01-01T10:00:00+02:00", "other": 1})

    assert client.found("extended.since", "EQUALS", "2020-01-01T08:00:00Z") == ["a"]
    assert client.found("extended.other", "EQUALS", 1) == ["a"]


SCHEMAS_WITH_LISTS = {
    "open": None,
    "a list": {"properties": {"orders": {"type": "array"}}},
    "a list of objects": {
        "properties": {
            "orders": {
                "type": "array",
                "items": {"type": "object", "properties": {"total": {"type": "number"}, "on": {"format": "date"}}},
            }
        }
    },
    "a list or null": {
        "properties": {
            "orders": {"type": ["array", "null"], "items": {"properties": {"total": {"type": "integer"}}}},
            "numbers": {"type": ["array", "null"], "items": {"type": "integer"}},
        }
    },
    "without types": {"properties": {"orders": {"items": {"properties": {"total": {}}}}, "numbers": {"items": {}}}},
    "something": {"properties": {"orders": {"type": ["array", "object", "null"]}}},
    "others": {"additionalProperties": {"type": ["array", "null"]}},
}


class TestListsInExtended:
    """Lists of objects in `extended`, whether the schema tells of them or not."""

    @pytest.fixture(autouse=True, params=SCHEMAS_WITH_LISTS.values(), ids=SCHEMAS_WITH_LISTS.keys())
    def customers(self, request, sandbox, client):
        lines = [{"sku": "s1", "tags": ["x", "y"]}, {"sku": "s2"}]
        orders = [{"id": "o1", "total": 5, "on": "2020-01-01", "lines": lines}, {"id": "o2", "box": {}}]
        client.create(externalId="buyer", extended={"orders": orders, "numbers": [1, 2]})
        client.create(externalId="mixed", extended={"orders": ["o1", 5, None]})
        client.create(externalId="none", extended={"orders": []})
        sandbox.configure(extended_schema=request.param)

    @pytest.mark.parametrize(
        ("path", "operator", "value", "found"),
        [
            ("orders.id", "EQUALS", "o1", ["buyer"]),
            ("orders.id", "IN", ["o2", "o3"], ["buyer"]),
            ("orders.id", "EQUALS", "o3", []),
            ("orders.id", "NOT_EQUALS", "o1", ["mixed", "none"]),
            ("orders.id", "LIKE", "o_", ["buyer"]),
            ("orders.total", "GT", 4, ["buyer"]),
            ("orders.total", "BETWEEN", [6, 7], []),
            ("orders.on", "EQUALS", "2020-01-01", ["buyer"]),
            ("orders.lines.sku", "EQUALS", "s2", ["buyer"]),
            ("orders.lines.tags", "IN", ["y"], ["buyer"]),
            ("numbers", "EQUALS", 2, ["buyer"]),
            ("orders.id", "IS_NULL", None, ["mixed", "none"]),
            ("orders.box", "IS_NOT_NULL", None, ["buyer"]),
            ("orders.lines", "IS_NOT_NULL", None, ["buyer"]),
            ("orders", "IS_NULL", None, ["none"]),
        ],
    )
    def test_are_looked_into(self, client, path, operator, value, found):
        assert client.found(f"extended.{path}", operator, value) == found


class TestExtendedPropertiesWithoutType:
    @pytest.fixture(autouse=True)
    def customers(self, sandbox, client):
        loyalty = {"properties": {"points": {"type": "integer"}, "since": {"type": "string", "format": "date"}}}
        sandbox.configure(extended_schema={"properties": {"loyalty": loyalty, "tier": {"enum": ["A", "B"]}}})
        client.create(externalId="a", extended={"loyalty": {"points": 5, "since": "2020-01-01"}, "tier": "A"})
        client.create(externalId="b", extended={"loyalty": {"points": 7}, "tier": "B"})

    def test_can_be_asked_for(self, client):
        assert client.found("extended.loyalty.points", "GT", 5) == ["b"]
        assert client.found("extended.loyalty.since", "LT", "2020-01-01T00:00:01Z") == ["a"]
        assert client.found("extended.loyalty", "IS_NOT_NULL") == ["a", "b"]
        assert client.found("extended.tier", "EQUALS", "B") == ["b"]

    def test_give_an_order(self, client):
        assert client.listed_names(sort="extended.loyalty.points,desc") == ["b", "a"]
        assert client.listed_names(sort="extended.tier") == ["a", "b"]
