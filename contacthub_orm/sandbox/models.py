"""/models: what every workspace is made of (contract 2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contacthub_orm.sandbox.event_schema import EVENT_CONTEXTS
from contacthub_orm.sandbox.hub import Hub
from contacthub_orm.sandbox.labels import label, published
from contacthub_orm.sandbox.messages import Request, Response, json_response
from contacthub_orm.sandbox.schema import BASE, Schema

_ANY_TYPE = ("string", "number", "integer", "boolean", "object", "array")
_OPEN_OBJECT: Schema = {"type": "object"}
_NUMBERS = ("number", "integer")

_MERGE_POLICIES = (
    ("OBJ_PRIORITY", "The value of the source with the highest priority.", _ANY_TYPE),
    ("OBJ_CONCATENATE", "The values of all sources, one after the other.", ("string",)),
    ("ARRAY_UNION", "What is in the list of any source.", ("array",)),
    ("ARRAY_INTERSECTION", "What is in the lists of all sources.", ("array",)),
    ("MATH_SUM", "The sum of the values.", _NUMBERS),
    ("MATH_AVG", "The mean of the values.", _NUMBERS),
    ("MATH_DIFF", "The difference of the values.", _NUMBERS),
    ("MATH_MIN", "The smallest value.", _NUMBERS),
    ("MATH_MAX", "The greatest value.", _NUMBERS),
)

_PROVIDERS = {
    "API": "A program that calls the API.",
    "JavaScript": "The script on the pages of a web site.",
    "MAGENTO": "A Magento shop.",
    "CONTACTSEND": "Campaigns sent with Contactsend.",
    "CONTACTPLAN": "Campaigns planned with Contactplan.",
    "ANDROID_SDK": "An app for Android.",
    "OBJECTIVEC_SDK": "An app for iOS.",
    "NODEJS_SDK": "A program in JavaScript.",
    "JAVA_SDK": "A program in Java.",
    "SCALA_SDK": "A program in Scala.",
    "DOTNET_SDK": "A program for .NET.",
}

_CONTEXTS = {
    "CONTACT_CENTER": "What happened in a conversation with a contact center.",
    "WEB": "What happened on a web site.",
    "MOBILE": "What happened in an app.",
    "ECOMMERCE": "What happened in a shop on the web.",
    "RETAIL": "What happened in a shop of bricks.",
    "IOT": "What a connected device reported.",
    "SOCIAL": "What happened in a social network.",
    "DIGITAL_CAMPAIGN": "What became of a message of a campaign.",
    "OTHER": "What happened anywhere else.",
}


def read_base(hub: Hub, request: Request) -> Response:
    """GET /models/properties/base: the schema that the sandbox holds `base` to."""
    disabled = hub.profile.disabled_properties

    def annotate(path: str, schema: Mapping[str, Any]) -> dict[str, Any]:
        return {"label": label(path.rpartition(".")[2]), "enabled": path not in disabled}

    return json_response(200, {"schema": published({**BASE, "type": "object"}, annotate)})


def list_contexts(hub: Hub, request: Request) -> Response:
    """GET /models/contexts, those of the workspace's own included."""
    schemas = {**dict.fromkeys(hub.settings.event_contexts, _OPEN_OBJECT), **EVENT_CONTEXTS}
    elements = [
        {
            "id": name,
            "label": label(name),
            "description": _CONTEXTS.get(name, label(name)),
            "propertiesSchema": published(schema),
        }
        for name, schema in sorted(schemas.items())
    ]
    return json_response(200, {"elements": elements})


def list_merge_policies(hub: Hub, request: Request) -> Response:
    """GET /models/merge-policies: how view nodes bring the values of several sources together."""
    elements = [
        {"id": name, "description": description, "supportedTypes": list(types)}
        for name, description, types in _MERGE_POLICIES
    ]
    return json_response(200, {"elements": elements})


def list_providers(hub: Hub, request: Request) -> Response:
    """GET /models/providers: the kinds of sources there are; their properties are not published, hence open."""
    elements = [
        {"id": name, "description": description, "propertiesSchema": published(_OPEN_OBJECT)}
        for name, description in _PROVIDERS.items()
    ]
    return json_response(200, {"elements": elements})
