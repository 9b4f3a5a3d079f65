"""The `sort` parameter: `path[,asc|desc]`, any number of times (contract 2.7)."""

from __future__ import annotations

from contacthub_orm.sandbox.attributes import Catalog
from contacthub_orm.sandbox.problems import Problem, bad_request
from contacthub_orm.sandbox.sql import Sql, concat, join_with

_REGISTRATION = Sql("registered_at, id")
# With a condition, its own index serves better than the one of the order; the signs keep SQLite from preferring that.
_REGISTRATION_AFTERWARDS = Sql("+registered_at, +id")


def compile_order(wanted: list[str], catalog: Catalog, *, filtered: bool) -> Sql:
    """Compile the values of `sort` to what follows ORDER BY; the order of registration decides between equals.

    Customers without the value come last in both directions.

    Args:
        wanted: the values of `sort`.
        catalog: knows the attributes.
        filtered: whether the list has a condition, so that few customers are left to order.

    Raises:
        Problem: 400 for a path that no customer can have (contract 10.2 #42), or that is a list or a group.
    """
    last = _REGISTRATION_AFTERWARDS if filtered else _REGISTRATION
    return join_with(", ", [*(_term(text, catalog) for text in wanted), last])


def _term(text: str, catalog: Catalog) -> Sql:
    path, _, direction = text.partition(",")
    if direction.lower() not in ("", "asc", "desc"):
        raise bad_request("parameter 'sort' must be a path, optionally followed by ,asc or ,desc")
    try:
        key = catalog.attribute(path).sort_key if catalog.knows(path) else None
    except ValueError:
        key = None
    if key is None:
        raise _unsortable()
    return concat(key, " DESC" if direction.lower() == "desc" else " ASC", " NULLS LAST")


def _unsortable() -> Problem:
    return bad_request("parameter 'sort' must name a property of customers that has one value")
