"""Does a request follow the contract? Judged by the published files, where the contract does not overrule them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import yaml

from tests.contract.bodies import Bodies
from tests.contract.schemas import CONTEXTS, INSTANT, Schema, Validator, query_schema

_PATH = r"[A-Za-z_][\w-]*(\.[\w-]+)*"
_CONTEXT = "|".join(CONTEXTS)
_ANYTHING = re.compile(r".+", re.DOTALL)
_SPELLING = {
    "fields": re.compile(rf"{_PATH}(,{_PATH})*"),
    "sort": re.compile(rf"{_PATH}(,(asc|desc|ASC|DESC))?"),
    "page": re.compile(r"\d+"),
    "size": re.compile(r"[1-9]|[1-4]\d|50"),
    "type": re.compile(r"[A-Za-z]+(,[A-Za-z]+)*"),
    "context": re.compile(rf"({_CONTEXT})(,({_CONTEXT}))*"),
    "mode": re.compile("ACTIVE|PASSIVE"),
    "dateFrom": INSTANT,
    "dateTo": INSTANT,
}
_EXTRA_OF_A_LIST = {"customers": ("sort", "page", "size"), "events": ("page", "size")}
"""Parameters that are missing in the OpenAPI file (contract 2.4, 2.7)."""
_REPEATABLE = ("sort",)


class Sent(Protocol):
    """What the checker looks at; an entry of a sandbox's log has it."""

    @property
    def method(self) -> str: ...

    @property
    def path(self) -> str: ...

    @property
    def content(self) -> bytes: ...

    @property
    def query(self) -> Mapping[str, Any]: ...

    @property
    def headers(self) -> Mapping[str, str]: ...


class ContractChecker:
    """Validates requests against the OpenAPI file and the JSON schemas.

    Args:
        folder: where the contract files are.
    """

    def __init__(self, folder: Path) -> None:
        text = (folder / "openapi-1.51.yaml").read_text(encoding="utf-8")
        self._api = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self._routes = {path: _pattern(self._api["basePath"] + path) for path in self._api["paths"]}
        self._query = Validator(query_schema(folder))
        self._bodies = Bodies(self._api, folder)
        self._approved: set[tuple[str, str, str, bytes]] = set()

    def problems(self, sent: Sent) -> list[str]:
        """What is wrong with a request; empty when it follows the contract."""
        # Many requests of a run are the same, and validation is the dear part.
        key = (sent.method, sent.path, json.dumps(sent.query, sort_keys=True), sent.content)
        if key in self._approved:
            return []
        found = self._examine(sent)
        if not found:
            self._approved.add(key)
        return found

    def _examine(self, sent: Sent) -> list[str]:
        template = next((path for path, pattern in self._routes.items() if pattern.fullmatch(sent.path)), "")
        operation = self._api["paths"].get(template, {}).get(sent.method.lower())
        if operation is None:
            return [f"{sent.method} {sent.path}: there is no such operation"]
        parameters = [self._resolved(parameter) for parameter in operation["parameters"]]
        body = next((parameter["schema"] for parameter in parameters if parameter["in"] == "body"), None)
        return [
            *self._headers(sent),
            *self._parameters(sent, parameters),
            *self._bodies.complaints(sent.method, template, sent.content, body),
        ]

    def _headers(self, sent: Sent) -> list[str]:
        found = [] if "Authorization" in sent.headers else ["the Authorization header is missing"]
        if sent.content and sent.headers.get("Content-Type") != "application/json":
            found.append("the body is not declared as application/json")
        return found

    # -- parameters ------------------------------------------------------------------------------------------------

    def _parameters(self, sent: Sent, declared: list[Schema]) -> list[str]:
        known = {parameter["name"]: parameter for parameter in declared if parameter["in"] == "query"}
        extra = _EXTRA_OF_A_LIST.get(sent.path.rpartition("/")[2], ()) if sent.method == "GET" else ()
        found = [f"parameter {name} is missing" for name, it in known.items() if _needed(it) and name not in sent.query]
        given = [
            (name, value)
            for name, values in sent.query.items()
            for value in (values if isinstance(values, list) else [values])
        ]
        for name, value in given:
            if isinstance(sent.query[name], list) and name not in _REPEATABLE:
                found.append(f"parameter {name} is given more than once")
            elif name not in known and name not in extra:
                found.append(f"parameter {name} is unknown")
            elif name == "query":
                found += self._query_in(value)
            elif not _SPELLING.get(name, _ANYTHING).fullmatch(value):
                found.append(f"parameter {name} has a value that it cannot have")
        return found

    def _query_in(self, text: str) -> list[str]:
        try:
            query = json.loads(text)
        except ValueError:
            return ["parameter query is not JSON"]
        return self._query.complaints(query, "query")

    def _resolved(self, part: Schema) -> Schema:
        if "$ref" not in part:
            return part
        found = self._api
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        resolved: Schema = found
        return resolved


def _needed(parameter: Schema) -> bool:
    return bool(parameter.get("required"))


def _pattern(template: str) -> re.Pattern[str]:
    pieces = re.split(r"\{\w+\}", template)
    return re.compile("[^/]+".join(map(re.escape, pieces)))
