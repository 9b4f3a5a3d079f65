"""The declarative system: fields, documents, entities. Pure: nothing in here does I/O."""

from __future__ import annotations

from contacthub_orm.mapping.criterion import Composite, Condition, Criterion, Operator
from contacthub_orm.mapping.documents import ClosedProperties, Properties
from contacthub_orm.mapping.entity import Entity
from contacthub_orm.mapping.fields import EntityField, Ordering
from contacthub_orm.mapping.inspection import Inspection, inspect
from contacthub_orm.mapping.lists import TrackedList
from contacthub_orm.mapping.meta import EntityMeta

__all__ = [
    "ClosedProperties",
    "Composite",
    "Condition",
    "Criterion",
    "Entity",
    "EntityField",
    "EntityMeta",
    "Inspection",
    "Operator",
    "Ordering",
    "Properties",
    "TrackedList",
    "inspect",
]
