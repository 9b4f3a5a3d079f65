"""What browsers may do here: names that the server answers to, and pages of other origins that may call the API.

A page of a stranger could have its own name resolve to this machine (DNS rebinding), and would then be no other origin
for the browser. Therefore the server answers to names of this machine only, and to those that it is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address

from contacthub_orm.errors import ArgumentError
from contacthub_orm.sandbox.messages import Request, Response

_AUTHORITY = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^:\[\]/@\s]+))(?::[0-9]*)?", re.IGNORECASE)
_NAME = re.compile(r"[^:\[\]/@*\s]+|[0-9a-f:.]+", re.IGNORECASE)
_EVERYWHERE = ("", "0.0.0.0", "::")  # what a server listens on to be reached by all addresses is no name of it
_ANY = "*"
_PREFLIGHT = (
    ("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE"),
    ("Access-Control-Allow-Headers", "Authorization, *"),  # the star does not stand for Authorization
    ("Access-Control-Max-Age", "600"),
)


class Browsers:
    """Tells requests that the server answers from those that it does not.

    Args:
        listening: the address that is listened on.
        allowed_hosts: names besides those of this machine; `*` for all.
        open_to_all: whether pages of every origin may call the API, given the token; else those of known hosts.
    """

    def __init__(self, listening: str, allowed_hosts: Iterable[str], *, open_to_all: bool) -> None:
        self._hosts = {host.lower() for host in (listening, *_checked(allowed_hosts)) if host not in _EVERYWHERE}
        self._open_to_all = open_to_all
        self.knows = lru_cache(maxsize=64)(self._knows)

    def _knows(self, authority: str) -> bool:
        """Whether a host, perhaps with a port, is one that the server answers to."""
        found = _AUTHORITY.fullmatch(authority)
        if found is None:
            return False
        host = (found[1] or found[2]).lower()
        return _ANY in self._hosts or host in self._hosts or host == "localhost" or is_loopback(host)

    def may_ask(self, request: Request) -> bool:
        """Whether the server answers to the name by which a request calls it."""
        host = request.header("host")
        return host is None or self.knows(host)

    def preflight(self, request: Request) -> Response | None:
        """The answer to a browser that asks whether a page may send a request; None for other requests."""
        if request.method != "OPTIONS" or request.header("access-control-request-method") is None:
            return None
        return self.shared(request, Response(200)).with_headers(_PREFLIGHT)

    def shared(self, request: Request, response: Response) -> Response:
        """The response, readable for the page that sent the request (contract 1.3)."""
        origin = request.header("origin")
        if origin is None:
            return response
        headers = [("Vary", "Origin")]
        if self._open_to_all or self.knows(origin.partition("://")[2]):
            headers.append(("Access-Control-Allow-Origin", "*"))
        return response.with_headers(headers)


def is_loopback(address: str) -> bool:
    """Whether an IP address is one of this machine to itself; anything else is not."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback


def _checked(hosts: Iterable[str]) -> list[str]:
    if isinstance(hosts, str):
        raise ArgumentError(f"allowed_hosts is a list of names, not one string. Write [{hosts!r}].")
    names = list(hosts)
    for name in names:
        if name != _ANY and not _NAME.fullmatch(name):
            raise ArgumentError(f"allowed_hosts are names without scheme and port, or '*' for all; got {name!r}.")
    return names
