"""`Workspace`: the credentials and the address of one tenant, and where they are read from."""

from __future__ import annotations

import configparser
import math
import os
import re
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypedDict, Unpack

from contacthub_orm.errors import ArgumentError, ConfigurationError
from contacthub_orm.identifiers import check_identifier
from contacthub_orm.transport.auth import BearerAuth
from contacthub_orm.transport.retry import RetryPolicy
from contacthub_orm.transport.urls import encode_path, normalise_base_url

if TYPE_CHECKING:
    from contacthub_orm.session import Session
    from contacthub_orm.session_options import SessionOptions
    from contacthub_orm.transport import Transport

DEFAULT_BASE_URL = "https://api.contactlab.it/hub/v1"
DEFAULT_TIMEOUT = (5.0, 30.0)

_REQUIRED = ("workspace_id", "token")
_KEYS = (*_REQUIRED, "base_url", "node_id")
_SECTION = "contacthub"
_APP_INFO = re.compile(r"[!-~]([ -~]{0,126}[!-~])?")


class WorkspaceOptions(TypedDict, total=False):
    """The options of a `Workspace`, which `from_env` and `from_ini_file` pass on."""

    allow_http: bool
    """Accept http to other hosts than this machine; the token then travels unencrypted."""
    timeout: tuple[float, float]
    """Seconds for connecting and for each wait for data; (5.0, 30.0) by default."""
    app_info: str | None
    """Added to the User-Agent, such as `"crm-sync/1.2"`."""
    retry: RetryPolicy | None
    """When and how often requests are repeated."""


class Workspace:
    """One tenant: its id, a token, the address of the API, and the connections to it.

    Share one object between all threads and sessions. The token never shows, and a workspace cannot be pickled.

    Args:
        workspace_id: As the API spells it.
        token: Of a source of this workspace (contract 1.2), without the word `Bearer`.
        base_url: API root, with or without `/workspaces`; https, or http to this machine.
        node_id: The node for sessions that name none.
        **options: See `WorkspaceOptions`.

    >>> Workspace("w1", "secret-token")
    Workspace('w1', token='***', base_url='https://api.contactlab.it/hub/v1')
    """

    __slots__ = ("__weakref__", "_auth", "_base_url", "_lock", "_node_id", "_options", "_transport", "_workspace_id")

    def __init__(
        self,
        workspace_id: str,
        token: str,
        base_url: str = DEFAULT_BASE_URL,
        *,
        node_id: str | None = None,
        allow_http: bool = False,
        timeout: tuple[float, float] = DEFAULT_TIMEOUT,
        app_info: str | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        self._workspace_id = check_identifier(workspace_id, "workspace_id")
        self._base_url = normalise_base_url(base_url, allow_http=allow_http)
        self._auth = BearerAuth(token, self._base_url)
        self._node_id = None if node_id is None else check_identifier(node_id, "node_id")
        self._options: dict[str, Any] = {
            "timeout": _checked_timeout(timeout),
            "app_info": _checked_app_info(app_info),
            "retry": _checked_retry(retry),
        }
        self._lock = threading.Lock()
        self._transport: Transport | None = None

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **options: Unpack[WorkspaceOptions]) -> Self:
        """Read `CONTACTHUB_WORKSPACE_ID` and `CONTACTHUB_TOKEN`; `CONTACTHUB_BASE_URL` and `CONTACTHUB_NODE_ID` if set.

        Args:
            environ: Instead of `os.environ`.
            **options: Further keyword arguments of `Workspace`.

        Raises:
            ConfigurationError: A variable is missing or its value cannot be used.
        """
        environ = os.environ if environ is None else environ
        names = {key: f"CONTACTHUB_{key.upper()}" for key in _KEYS}
        missing = [names[key] for key in _REQUIRED if not environ.get(names[key])]
        if missing:
            raise ConfigurationError(f"the environment does not set {' and '.join(missing)}")
        values = {key: environ[name] for key, name in names.items() if environ.get(name)}
        return cls._checked(values, "the environment (CONTACTHUB_…)", options)

    @classmethod
    def from_ini_file(cls, path: str | os.PathLike[str], **options: Unpack[WorkspaceOptions]) -> Self:
        """Read `workspace_id` and `token`, and if there `base_url` and `node_id`, from an INI file.

        The file is UTF-8, with or without a section header. With several sections the one named `contacthub` counts.
        Values are taken as they stand: no interpolation, no quotes, no comments behind them, one line each.

        Args:
            path: The file.
            **options: Further keyword arguments of `Workspace`.

        Raises:
            ConfigurationError: The file or a key is missing, or a value cannot be used; names file and key.
        """
        source = os.fspath(path)
        values = _read_ini(source)
        missing = [key for key in _REQUIRED if key not in values]
        if missing:
            raise ConfigurationError(f"{source}: has no key {' and no key '.join(missing)}; add it as 'key = value'")
        return cls._checked(values, source, options)

    @classmethod
    def _checked(cls, values: Mapping[str, str], source: str, options: WorkspaceOptions) -> Self:
        try:
            return cls(
                values["workspace_id"],
                values["token"],
                values.get("base_url") or DEFAULT_BASE_URL,
                node_id=values.get("node_id"),
                **options,
            )
        except ArgumentError as error:
            problem = str(error)
        raise ConfigurationError(f"{source}: {problem}")

    @property
    def workspace_id(self) -> str:
        """The id of the workspace."""
        return self._workspace_id

    @property
    def base_url(self) -> str:
        """The API root, without `/workspaces` and without a slash at its end."""
        return self._base_url

    @property
    def node_id(self) -> str | None:
        """The default node of sessions, if one was given."""
        return self._node_id

    @property
    def transport(self) -> Transport:
        """The HTTP side, made on first use and shared by all threads."""
        transport = self._transport
        if transport is None:
            # Imported here because it brings the HTTP library, which a program that only builds queries does not need.
            from contacthub_orm.transport.transport import Transport

            with self._lock:
                if self._transport is None:
                    root = encode_path(["workspaces", self._workspace_id])
                    self._transport = Transport(self._base_url, root, self._auth, **self._options)
                transport = self._transport
        return transport

    def session(self, node_id: str | None = None, **options: Unpack[SessionOptions]) -> Session:
        """Make a `Session` on a node.

        Args:
            node_id: By default the workspace's `node_id`.
            **options: Keyword arguments of `Session`.

        Raises:
            ConfigurationError: No node is named here or in the workspace.
        """
        from contacthub_orm.session import Session

        return Session(self, node_id, **options)

    def close(self) -> None:
        """Close the idle connections. The workspace stays usable and connects again when needed."""
        with self._lock:
            transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        node = "" if self._node_id is None else f", node_id={self._node_id!r}"
        return f"{type(self).__name__}({self._workspace_id!r}, token='***', base_url={self._base_url!r}{node})"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError(
            "a Workspace holds a token and open connections and is never pickled; "
            "make it again where it is needed, for example with Workspace.from_env()"
        )


def _checked_timeout(timeout: object) -> tuple[float, float]:
    match timeout:
        case (int() | float() as connect, int() | float() as read) if 0 < connect < math.inf and 0 < read < math.inf:
            return float(connect), float(read)
    raise ArgumentError("timeout must be a pair (connect, read) of positive seconds, such as (5.0, 30.0)")


def _checked_retry(retry: object) -> RetryPolicy:
    if retry is None or isinstance(retry, RetryPolicy):
        return retry or RetryPolicy()
    raise ArgumentError(f"retry must be a RetryPolicy, such as RetryPolicy(attempts=1), not {type(retry).__name__}")


def _checked_app_info(app_info: object) -> str | None:
    if app_info is None or (isinstance(app_info, str) and _APP_INFO.fullmatch(app_info)):
        return app_info
    raise ArgumentError("app_info must be 1 to 128 printable ASCII characters, such as 'crm-sync/1.2'")


def _read_ini(source: str) -> dict[str, str]:
    section = _section_of(_parsed_ini(source), source)
    values = {key: section[key] for key in _KEYS if key in section}
    for key, value in values.items():
        if "\n" in value or "\r" in value:
            raise ConfigurationError(f"{source}: {key} spans several lines; start each key at the beginning of a line")
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            raise ConfigurationError(f"{source}: {key} is in quotes, which would be part of the value; remove them")
        if re.search(r"\s[;#]", value):
            raise ConfigurationError(f"{source}: {key} is followed by a comment; put the comment on a line of its own")
    return values


def _parsed_ini(source: str) -> configparser.ConfigParser:
    """Parse the file. What configparser says of a line may show a token, so only the line number is passed on."""
    lines = _ini_text(source).replace("\r\n", "\n").split("\n")
    first = next((line.strip() for line in lines if line.strip() and line.strip()[0] not in "#;"), "")
    added = 0 if first.startswith("[") else 1
    # No section can have the empty name: so [DEFAULT] is one like any other.
    parser = configparser.ConfigParser(interpolation=None, default_section="")
    try:
        parser.read_string("\n".join([f"[{_SECTION}]"] * added + lines))
    except configparser.DuplicateOptionError as error:
        problem = f"line {(error.lineno or 0) - added} repeats a key"
        if error.option in _KEYS:
            problem += f", {error.option}"
    except configparser.DuplicateSectionError as error:
        problem = f"line {(error.lineno or 0) - added} repeats a section, or keys stand before [{_SECTION}]"
    except configparser.MissingSectionHeaderError as error:
        problem = f"line {error.lineno} is not a section header"
    except configparser.ParsingError as error:
        numbers = ", ".join(str(number - added) for number, _line in error.errors)
        problem = f"not of the form 'key = value': line {numbers}"
    else:
        return parser
    raise ConfigurationError(f"{source}: {problem}")


def _ini_text(source: str) -> str:
    try:
        return Path(source).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        problem = "is not UTF-8 text"
    except OSError as error:
        problem = f"cannot be read ({error.strerror or type(error).__name__})"
    raise ConfigurationError(f"{source}: {problem}")


def _section_of(parser: configparser.ConfigParser, source: str) -> configparser.SectionProxy:
    named = [name for name in parser.sections() if name.strip().lower() == _SECTION] or parser.sections()
    if len(named) != 1:
        raise ConfigurationError(f"{source}: has several sections; name the one with the credentials [{_SECTION}]")
    return parser[named[0]]
