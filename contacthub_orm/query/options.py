"""Options of a query: for now `load_only`, the part of the documents that is wanted."""

from __future__ import annotations

from typing import Any

import attrs

from contacthub_orm.errors import ArgumentError
from contacthub_orm.mapping.documents import MappingType, Properties
from contacthub_orm.mapping.fields import EntityField
from contacthub_orm.mapping.lists import ListType

# Without these an object could be neither recognised nor compared with a newer copy of itself.
ALWAYS_LOADED = ("id", "updatedAt")


@attrs.frozen(slots=True)
class LoadOnly:
    """The fields to load, as `load_only` checked them; and whether reading another one is an error."""

    fields: tuple[EntityField[Any], ...]
    raiseload: bool = False

    @property
    def paths(self) -> tuple[str, ...]:
        """Dotted paths, in the order given. A member of the elements of a list selects the list: it is sent whole."""
        return tuple(dict.fromkeys(_up_to_list(field) for field in self.fields))


def _up_to_list(field: EntityField[Any]) -> str:
    steps = field.path.split(".")
    fields = field.entity.__fields__ if field.entity is not None else {}
    for position, step in enumerate(steps, start=1):
        declared = fields[step].value_type if step in fields else None
        if isinstance(declared, ListType):
            return ".".join(steps[:position])
        fields = declared.properties.__fields__ if isinstance(declared, MappingType) else {}
    return field.path


def load_only(*fields: EntityField[Any] | type[Properties], raiseload: bool = False) -> LoadOnly:
    """Load only these fields of each document, to spare transfer (`fields`, contract 2.7); `id` always comes along.

    Several `load_only` options of one query add up. Reading another field loads the whole document by one GET; setting
    one needs no load.

    Args:
        fields: fields of the queried class, also objects of the document as a whole.
        raiseload: True makes reading another field an InvalidRequestError instead, so that a loop over a result
            never sends a request per object unnoticed. `session.refresh(object)` loads it whole.

    Raises:
        ArgumentError: no field, or something that is not a field of a mapped class.

    Example:
        `session.query(Customer).options(load_only(Customer.base.firstName, Customer.base.contacts))`
    """
    # For type checkers an object of the document is its class; at run time it is a field like all others.
    chosen = tuple(field for field in fields if isinstance(field, EntityField) and field.entity is not None)
    if not chosen or len(chosen) < len(fields):
        raise ArgumentError("load_only takes fields of a mapped class, such as Customer.base.firstName.")
    if any("," in field.path for field in chosen):
        raise ArgumentError(
            "load_only: a field with a comma in its name cannot be selected; commas separate the fields."
        )
    return LoadOnly(chosen, raiseload)
