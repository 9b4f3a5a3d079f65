"""The compiler against an evaluator that walks documents in Python: the same customers have to come out."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contacthub_orm.sandbox.attributes import Catalog
from contacthub_orm.sandbox.document import Stamp, compose, value_at
from contacthub_orm.sandbox.ordering import compile_order
from contacthub_orm.sandbox.problems import Problem
from contacthub_orm.sandbox.query_sql import compile_query
from contacthub_orm.sandbox.store import Record, Selection, Store
from contacthub_orm.sandbox.wire import encode

NODE = "n"
MOMENTS = [f"2020-01-0{day}T00:00:00.000+0000" for day in (1, 2, 3)]

words = st.sampled_from(["", "a", "b", "ab", "B", "1", "è", "a%"])
numbers = st.sampled_from([-1, 0, 1, 1.0, 1.5, 2, 10**20])
scalars = words | numbers | st.booleans()
days = st.sampled_from(["2020-01-01", "2020-01-02", "2020-01-03"])

extended = st.fixed_dictionaries(
    {},
    optional={
        "x": scalars | st.lists(scalars, max_size=3) | st.just({"y": "a"}),
        "y": st.fixed_dictionaries({}, optional={"z": scalars | st.lists(scalars, max_size=2)}),
    },
)
likes = st.lists(
    st.fixed_dictionaries({"id": words}, optional={"name": st.none() | words, "createdTime": st.sampled_from(MOMENTS)}),
    max_size=2,
)
bases = st.fixed_dictionaries(
    {},
    optional={
        "firstName": st.none() | words,
        "dob": st.none() | days,
        "contacts": st.fixed_dictionaries({}, optional={"email": st.none() | words}),
        "likes": likes,
    },
)
contents = st.fixed_dictionaries(
    {},
    optional={
        "externalId": st.none() | words,
        "enabled": st.booleans(),
        "base": st.none() | bases,
        "extended": st.none() | extended,
        "tags": st.none() | st.fixed_dictionaries({}, optional={"manual": st.lists(words, max_size=3)}),
    },
)
populations = st.lists(contents, min_size=1, max_size=6)

DATES = {"base.dob", "base.likes.createdTime", "registeredAt"}
OTHERS = [
    "externalId",
    "enabled",
    "base",
    "base.firstName",
    "base.contacts.email",
    "base.likes",
    "base.likes.name",
    "extended",
    "extended.x",
    "extended.y",
    "extended.y.z",
    "extended.nothing",
    "tags.manual",
    "tags.auto",
]

dates = days | st.sampled_from([*MOMENTS, "2020-01-02T00:00:00Z", "2020-01-02T12:00:00+12:00", "2020-01-02T00:00:01Z"])


@st.composite
def atomics(draw):
    is_date = draw(st.integers(0, 3)) == 0
    attribute = draw(st.sampled_from(sorted(DATES) if is_date else OTHERS))
    any_value = dates if is_date else scalars
    ordered = dates if is_date else words | numbers
    operator = draw(st.sampled_from(sorted(EVALUATE)))
    value = draw(
        {
            "IN": any_value | st.lists(any_value, max_size=3),
            "NOT_IN": any_value | st.lists(any_value, max_size=3),
            "EQUALS": any_value,
            "NOT_EQUALS": any_value,
            "BETWEEN": st.lists(ordered, min_size=2, max_size=2),
        }.get(operator, ordered)
    )
    return {"type": "atomic", "attribute": attribute, "operator": operator, "value": value}


def composites(inner):
    return st.fixed_dictionaries(
        {
            "type": st.just("composite"),
            "conjunction": st.sampled_from(["and", "or"]),
            "conditions": st.lists(inner, min_size=1, max_size=3),
        }
    )


def combineds(inner):
    return st.fixed_dictionaries(
        {
            "type": st.just("combined"),
            "conjunction": st.sampled_from(["INTERSECT", "UNION", "EXCEPT"]),
            "queries": st.lists(inner, min_size=1, max_size=3),
        }
    )


conditions = st.recursive(atomics(), composites, max_leaves=4)
simples = conditions.map(lambda condition: {"type": "simple", "are": {"condition": condition}})
queries = st.recursive(simples, combineds, max_leaves=4)


# -- the evaluator -----------------------------------------------------------------------------------------------------


def values(document, path):
    """All values at a path, through lists of objects, too."""
    found = [document]
    for name in path.split("."):
        inside = [element for value in found for element in (value if isinstance(value, list) else [value])]
        found = [value[name] for value in inside if isinstance(value, dict) and name in value]
    flat = [element for value in found for element in (value if isinstance(value, list) else [value])]
    return [value for value in flat if value is not None and not isinstance(value, dict | list)]


def is_null(document, path):
    if path.startswith("base.likes."):  # a path through a list is null when no element has a value
        return not values(document, path)
    return value_at(document, path) in (None, [])


def comparable(attribute, one, other):
    """Both sides in the same terms, or None when they are never equal."""
    if attribute in DATES:
        return as_moment(one), as_moment(other)
    kinds = [bool if isinstance(side, bool) else str if isinstance(side, str) else float for side in (one, other)]
    return (one, other) if kinds[0] is kinds[1] else None


def as_moment(text):
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def meets(attribute, relation):
    def meets(value, wanted):
        sides = comparable(attribute, value, wanted)
        return sides is not None and relation(*sides)

    return meets


def some(relation):
    def evaluate(document, attribute, wanted):
        test = meets(attribute, relation)
        return any(test(value, wanted) for value in values(document, attribute))

    return evaluate


def evaluate_in(document, attribute, wanted):
    wanted = wanted if isinstance(wanted, list) else [wanted]
    return any(some(lambda value, other: value == other)(document, attribute, one) for one in wanted)


def evaluate_between(document, attribute, wanted):
    low, high = (
        meets(attribute, lambda value, bound: value >= bound),
        meets(attribute, lambda value, bound: value <= bound),
    )
    return any(low(value, wanted[0]) and high(value, wanted[1]) for value in values(document, attribute))


EVALUATE = {
    "EQUALS": some(lambda value, wanted: value == wanted),
    "NOT_EQUALS": lambda *of: not EVALUATE["EQUALS"](*of),
    "GT": some(lambda value, wanted: value > wanted),
    "GTE": some(lambda value, wanted: value >= wanted),
    "LT": some(lambda value, wanted: value < wanted),
    "LTE": some(lambda value, wanted: value <= wanted),
    "IN": evaluate_in,
    "NOT_IN": lambda *of: not evaluate_in(*of),
    "BETWEEN": evaluate_between,
    "IS_NULL": lambda document, attribute, _: is_null(document, attribute),
    "IS_NOT_NULL": lambda document, attribute, _: not is_null(document, attribute),
}


def holds(node, document):
    match node["type"]:
        case "atomic":
            return EVALUATE[node["operator"]](document, node["attribute"], node["value"])
        case "composite":
            results = [holds(condition, document) for condition in node["conditions"]]
            return all(results) if node["conjunction"] == "and" else any(results)
        case "simple":
            return holds(node["are"]["condition"], document)
    first, *others = [holds(query, document) for query in node["queries"]]
    match node["conjunction"]:
        case "INTERSECT":
            return all([first, *others])
        case "UNION":
            return any([first, *others])
    return first and not any(others)


# -- the comparison ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def store():
    store = Store()
    yield store
    store.close()


def filled(store, contents):
    """The documents of a population, which is in the store afterwards."""
    documents = [
        compose(Stamp(f"id{index}", NODE, MOMENTS[index % 3], MOMENTS[index % 3], "s", "s"), content)
        for index, content in enumerate(contents)
    ]
    store.clear()
    store.put_many([record(document) for document in documents], now=0.0)
    return documents


def record(document):
    return Record(
        id=document["id"],
        node=NODE,
        external_id=document["externalId"],
        email=value_at(document, "base.contacts.email"),
        match_key=None,
        registered_at=document["registeredAt"],
        updated_at=document["updatedAt"],
        document=encode(document),
    )


def selected(store, where):
    order = compile_order([], Catalog(), filtered=True)
    texts, total = store.select(Selection(NODE, where, order, 0, 50), now=0.0)
    assert len(texts) == total
    return set(texts)


@settings(max_examples=250)
@given(population=populations, query=queries)
def test_sql_finds_what_walking_the_documents_finds(store, population, query):
    documents = filled(store, population)
    where = compile_query({"query": query}, Catalog())

    assert selected(store, where) == {encode(document) for document in documents if holds(query, document)}


@settings(max_examples=100)
@given(population=populations, condition=conditions)
def test_except_takes_away_exactly_what_the_condition_matches(store, population, condition):
    documents = filled(store, population)
    everyone = {"type": "simple"}
    query = {"type": "simple", "are": {"condition": condition}}
    rest = {"type": "combined", "conjunction": "EXCEPT", "queries": [everyone, query]}

    inside, outside = (selected(store, compile_query({"query": one}, Catalog())) for one in (query, rest))

    assert inside | outside == {encode(document) for document in documents}
    assert not inside & outside


@settings(max_examples=100)
@given(query=st.recursive(scalars | st.none(), lambda inner: st.lists(inner) | st.dictionaries(words, inner)))
def test_nonsense_is_refused_and_nothing_else_happens(query):
    with pytest.raises(Problem) as refusal:
        compile_query(query, Catalog())
    assert refusal.value.status == 400
