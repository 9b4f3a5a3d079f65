"""EntityMeta: turns the class bodies of the declarative system into a mapping."""

from __future__ import annotations

from abc import ABCMeta
from typing import TYPE_CHECKING, Any

from contacthub_orm.errors import ArgumentError, UnknownFieldError
from contacthub_orm.mapping.fields import EntityField
from contacthub_orm.mapping.suggestions import did_you_mean


class EntityMeta(ABCMeta):
    """Metaclass of entities and properties.

    Collects the `EntityField`s of a class and its bases into `__fields__`, closes a class that declares any (unless
    `open=True`), keeps instances free of a `__dict__`, and answers for unknown class attributes with a hint.
    """

    __fields__: dict[str, EntityField[Any]]
    __expressions__: dict[str, EntityField[Any]] | None

    def __new__(
        mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], open: bool | None = None, **options: Any
    ) -> EntityMeta:
        """Make the class; ArgumentError for a field that would hide a method."""
        namespace.setdefault("__slots__", ())
        declared = {key: value for key, value in namespace.items() if isinstance(value, EntityField)}
        inherited: dict[str, EntityField[Any]] = {}
        for base in reversed(bases):
            inherited.update(getattr(base, "__fields__", {}))
        for key in declared:
            if key.startswith("_") or (key not in inherited and any(hasattr(base, key) for base in bases)):
                raise ArgumentError(f"{name}.{key}: a field cannot have the name of a method; reach the key as an item")
        namespace["__fields__"] = {**inherited, **declared}
        # Only an entity knows the whole path of its fields; elsewhere a field is just the declaration.
        is_entity = any("__path__" in vars(cls) for base in bases for cls in base.__mro__)
        namespace["__expressions__"] = {} if is_entity else None
        if open is not None or declared:
            namespace["__open__"] = bool(open)
        elif not any(isinstance(base, EntityMeta) for base in bases):
            namespace["__open__"] = True
        return super().__new__(mcs, name, bases, namespace, **options)

    def __getattr__(cls, name: str) -> Any:
        # Only names that no class of the hierarchy has come here; dunders are probed by many libraries.
        if name.startswith("_"):
            raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}")
        raise UnknownFieldError(f"{cls.__name__} has no field {name!r}{did_you_mean(name, cls.__fields__)}")


class ClosedMeta(EntityMeta):
    """The metaclass of closed classes: type checkers know, too, that they have no members but the declared ones."""

    if TYPE_CHECKING:
        __getattr__: None  # type: ignore[assignment, misc]
