"""The rules for what can be asked for: mapped classes with a collection of their own, and objects of them."""

from __future__ import annotations

from typing import TypeVar

from contacthub_orm.errors import ArgumentError, OperationNotPermitted, UnmappedInstanceError
from contacthub_orm.mapping.children import Child
from contacthub_orm.mapping.entity import Entity

E = TypeVar("E", bound=Entity)


def mapped_class(entity: type[E], call: str) -> type[E]:
    """Return a mapped class that has a collection of its own; ArgumentError or OperationNotPermitted for others."""
    given: object = entity
    if isinstance(given, Entity | Child):
        name = type(given).__name__
        raise ArgumentError(f"{call} takes a mapped class, not an object of one: pass {name}, the class")
    if not isinstance(given, type):
        raise ArgumentError(f"{call} takes a mapped class, such as Customer, not {type(given).__name__}")
    name = given.__name__
    if issubclass(given, Child):
        raise OperationNotPermitted(
            f"{call}: a {name} has no collection of its own; it is in a list of its customer, and get and stub take "
            f"{name} with (customer id, its own id)"
        )
    if not issubclass(given, Entity):
        raise ArgumentError(f"{call} takes a mapped class, such as Customer, not the class {name}")
    if not entity.__path__:
        raise OperationNotPermitted(f"{call}: {name} has no collection of its own on the server")
    if entity.__below_parent__:
        raise OperationNotPermitted(f"{call}: a {name} is reached through its customer: customer.{entity.__path__}")
    return entity


def unmapped(instance: object) -> UnmappedInstanceError:
    """Return the error for what is no entity where one is expected; for a child it says that its customer is."""
    if isinstance(instance, Child):
        name = type(instance).__name__
        return UnmappedInstanceError(
            f"a {name} is an element of its customer's document and has no state of its own here; pass its customer: "
            f"{name.lower()}.customer"
        )
    given = f"the class {instance.__name__}" if isinstance(instance, type) else f"a {type(instance).__name__}"
    return UnmappedInstanceError(f"expected a mapped object such as a Customer, not {given}")
