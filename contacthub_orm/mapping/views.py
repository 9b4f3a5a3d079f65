"""Views: lazy, copy-on-write windows on raw JSON.

A document is a tree of plain dicts and lists. A view shows one container of it and knows its parent view, so a view
keeps its root alive; a parent knows its child views weakly, so reading leaves no reference cycle behind. The first
write below a root copies the containers on the path that it touches and nothing else: the committed tree is never
changed, and whatever both trees still share is known to be unchanged.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar
from weakref import ref

from contacthub_orm.mapping.codecs import ValueType, copy_in, join
from contacthub_orm.mapping.merge_patch import MISSING, same

W = TypeVar("W", bound="View")

ALL = "*"
"""Stands for all members of an object, where one may be named."""

NONE_YET: dict[int, Any] = {}
"""Stands for the private copies of all documents that have none; never written to."""


class Document:
    """What is known of one tree beside its content: which containers of it are private copies."""

    __slots__ = ("owned", "vivified")

    owned: dict[int, Any]
    vivified: dict[int, Any]

    def __init__(self) -> None:
        self.owned = self.vivified = NONE_YET

    def changing(self, root: View) -> Document:
        """Hear that the root is about to be changed, for the first time since the last freeze; returns its document."""
        self.owned = {}
        if self.vivified is NONE_YET:
            self.vivified = {}
        return self

    def freeze(self) -> None:
        """Let go of the private copies: who holds the tree now keeps it as it is, the next write copies again."""
        self.owned = NONE_YET

    @property
    def incomplete(self) -> bool:
        """Tell whether absent members may exist on the server."""
        return False

    def knows(self, keys: Sequence[str]) -> bool:
        """Tell whether all that is under these keys of an incomplete document was asked for: the rest is not there."""
        return False

    def load_missing(self, root: View, path: str) -> None:
        """Load the members of an incomplete document."""

    def may_hold_more(self, keys: Sequence[str]) -> bool:
        """Tell whether the server may have an object under these keys of which not everything was loaded."""
        return False


class View:
    """A window on one container of a document."""

    __slots__ = ("__weakref__", "_children", "_data", "_document", "_item", "_key", "_parent")

    _raw_type: ClassVar[type]
    _nothing: ClassVar[Any]

    _children: dict[Any, ref[View]] | None
    _data: Any
    _document: Document | None  # of roots only
    _item: ValueType  # of lists only
    _key: str
    _parent: View | None

    # -- the tree of views ---------------------------------------------------------------------------------------

    def _root(self) -> View:
        view = self
        while view._parent is not None:
            view = view._parent
        return view

    def _path(self) -> str:
        """Return the dotted path from the root, for messages."""
        if self._parent is None:
            return ""
        above = self._parent._path()
        return f"{above}{self._key}" if self._key[:1] == "[" else f"{above}.{self._key}" if above else self._key

    def _remember(self, key: Any, child: View) -> None:
        children = self._children
        if children is None:
            children = {}
            _set_children(self, children)
        children[key] = ref(child)

    def _live_child(self, key: Any) -> View | None:
        children = self._children
        found = children.get(key) if children is not None else None
        return found() if found is not None else None

    def _live_children(self) -> list[tuple[Any, View]]:
        pairs = [(key, found()) for key, found in self._children.items()] if self._children else []
        return [(key, child) for key, child in pairs if child is not None]

    def _forget(self, key: Any) -> None:
        """Cut the child view of a value that leaves the document: it lives on as a document of its own."""
        child = self._live_child(key)
        if child is not None:
            child._cut()
        if self._children is not None:
            self._children.pop(key, None)

    def _cut(self) -> None:
        self._leave()
        self._document = Document()
        self._parent = None

    def _leave(self) -> None:
        """Hear that the view is about to leave its document, alone or below another one."""
        for _, child in self._live_children():
            child._leave()

    # -- copy on write -------------------------------------------------------------------------------------------

    def _own(self) -> Document:
        """Make `_data` a private copy, and all above it; returns the document that it belongs to."""
        parent = self._parent
        if parent is None:
            document = self._document
            assert document is not None
            if document.owned is NONE_YET:
                document = document.changing(self)
                if self._parent is not None:
                    return self._own()  # it was found in a list that had to be loaded
            if id(self._data) not in document.owned:
                self._adopt(self._data.copy(), document)
            return document
        if self._data is self._nothing and self._key in parent._data:
            parent._load_replaced(self._key)
        document = parent._own()
        if id(self._data) not in document.owned:
            before = self._data
            copy = before.copy()
            if before is self._nothing and (not self._may_have() or self._is_null(document)):
                document.vivified[id(copy)] = copy
            parent._put_copy(self, before, copy, document)
            self._adopt(copy, document)
        return document

    def _adopt(self, copy: Any, document: Document) -> None:
        if id(self._data) in document.vivified:
            document.vivified[id(copy)] = copy
        document.owned[id(copy)] = copy
        _set_data(self, copy)

    def _put_copy(self, child: View, before: Any, copy: Any, document: Document) -> None:
        """Put the private copy of a child's container in the place of the shared one."""
        raise NotImplementedError

    def _rebind(self, raw: Any) -> None:
        """Show another tree: after a load, a commit or a rollback the views that people hold must follow."""
        raise NotImplementedError

    # -- values --------------------------------------------------------------------------------------------------

    def _member(self, raw: Any, key: Any, label: str, value_type: ValueType) -> Any:
        """Return what a person sees of a raw member: a scalar, or the one view of a container."""
        kind = type(raw)
        if kind is not dict and kind is not list:
            decode = value_type.decode
            return raw if decode is None or raw is None else decode(raw)
        child = self._live_child(key)
        if child is None or child._data is not raw:
            child = value_type.view(raw, self, label) if isinstance(value_type, ContainerType) else None
            if child is None:
                child = OPEN.view(raw, self, label)
                assert child is not None
            self._remember(key, child)
        return child

    def _may_have(self, key: str = ALL) -> bool:
        """Tell whether an absent member may exist on the server, or any of all; what is in a list came whole."""
        document = self._root()._document
        if document is None or not document.incomplete:
            return False
        keys = self._keys()
        return keys is not None and not document.knows(keys if key == ALL else [*keys, key])

    def _load_missing(self, key: str = ALL) -> bool:
        """Load an absent member that may exist on the server, or all of them; tells whether it is there now."""
        root = self._root()
        document = root._document
        if document is None or not self._may_have(key) or self._is_null(document):
            return False
        document.load_missing(root, join(self._path(), key))
        return key in self._data

    def _is_null(self, document: Document) -> bool:
        """Tell whether this part is known to be null, or was so until it was written into: it has no other members."""
        view = self
        while view._data is view._nothing and view._parent is not None:
            if view._key in view._parent._data:
                return True
            view = view._parent
        return id(view._data) in document.vivified

    def _load_replaced(self, key: str) -> None:
        """Load what an object is going to replace: a patch merges objects, so it has to unset the rest by name."""
        root = self._root()
        document = root._document
        if document is None or not document.incomplete:
            return
        keys = self._keys()
        if keys is not None and document.may_hold_more([*keys, key]):
            document.load_missing(root, join(self._path(), key))

    def _keys(self) -> list[str] | None:
        """Return the keys from the root to here; None in a list, which comes and is sent whole."""
        keys: list[str] = []
        view = self
        while view._parent is not None:
            keys.insert(0, view._key)
            view = view._parent
            if view._raw_type is list:
                return None
        return keys


# Past the attribute guards of the classes that people see: reading sets these all the time.
_set_children = View.__dict__["_children"].__set__
_set_data = View.__dict__["_data"].__set__
_set_document = View.__dict__["_document"].__set__


class _Bare(View):
    """A view before it gets its class: making it must not run the attribute guards of that class."""

    __slots__ = ()

    def __init__(self, raw: Any, parent: View | None, key: str) -> None:
        self._data = raw
        self._parent = parent
        self._key = key
        self._children = None


class _BareRoot(View):
    __slots__ = ()

    def __init__(self, raw: Any, document: Document) -> None:
        self._data = raw
        self._parent = self._children = None
        self._key = ""
        self._document = document


def make_view(cls: type[W], raw: Any, parent: View | None, key: str) -> W:
    """Return a view of a class over raw JSON; None stands for a container that is not there yet.

    Reading makes views all the time, hence the short way: set four slots, then turn the object into its class.
    """
    view: Any = _Bare(cls._nothing if raw is None else raw, parent, key)
    try:
        view.__class__ = cls
    except TypeError:
        view = _moved(view, cls)
    made: W = view
    return made


def make_root(cls: type[W], raw: Any, document: Document) -> W:
    """Return a view of a class that is the root of its document."""
    view: Any = _BareRoot(raw, document)
    try:
        view.__class__ = cls
    except TypeError:
        view = _moved(view, cls)
        _set_document(view, document)
    made: W = view
    return made


def make_roots(cls: type[W], many: Sequence[Any], document: Document) -> list[W]:
    """Return what `make_root` returns for each of many raw values."""
    views: list[Any] = [_BareRoot(raw, document) for raw in many]
    try:
        for view in views:
            view.__class__ = cls
    except TypeError:
        return [make_root(cls, raw, document) for raw in many]
    return views


def _moved(bare: View, cls: type[W]) -> W:
    """Return an instance of a class with another layout: one that has a mixin without `__slots__` among its bases."""
    made = object.__new__(cls)
    for slot in ("_data", "_parent", "_key", "_children"):
        View.__dict__[slot].__set__(made, getattr(bare, slot))
    return made


class MappingView(View):
    """A view on a JSON object: what entities and properties have in common."""

    __slots__ = ()
    _raw_type: ClassVar[type] = dict
    _nothing: ClassVar[dict[str, Any]] = {}
    _data: dict[str, Any]

    def _store(self, key: str, raw: Any, unset: bool = False) -> None:
        """Put a raw value under a key. With `unset`, an empty list stands for null: the API takes no null for one."""
        kind = type(raw)
        if kind is dict:
            self._load_replaced(key)
        elif kind is not list and same(self._data.get(key, MISSING), raw):
            return
        document = self._put(key, raw)
        if unset and kind is list and id(self._data) in document.vivified:
            document.vivified[id(raw)] = raw

    def _put(self, key: str, raw: Any) -> Document:
        document = self._own()
        self._forget(key)
        self._data[key] = raw
        return document

    def _remove(self, key: str) -> None:
        self._own()
        self._forget(key)
        del self._data[key]

    def _put_copy(self, child: View, before: Any, copy: Any, document: Document) -> None:
        self._data[child._key] = copy

    def _rebind(self, raw: Any) -> None:
        self._data = raw if type(raw) is dict else self._nothing
        for key, child in self._live_children():
            inner = self._data.get(key)
            if inner is None or type(inner) is child._raw_type:
                child._rebind(inner)
            else:
                self._forget(key)


class ContainerType(ValueType):
    """A value type whose values are seen through views."""

    def view(self, raw: Any, parent: View | None, key: str) -> View | None:
        """Return a new view on a raw value (on nothing, when it is null); None when it is of another kind."""
        raise NotImplementedError

    def encode(self, value: Any, path: str, active: frozenset[int] = frozenset()) -> Any:
        """Return a checked copy of a value; `active` are the containers that it stands in, to notice cycles."""
        return copy_in(value, path, active)


class OpenType(ContainerType):
    """Any JSON value: objects and lists are seen through open views, the rest as it is."""

    def __init__(self) -> None:
        self.views: dict[type, type[View]] = {}

    def view(self, raw: Any, parent: View | None, key: str) -> View | None:
        """Return an open view on a dict or a list."""
        cls = self.views.get(type(raw))
        return make_view(cls, raw, parent, key) if cls is not None else None


OPEN = OpenType()
"""The one instance; `Properties` and `TrackedList` enter themselves as its views."""


def plain(raw: Any) -> Any:
    """Return a deep copy of raw JSON."""
    if type(raw) is dict:
        return {key: plain(value) for key, value in raw.items()}
    return [plain(value) for value in raw] if type(raw) is list else raw
