"""Does a request follow the contract? Judged by the published files, where the contract does not overrule them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import yaml

from tests.contract.schemas import Schema, complaints, members_of_customers, partial, query_schema, validator

SECTION_LIMIT = 64 * 1024
_PATH = r"[A-Za-z_][\w-]*(\.[\w-]+)*"
_EXTRA_PARAMETERS = {  # contract 2.7; missing in the OpenAPI file
    "sort": re.compile(rf"{_PATH}(,(asc|desc|ASC|DESC))?"),
    "page": re.compile(r"\d+"),
    "size": re.compile(r"[1-9]|[1-4]\d|50"),
}


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
        self._routes = [(_pattern(self._api["basePath"] + path), item) for path, item in self._api["paths"].items()]
        self._query = validator(query_schema(folder))
        self._members = members_of_customers(folder)
        self._bodies: dict[str, Any] = {}
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
        item = next((item for pattern, item in self._routes if pattern.fullmatch(sent.path)), None)
        operation = (item or {}).get(sent.method.lower())
        if operation is None:
            return [f"{sent.method} {sent.path}: there is no such operation"]
        parameters = [self._resolved(parameter) for parameter in operation["parameters"]]
        found = self._headers(sent) + self._parameters(sent, parameters)
        body = next((parameter for parameter in parameters if parameter["in"] == "body"), None)
        return found + self._body(sent, body["schema"] if body is not None else None)

    def _headers(self, sent: Sent) -> list[str]:
        found = [] if "Authorization" in sent.headers else ["the Authorization header is missing"]
        if sent.content and sent.headers.get("Content-Type") != "application/json":
            found.append("the body is not declared as application/json")
        return found

    # -- parameters ------------------------------------------------------------------------------------------------

    def _parameters(self, sent: Sent, declared: list[Schema]) -> list[str]:
        known = {parameter["name"]: parameter for parameter in declared if parameter["in"] == "query"}
        is_list = "query" in known
        found = [
            f"parameter {name} is missing"
            for name, it in known.items()
            if it.get("required") and not sent.query.get(name)
        ]
        for name, value in sent.query.items():
            if isinstance(value, list):
                found.append(f"parameter {name} is given more than once")
            elif name in known:
                found += self._parameter(name, value) if is_list else []
            elif not is_list or name not in _EXTRA_PARAMETERS or not _EXTRA_PARAMETERS[name].fullmatch(value):
                found.append(f"parameter {name} is unknown or has a value that it cannot have")
        return found

    def _parameter(self, name: str, value: str) -> list[str]:
        if name == "fields" and not re.fullmatch(rf"{_PATH}(,{_PATH})*", value):
            return ["parameter fields is no list of paths"]
        if name != "query":
            return []
        try:
            query = json.loads(value)
        except ValueError:
            return ["parameter query is not JSON"]
        return complaints(self._query, query, "query")

    # -- bodies ----------------------------------------------------------------------------------------------------

    def _body(self, sent: Sent, declared: Schema | None) -> list[str]:
        if declared is None:
            return ["there is a body where none is declared"] if sent.content else []
        try:
            body = json.loads(sent.content)
        except ValueError:
            return ["the body is not JSON"]
        if not isinstance(body, dict):
            return ["the body is not an object"]
        found = complaints(self._validator(sent.method, declared), body, "body")
        for name in ("base", "extended", "extra"):
            text = body.get(name) or ""
            size = len((text if isinstance(text, str) else _compact(text)).encode())
            if size > SECTION_LIMIT:
                found.append(f"body.{name} is larger than 64 KB")
        return found

    def _validator(self, method: str, declared: Schema) -> Any:
        """The declared schema, closed (contract 3.2), with the real schemas of its members."""
        if method not in self._bodies:
            schema = self._flat(declared)
            members = {**schema["properties"], **self._members}
            if method == "PATCH":
                content = {name: partial(member) for name, member in members.items()}
                content["enabled"] = members["enabled"]
                members = {**content, "id": {"type": "string"}}
            required = [*schema.get("required", ()), *(["id"] if method == "PUT" else [])]  # 6.2
            closed: Schema = {"type": "object", "properties": members, "additionalProperties": False}
            self._bodies[method] = validator({**closed, "required": required} if required else closed)
        return self._bodies[method]

    def _flat(self, schema: Schema) -> Schema:
        """A schema without references and `allOf`."""
        found = self._resolved(schema)
        merged: Schema = {"properties": {}, "required": []}
        for part in [*map(self._flat, found.get("allOf", ())), found]:
            merged["properties"].update(part.get("properties", {}))
            merged["required"] += part.get("required", [])
        return merged

    def _resolved(self, part: Schema) -> Schema:
        if "$ref" not in part:
            return part
        found = self._api
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        resolved: Schema = found
        return resolved


def _pattern(template: str) -> re.Pattern[str]:
    pieces = re.split(r"\{\w+\}", template)
    return re.compile("[^/]+".join(map(re.escape, pieces)))


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
