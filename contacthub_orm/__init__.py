"""contacthub_orm: a declarative data mapper for ContactHub, with a session, an identity map and a unit of work."""

from __future__ import annotations

from contacthub_orm import errors
from contacthub_orm._version import __version__
from contacthub_orm.errors import APIError, CommitError, ContactHubError
from contacthub_orm.mapping import Entity, EntityField, Properties, inspect
from contacthub_orm.models import Customer, Education, Job, Like, Subscription
from contacthub_orm.models.customer_session import CustomerSession
from contacthub_orm.models.event import Event
from contacthub_orm.query import (
    PaginatedList,
    Query,
    ReadOnlyList,
    and_,
    between_,
    did,
    in_,
    load_only,
    not_,
    not_in_,
    or_,
)
from contacthub_orm.session import Session
from contacthub_orm.session_factory import sessionmaker
from contacthub_orm.transport import RetryPolicy
from contacthub_orm.unit_of_work import CommitReport, Plan
from contacthub_orm.workspace import Workspace

__all__ = [
    "APIError",
    "CommitError",
    "CommitReport",
    "ContactHubError",
    "Customer",
    "CustomerSession",
    "Education",
    "Entity",
    "EntityField",
    "Event",
    "Job",
    "Like",
    "PaginatedList",
    "Plan",
    "Properties",
    "Query",
    "ReadOnlyList",
    "RetryPolicy",
    "Session",
    "Subscription",
    "Workspace",
    "__version__",
    "and_",
    "between_",
    "did",
    "errors",
    "in_",
    "inspect",
    "load_only",
    "not_",
    "not_in_",
    "or_",
    "sessionmaker",
]
