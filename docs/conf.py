"""Sphinx configuration."""

from __future__ import annotations

from contacthub_orm._version import __version__

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
