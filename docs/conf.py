"""Sphinx configuration."""

from __future__ import annotations

from typing import Any

from contacthub_orm._version import __version__
from contacthub_orm.mapping.documents import MappingType
from contacthub_orm.mapping.lists import ListType

project = "contacthub_orm"
author = "contacthub_orm contributors"
project_copyright = "2026, contacthub_orm contributors"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
exclude_patterns = ["_build"]
default_role = "code"
html_theme = "furo"
html_title = f"contacthub_orm {release}"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
napoleon_numpy_docstring = False

LITERAL = {"TextType": "str", "BooleanType": "bool", "IntegerType": "int", "NumberType": "float"}
LITERAL |= {"DateType": "date", "DateTimeType": "datetime"}


def type_name(value_type: Any) -> str:
    """Return how a field's type is written in a declaration."""
    if isinstance(value_type, ListType):
        return f"list[{type_name(value_type.item)}]"
    if isinstance(value_type, MappingType):
        return value_type.properties.__name__.removeprefix("_Open")
    return LITERAL.get(type(value_type).__name__) or value_type.expects.removeprefix("a member of ")


def list_fields(app: Any, what: str, name: str, documented: Any, options: Any, lines: list[str]) -> None:
    """Add the declared fields of a mapped class to its text: they are its interface, and not in its signature."""
    fields = documented.__dict__.get("__fields__") if isinstance(documented, type) else None
    if fields:
        members = (
            f"``{member}`` ({type_name(field.value_type)}{', required' if field.required else ''})"
            for member, field in fields.items()
        )
        lines += ["", f"Fields: {', '.join(members)}.", ""]


def setup(app: Any) -> None:
    """Register the extension that this file is."""
    app.connect("autodoc-process-docstring", list_fields)
