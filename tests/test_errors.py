"""One tree of exceptions; each can be pickled, and says what happened."""

from __future__ import annotations

import copy
import inspect
import pickle

import pytest

from contacthub_orm import errors

EXAMPLES = [
    errors.ArgumentError("x"),
    errors.ConfigurationError("x"),
    errors.ValidationError([("base.dob", "not a date"), ("", "too large")]),
    errors.CommitError("x", report=None),
    errors.TransportError("x", method="GET", path="/customers", attempts=2, sent=False),
    errors.APIError(418, "short and stout"),
    errors.Conflict(
        409,
        "m",
        errors=[{"path": "/a"}],
        data={"customer": {"id": "c"}},
        logref="l",
        method="POST",
        path="/customers",
        attempts=3,
        retry_after=1.5,
    ),
    errors.NoResultFound("x"),
]
CLASSES = [kind for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, Exception)]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_exception_is_in_the_tree_and_says_when_it_is_raised(kind):
    assert issubclass(kind, errors.ContactHubError)
    assert kind.__doc__


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (errors.ArgumentError, ValueError),
        (errors.ValidationError, ValueError),
        (errors.UnknownFieldError, AttributeError),
    ],
)
def test_exceptions_that_python_has_a_name_for_are_that_too(kind, builtin):
    assert issubclass(kind, builtin)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("duplicate", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])
def test_an_exception_survives_pickle_and_copy(error, duplicate):
    same = duplicate(error)
    assert type(same) is type(error)
    assert (str(same), same.args, same.__dict__) == (str(error), error.args, error.__dict__)


def test_the_text_of_an_api_error_holds_what_the_server_said():
    error = errors.BadRequest(400, "bad", errors=[{"path": "/a"}], data=None, logref="l-1")
    assert str(error) == "Status code: 400. Message: bad. Errors: [{'path': '/a'}]. Data: None. Logref: l-1"


def test_one_problem_is_one_line():
    assert str(errors.ValidationError([("base.dob", "not a date")])) == "base.dob: not a date"


def test_several_problems_are_counted_and_listed():
    error = errors.ValidationError([("base.dob", "not a date"), ("", "too large")])
    assert str(error) == "2 problems:\nbase.dob: not a date\n(document): too large"
    assert error.problems == (("base.dob", "not a date"), ("", "too large"))


def test_many_problems_are_counted_and_the_first_of_them_listed():
    error = errors.ValidationError([(f"p{number}", "wrong") for number in range(500)])
    head, *lines = str(error).splitlines()
    assert (head, lines[0], lines[-1], len(lines)) == ("500 problems:", "p0: wrong", "… and 480 more", 21)
    assert len(error.problems) == 500


def test_a_wrong_value_alone_has_no_objects():
    assert errors.ValidationError([("base.dob", "not a date")]).objects == ()


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"customer": {"id": "c-1", "href": "x"}}, "c-1"),
        ({"customer": {"id": 7}}, None),
        ({"customer": {}}, None),
        ({"customer": "c-1"}, None),
        ({}, None),
        ([], None),
        (None, None),
    ],
    ids=repr,
)
def test_a_conflict_names_the_owner_of_the_key_when_the_server_does(data, found):
    assert errors.Conflict(409, "m", data=data).customer_id == found
