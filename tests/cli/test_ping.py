"""`contacthub ping`: its exit codes, and what it teaches when something is wrong."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from contacthub_orm.cli.commands import contacthub
from contacthub_orm.sandbox import Sandbox

VARIABLES = ("BASE_URL", "WORKSPACE_ID", "NODE_ID", "TOKEN")


@pytest.fixture
def server():
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def credentials(server, monkeypatch):
    values = dict(zip(VARIABLES, (server.url, server.workspace_id, server.node_id, server.token), strict=True))
    for name, value in values.items():
        monkeypatch.setenv(f"CONTACTHUB_{name}", value)
    return values


def ping(*arguments):
    return CliRunner().invoke(contacthub, ["ping", *arguments])


@pytest.mark.usefixtures("credentials")
def test_it_says_ok_with_the_time_and_the_number_of_customers(server):
    server.seed(4)

    result = ping()

    assert result.exit_code == 0
    assert result.output.startswith("ok: ")
    assert " ms" in result.output
    assert "4 customers" in result.output


@pytest.mark.usefixtures("credentials")
def test_it_sends_one_request_for_one_customer(server):
    ping()

    (request,) = server.requests
    assert (request.method, dict(request.query)["size"]) == ("GET", "1")


@pytest.mark.parametrize(
    ("variable", "value", "advice"),
    [
        ("TOKEN", "another-token", "CONTACTHUB_TOKEN"),
        ("WORKSPACE_ID", "another-workspace", "CONTACTHUB_WORKSPACE_ID"),
        ("NODE_ID", "another-node", "CONTACTHUB_NODE_ID"),
    ],
)
@pytest.mark.usefixtures("credentials")
def test_a_refusal_names_the_setting_to_check(monkeypatch, variable, value, advice):
    monkeypatch.setenv(f"CONTACTHUB_{variable}", value)

    result = ping()

    assert result.exit_code == 1
    assert advice in result.output


def test_a_server_that_is_not_there_is_exit_code_1_with_advice(server, credentials):
    server.close()

    result = ping()

    assert result.exit_code == 1
    assert "CONTACTHUB_BASE_URL" in result.output


@pytest.mark.parametrize("variable", ["WORKSPACE_ID", "TOKEN", "NODE_ID"])
@pytest.mark.usefixtures("credentials")
def test_a_missing_setting_is_exit_code_2_and_is_named(monkeypatch, variable):
    monkeypatch.delenv(f"CONTACTHUB_{variable}")

    result = ping()

    assert result.exit_code == 2
    assert f"CONTACTHUB_{variable}" in result.output


@pytest.mark.usefixtures("credentials")
def test_the_node_can_be_given(server, monkeypatch):
    monkeypatch.delenv("CONTACTHUB_NODE_ID")

    assert ping("--node", server.node_id).exit_code == 0


def test_credentials_can_come_from_an_ini_file(server, tmp_path):
    ini = tmp_path / "contacthub.ini"
    ini.write_text(f"workspace_id = {server.workspace_id}\ntoken = {server.token}\nbase_url = {server.url}\n")

    assert ping("--ini", str(ini), "--node", server.node_id).exit_code == 0


@pytest.mark.parametrize("text", [None, "workspace_id = w\n"])
def test_an_ini_file_that_is_missing_or_incomplete_is_exit_code_2(tmp_path, text):
    ini = tmp_path / "contacthub.ini"
    if text is not None:
        ini.write_text(text)

    result = ping("--ini", str(ini))

    assert result.exit_code == 2
    assert str(ini) in result.output


def ini_file(folder, server, **settings):
    ini = folder / "contacthub.ini"
    values = {"workspace_id": server.workspace_id, "token": server.token, "base_url": server.url, **settings}
    ini.write_text("".join(f"{name} = {value}\n" for name, value in values.items()))
    return ini


def test_settings_of_an_ini_file_are_named_as_they_stand_there(server, tmp_path):
    ini = ini_file(tmp_path, server)

    missing = ping("--ini", str(ini))
    unknown = ping("--ini", str(ini_file(tmp_path, server, node_id="another-node")))
    wrong = ping("--ini", str(ini_file(tmp_path, server, node_id="n", token="another-token")))

    assert (missing.exit_code, unknown.exit_code, wrong.exit_code) == (2, 1, 1)
    assert f"set node_id in {ini}, or give --node" in missing.output
    assert f"check node_id in {ini}" in unknown.output
    assert f"check token in {ini}" in wrong.output
    assert "CONTACTHUB_" not in missing.output + unknown.output + wrong.output


@pytest.mark.outside_the_contract("it asks for an address that the API does not have")
def test_an_address_without_the_api_is_told_from_a_node_that_is_not_there(server, credentials, monkeypatch):
    monkeypatch.setenv("CONTACTHUB_BASE_URL", server.url.removesuffix("/hub/v1"))

    result = ping()

    assert result.exit_code == 1
    assert "check CONTACTHUB_BASE_URL; the one of the API ends in /hub/v1" in result.output
    assert "no such node" not in result.output


def test_http_is_allowed_by_an_option(credentials, monkeypatch):
    monkeypatch.setenv("CONTACTHUB_BASE_URL", "http://contacthub.invalid/hub/v1")

    assert "allow_http" in ping().output
    assert ping().exit_code == 2
    assert ping("--allow-http").exit_code == 1


@pytest.mark.parametrize("node", ["", "another-node"])
def test_the_token_is_never_printed(credentials, node):
    result = ping("--node", node or credentials["NODE_ID"])

    assert credentials["TOKEN"] not in result.output
