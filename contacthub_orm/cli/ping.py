"""`contacthub ping`: do the credentials work, and how far away is the server?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from contacthub_orm.errors import (
    ConfigurationError,
    ContactHubError,
    Forbidden,
    NotFound,
    RateLimited,
    TransportError,
    Unauthorized,
)
from contacthub_orm.transport import RetryPolicy
from contacthub_orm.workspace import Workspace

FAILED = 1
MISCONFIGURED = 2

# The names of settings stand in braces: what a setting is called depends on where the credentials come from.
_ADVICE: tuple[tuple[type[ContactHubError], str], ...] = (
    (Unauthorized, "The token is not accepted: check {token}, or whether the source's token was renewed."),
    (Forbidden, "The token is valid, but not here: check {workspace_id} and the nodes the source is enabled on."),
    (NotFound, "There is no such node: check {node_id}, or --node."),
    (RateLimited, "Too many requests for now: wait a little and try again."),
    (TransportError, "No usable answer: check {base_url}, the network and the proxy settings (HTTPS_PROXY)."),
)
_WRONG_ADDRESS = "There is a server, but no API at this address: check {base_url}; the one of the API ends in /hub/v1."


@click.command(short_help="Check credentials and the way to the server.")
@click.option("--ini", type=click.Path(dir_okay=False, path_type=Path), help="Credentials from this ini file.")
@click.option("--node", "node_id", help="Node to ask; without it, the one that comes with the credentials.")
@click.option("--allow-http", is_flag=True, help="Accept http to other hosts; the token then travels unencrypted.")
def ping(ini: Path | None, node_id: str | None, allow_http: bool) -> None:
    """Ask the node for one customer; credentials come from CONTACTHUB_* variables or --ini.

    Exit code 0: it works. 1: the server cannot be reached or refuses. 2: credentials are missing or malformed.
    """
    try:
        workspace = _workspace(ini, allow_http)
        node = node_id or workspace.node_id
        if node is None:
            raise ConfigurationError(f"No node id: set {_settings(ini)['node_id']}, or give --node.")
    except ConfigurationError as error:
        _fail(str(error), MISCONFIGURED)
    with workspace:
        try:
            click.echo(_ask(workspace, node))
        except ContactHubError as error:
            _fail(f"{error}\n{_advice(error).format(**_settings(ini))}".rstrip(), FAILED)


def _workspace(ini: Path | None, allow_http: bool) -> Workspace:
    if ini is None:
        return Workspace.from_env(allow_http=allow_http)
    return Workspace.from_ini_file(ini, allow_http=allow_http)


def _settings(ini: Path | None) -> dict[str, str]:
    """Return how people set each setting, where the credentials come from."""
    names = ("token", "workspace_id", "node_id", "base_url")
    return {name: f"CONTACTHUB_{name.upper()}" if ini is None else f"{name} in {ini}" for name in names}


def _ask(workspace: Workspace, node: str) -> str:
    """Send the one request, without retries: a ping tells what is, not what is after a while."""
    response = workspace.transport.request(
        "GET", ("customers",), params={"nodeId": node, "size": "1"}, retry=RetryPolicy(attempts=1)
    )
    customers = response.body.get("page", {}).get("totalElements", "unknown number of")
    return f"ok: node {node} answered in {response.elapsed * 1000:.0f} ms, {customers} customers"


def _advice(error: ContactHubError) -> str:
    if isinstance(error, NotFound) and not error.is_from_api:
        return _WRONG_ADDRESS
    return next((advice for kind, advice in _ADVICE if isinstance(error, kind)), "")


def _fail(message: str, code: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)
