"""The published Python SDK as a client of a sandbox."""

from contacthub import Workspace


def workspace_of(sandbox, *, workspace_id=None, token=None):
    # Its base URL ends with /workspaces, unlike that of everybody else (bug 50).
    url = f"{sandbox.url}/workspaces"
    return Workspace(workspace_id or sandbox.workspace_id, token or sandbox.token, base_url=url)


def person(name, **base):
    """Content with a base: a customer without one cannot be loaded (bug 18)."""
    return {"externalId": name, "base": {"firstName": name, **base}}
