"""What may stand in a URL, and how it is written there: base address, path segments, query.

An id is data. Every one is checked and percent-encoded on its own, so that none can reach another resource: `..`
would delete the parent even when quoted, since HTTP libraries remove dot segments after decoding.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from urllib.parse import SplitResult, quote, unquote, urlencode, urljoin, urlsplit

from contacthub_orm.errors import ArgumentError, ConfigurationError
from contacthub_orm.identifiers import check_identifier

_URL_CHARACTERS = re.compile(r"[!-~]+")
_PATH = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*")
_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")


def encode_path(segments: Sequence[str]) -> str:
    """Write raw segments as a path.

    >>> encode_path(["customers", "a/b"])
    '/customers/a%2Fb'

    Raises:
        ArgumentError: There is no segment, or `check_identifier` refuses one.
    """
    if isinstance(segments, str) or not segments:
        raise ArgumentError("the path must be a sequence of one or more segments, such as ('customers', customer_id)")
    path = ""
    for segment in segments:
        path += "/" + quote(check_identifier(segment, f"the path segment after '{path}/'"), safe="")
    return path


def encode_query(params: Mapping[str, str] | Sequence[tuple[str, str]] | None) -> str:
    """Write parameters as a query string, everything outside the unreserved characters percent-encoded.

    >>> encode_query({"query[name]": "a b"})
    'query%5Bname%5D=a%20b'

    Raises:
        ArgumentError: A name or value is not a `str`, or holds a lone surrogate.
    """
    if not params:
        return ""
    pairs = list(params.items() if isinstance(params, Mapping) else params)
    if not all(isinstance(part, str) for pair in pairs for part in pair):
        raise ArgumentError("the names and values of query parameters must be str; write numbers and booleans as text")
    try:
        return urlencode(pairs, safe="", quote_via=quote)
    except UnicodeEncodeError:
        pass  # raised below, so that the value does not stay in the exception's context
    raise ArgumentError("a query parameter holds a lone surrogate, which is not text")


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address can only be this machine."""
    if host.lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_of(url: str, base: str = "") -> str:
    """Return the host of a URL, relative to `base` or not, for a message: no credentials, no path."""
    try:
        return urlsplit(urljoin(base, url)).hostname or "(none)"
    except ValueError:
        return "(unreadable)"


def normalise_base_url(url: str, *, allow_http: bool = False) -> str:
    """Return the API root without a trailing slash and without `/workspaces` (contract 1.1).

    >>> normalise_base_url("https://api.contactlab.it/hub/v1/workspaces/")
    'https://api.contactlab.it/hub/v1'

    Args:
        url: Absolute; https, or http to this machine.
        allow_http: Accept http to any host: the token then travels unencrypted.

    Raises:
        ConfigurationError: The message says what is wrong and shows no part that could hold a password.
    """
    if not isinstance(url, str):
        raise ConfigurationError(f"base_url must be a str, not {type(url).__name__}")
    if not _URL_CHARACTERS.fullmatch(url):
        raise ConfigurationError(
            "base_url is empty or holds blanks, control or non-ASCII characters; "
            "write it as in https://api.contactlab.it/hub/v1"
        )
    parts, port = _split(url)
    host = _checked_host(parts, allow_http=allow_http)
    if not _PATH.fullmatch(parts.path):
        raise ConfigurationError("the path of base_url holds characters that must be percent-encoded")
    segments = [segment for segment in parts.path.split("/") if segment]
    if any(unquote(segment) in (".", "..") for segment in segments):
        raise ConfigurationError("the path of base_url must not hold '.' or '..'")
    if segments and segments[-1] == "workspaces":
        segments.pop()
    return "/".join([f"{parts.scheme}://{host}{'' if port is None else f':{port}'}", *segments])


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None  # the text of the error may hold a password, so it is not passed on
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ConfigurationError(
            "base_url must be an absolute http(s) address with a valid host and port, "
            "such as https://api.contactlab.it/hub/v1"
        )
    if "@" in parts.netloc:
        raise ConfigurationError(f"base_url for host {parts.hostname} must not hold a user name or password")
    if "?" in url or "#" in url:
        raise ConfigurationError(f"base_url for host {parts.hostname} must not hold a query or a fragment")
    return parts, port


def _checked_host(parts: SplitResult, *, allow_http: bool) -> str:
    host = parts.hostname or ""
    if not _HOST.fullmatch(host):
        raise ConfigurationError("the host of base_url holds characters that no host name has")
    if parts.scheme == "http" and not (allow_http or is_loopback(host)):
        raise ConfigurationError(
            f"base_url uses http to host {host}, so that the token would travel unencrypted; "
            "use https, or the option allow_http if that is what you want"
        )
    return f"[{host}]" if ":" in host else host
