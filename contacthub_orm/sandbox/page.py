"""The page at `/` that shows documents and the request log live, and the data that it asks for.

What is shown comes from clients and is hostile. The page makes no markup of it, and its policy would run none.
"""

from __future__ import annotations

import json
import re
import secrets
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from contacthub_orm.sandbox.arrivals import catch_up
from contacthub_orm.sandbox.browsers import Browsers, is_loopback
from contacthub_orm.sandbox.faults import Faults
from contacthub_orm.sandbox.hub import Hub
from contacthub_orm.sandbox.log import LogEntry, RequestLog
from contacthub_orm.sandbox.messages import Request, Response, json_response, percent_decode
from contacthub_orm.sandbox.wire import decode

ROOT = "/"
DATA = "/_sandbox/"

_GUARDS = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
_INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
_NUMBER = re.compile(r"[0-9]{1,15}")


class Page:
    """Answers requests for the page and its data.

    Args:
        hub: the workspace.
        log: of the requests to the API; those for the page are not in it.
        faults: that are in force.
        browsers: knows the names of the server.
    """

    def __init__(self, hub: Hub, log: RequestLog, faults: Faults, browsers: Browsers) -> None:
        self._hub = hub
        self._log = log
        self._faults = faults
        self._browsers = browsers
        self._run = secrets.token_hex(4)  # tells the page that everything it knows is of another server

    def __call__(self, request: Request) -> Response | None:
        """Answer a request; None when it is not for the page."""
        path = request.path
        if path != ROOT and not path.startswith(DATA):
            return None
        if not is_loopback(request.address) or (path != ROOT and not self._is_same_origin(request)):
            return _text(403, "This page is for the browser on the machine of the sandbox.")
        if request.method not in ("GET", "HEAD"):
            return _text(405, "This page is only read.").with_headers([("Allow", "GET, HEAD")])
        if path == ROOT:
            return _page()
        try:
            found = self._data(path.removeprefix(DATA).split("/"), dict(request.parameters()))
        except ValueError:
            return _text(400, "The address is not encoded correctly.")
        return (_text(404, "There is no such thing.") if found is None else json_response(200, found)).with_headers(
            _GUARDS
        )

    def _is_same_origin(self, request: Request) -> bool:
        origin = request.header("origin")
        return request.header("sec-fetch-site") in (None, "none", "same-origin") and (
            origin is None or origin.partition("://")[2] == request.header("host")
        )

    def _data(self, names: Sequence[str], given: Mapping[str, str]) -> dict[str, Any] | None:
        match names:
            case ["changes"]:
                with self._hub.store.lock:  # the requests and the data of one moment
                    return self._changes(given)
            case ["requests", number] if _NUMBER.fullmatch(number):
                return self._request(int(number))
            case ["customers", customer_id]:
                return self._customer(percent_decode(customer_id))
        return None

    def _changes(self, given: Mapping[str, str]) -> dict[str, Any]:
        """What is new for a page that says what it has: the run, the next request, the state of the data."""
        catch_up(self._hub)
        after = given.get("after", "")
        same_run = given.get("run") == self._run
        first, entries = self._log.numbered(int(after) if same_run and _NUMBER.fullmatch(after) else 0)
        last = first + len(entries)
        shown = {
            "run": self._run,
            "oldest": self._log.numbered(0)[0],
            "requests": [_summary(number, entry) for number, entry in enumerate(entries, first)],
            "next": next((number for number, entry in enumerate(entries, first) if entry.duration is None), last),
            "faults": [repr(rule) for rule in self._faults.rules],
            "data": str(self._hub.store.overview.changes()),
        }
        if same_run and given.get("data") == shown["data"]:
            return shown
        customers, total = self._hub.store.overview.customers(given.get("node", ""), given.get("search", ""))
        nodes = self._hub.store.overview.nodes()
        return {**shown, "nodes": nodes, "customers": customers, "total": total}

    def _request(self, number: int) -> dict[str, Any] | None:
        first, entries = self._log.numbered(number)
        if first != number or not entries:
            return None
        entry = entries[0]
        return {
            **_summary(number, entry),
            "headers": list(entry.headers.items()),
            "body": _pretty(entry.content),
            "answer": None if entry.answer is None else _pretty(entry.answer),
        }

    def _customer(self, customer_id: str) -> dict[str, Any] | None:
        with self._hub.store.lock:  # reading only: it takes long to make large documents readable
            catch_up(self._hub)
            text = self._hub.store.document(customer_id)
            events, total = self._hub.store.overview.events(customer_id)
        if text is None:
            return None
        return {"document": _pretty(text.encode()), "events": [_pretty(it.encode()) for it in events], "total": total}


def _summary(number: int, entry: LogEntry) -> dict[str, Any]:
    return {
        "number": number,
        "time": round(entry.time * 1000),
        "method": entry.method,
        "target": entry.target,
        "status": entry.status,
        "milliseconds": None if entry.duration is None else round(entry.duration * 1000, 1),
        "fault": None if entry.fault is None else repr(entry.fault),
        "applied": entry.applied,
    }


def _pretty(content: bytes) -> str:
    """Content as text, with one member of JSON a line; made here because numbers are exact here."""
    text = content.decode("utf-8", "replace")
    try:
        return json.dumps(decode(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text


def _text(status: int, text: str) -> Response:
    return Response(status, text.encode(), (("Content-Type", "text/plain;charset=UTF-8"),))


@cache
def _page() -> Response:
    text = files(__package__).joinpath("page.html").read_text("utf-8")
    hashes: dict[str, str] = {}
    for kind, content in _INLINE.findall(text):
        hashes[kind] = f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"
    policy = (
        f"default-src 'none'; script-src {hashes['script']}; style-src {hashes['style']}; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    headers = (("Content-Type", "text/html;charset=UTF-8"), ("Content-Security-Policy", policy), *_GUARDS)
    return Response(200, text.encode(), headers)
