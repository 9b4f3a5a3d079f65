"""What changes a list, refused: for everything that looks like a list and cannot be changed like one."""

from __future__ import annotations

from typing import ClassVar, NoReturn

from contacthub_orm.errors import OperationNotPermitted


class Unchangeable:
    """Refuses the mutators of a list; the class says what to do instead of each kind of them."""

    __slots__ = ()

    _adding: ClassVar[str]
    _removing: ClassVar[str]
    _ordering: ClassVar[str]
    _replacing: ClassVar[str]

    @classmethod
    def _shown(cls) -> str:
        """How messages name it."""
        return cls.__name__

    def _refuse(self, operation: str, instead: str) -> NoReturn:
        raise OperationNotPermitted(f"{operation}: {self._shown()} is read-only. Instead: {instead}.")

    def append(self, value: object) -> NoReturn:
        """Refused."""
        self._refuse("append", self._adding)

    def extend(self, values: object) -> NoReturn:
        """Refused."""
        self._refuse("extend", self._adding)

    def insert(self, index: object, value: object) -> NoReturn:
        """Refused."""
        self._refuse("insert", self._adding)

    def __iadd__(self, values: object) -> NoReturn:
        self._refuse("+=", self._adding)

    def __imul__(self, times: object) -> NoReturn:
        self._refuse("*=", self._adding)

    def pop(self, index: object = -1) -> NoReturn:
        """Refused."""
        self._refuse("pop", self._removing)

    def remove(self, value: object) -> NoReturn:
        """Refused."""
        self._refuse("remove", self._removing)

    def clear(self) -> NoReturn:
        """Refused."""
        self._refuse("clear", self._removing)

    def __delitem__(self, index: object) -> NoReturn:
        self._refuse("del", self._removing)

    def __setitem__(self, index: object, value: object) -> NoReturn:
        self._refuse("assignment to an item", self._replacing)

    def reverse(self) -> NoReturn:
        """Refused."""
        self._refuse("reverse", self._ordering)

    def sort(self, *, key: object = None, reverse: object = False) -> NoReturn:
        """Refused."""
        self._refuse("sort", self._ordering)
