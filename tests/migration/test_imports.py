"""Where the names of the published SDK are now."""

from __future__ import annotations

import pytest

import contacthub_orm
from contacthub_orm import errors, mapping

MODELS = ("Customer", "Properties", "Event", "Education", "Job", "Like", "Subscription")


def test_import_package():
    assert {"Workspace", "Session"} <= set(contacthub_orm.__all__)


def test_import_workspace():
    assert contacthub_orm.Workspace.__name__ == "Workspace"


def test_import_node():
    assert not hasattr(contacthub_orm, "Node")
    assert contacthub_orm.Session.__name__ == "Session"


@pytest.mark.parametrize("name", MODELS)
def test_import_models(name):
    assert name in contacthub_orm.__all__


@pytest.mark.parametrize("name", MODELS)
def test_import_model_modules(name):
    assert getattr(contacthub_orm, name).__name__ == name


@pytest.mark.parametrize("name", ["in_", "not_in_", "between_", "and_", "or_", "not_"])
def test_import_query_functions(name):
    assert callable(getattr(contacthub_orm, name))


def test_import_query_classes():
    assert isinstance(contacthub_orm.Customer.extra == "x", mapping.Criterion)
    assert contacthub_orm.Query.__name__ == "Query"


def test_import_fields():
    assert isinstance(contacthub_orm.Customer.extra, contacthub_orm.EntityField)
    assert isinstance(contacthub_orm.Customer, mapping.EntityMeta)


def test_import_lists():
    assert issubclass(contacthub_orm.PaginatedList, contacthub_orm.ReadOnlyList)


def test_import_utils():
    assert not hasattr(contacthub_orm, "lib")
    assert not hasattr(contacthub_orm, "utils")


def test_import_errors():
    assert issubclass(errors.APIError, errors.ContactHubError)
    assert issubclass(errors.OperationNotPermitted, errors.ContactHubError)
