"""GET /me: whose token it is, and which workspaces and nodes it reaches (contract 2.6)."""

from __future__ import annotations

from contacthub_orm.sandbox.hub import Hub
from contacthub_orm.sandbox.messages import Request, Response, json_response


def read_me(hub: Hub, request: Request) -> Response:
    """Answer with the source of the token, in the shape of a user with one group."""
    workspace = {
        "id": hub.workspace_id,
        "name": hub.profile.name,
        "nodes": [{"id": node_id, "permission": "RW"} for node_id in hub.store.nodes()],
    }
    group = {"id": hub.workspace_id, "name": hub.profile.name, "workspaces": [workspace]}
    return json_response(200, {"id": hub.source_id, "name": "sandbox", "surname": "source", "groups": [group]})
