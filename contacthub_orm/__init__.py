"""contacthub_orm: a declarative data mapper for ContactHub, with a session, an identity map and a unit of work."""

from __future__ import annotations

from contacthub_orm._version import __version__
from contacthub_orm.mapping import Entity, EntityField, Properties, inspect

__all__ = ["Entity", "EntityField", "Properties", "__version__", "inspect"]
