"""`Workspace`: where credentials come from, what is refused, and that the token never shows."""

from __future__ import annotations

import copy
import gc
import os
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from contacthub_orm.errors import ArgumentError, ConfigurationError
from contacthub_orm.transport import RetryPolicy
from contacthub_orm.workspace import DEFAULT_BASE_URL, Workspace

TOKEN = "canary-3f9a41c07d5e4b21"
ENVIRON = {"CONTACTHUB_WORKSPACE_ID": "w-1", "CONTACTHUB_TOKEN": TOKEN}


@pytest.fixture
def ini(tmp_path):
    def write(content):
        path = tmp_path / "contacthub.ini"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def refusal_of(call, *args, **options):
    with pytest.raises(ConfigurationError) as caught:
        call(*args, **options)
    assert TOKEN not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return str(caught.value)


# Arguments


def test_a_workspace_knows_its_id_and_address():
    workspace = Workspace("w-1", TOKEN)
    assert (workspace.workspace_id, workspace.base_url, workspace.node_id) == ("w-1", DEFAULT_BASE_URL, None)


@pytest.mark.parametrize("name", ["workspace_id", "base_url", "node_id", "transport", "anything"])
def test_a_workspace_does_not_change(name):
    with pytest.raises(AttributeError):
        setattr(Workspace("w-1", TOKEN), name, "http://evil.example")


@pytest.mark.parametrize("key", ["workspace_id", "node_id"])
@pytest.mark.parametrize("value", ["", " ", "..", ".", "a\nb", "a\0", "x" * 256, 7, b"w"], ids=repr)
def test_ids_are_checked_like_any_id(key, value):
    with pytest.raises(ArgumentError, match=key):
        Workspace(**{"workspace_id": "w-1", "token": TOKEN, key: value})


def test_a_workspace_id_is_percent_encoded():
    workspace = Workspace("w/1?x", TOKEN)
    assert workspace.transport._root == f"{DEFAULT_BASE_URL}/workspaces/w%2F1%3Fx"
    workspace.close()


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("\n", "empty"),
        (None, "not NoneType"),
        (TOKEN.encode(), "not bytes"),
        (17, "not int"),
        (f"{TOKEN}\n", "line break"),
        (f"{TOKEN}\r\nX: y", "line break"),
        (f" {TOKEN}", "blank"),
        (f"{TOKEN} x", "blank"),
        (f"{TOKEN}\t", "control"),
        (f"{TOKEN}\0", "control"),
        (f"{TOKEN}\x7f", "control"),
        (f"{TOKEN}€", "ASCII"),
        (f"{TOKEN}\ud800", "ASCII"),
        (f"Bearer {TOKEN}", "without the word 'Bearer'"),
        (f" bearer\t{TOKEN}", "without the word 'Bearer'"),
        ("Bearer", "without the word 'Bearer'"),
    ],
    ids=repr,
)
def test_a_token_that_no_header_can_carry_is_refused_without_showing_it(token, words):
    assert words in refusal_of(Workspace, "w-1", token)


@pytest.mark.parametrize("token", ["Bearertown", "a%b%(x)s", "a.b-c_d~e+f/g=", '"quoted"', "x" * 4000])
def test_any_other_token_is_accepted(token):
    assert token not in repr(Workspace("w-1", token))


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("https://api.contactlab.it/hub/v1", "https://api.contactlab.it/hub/v1"),
        ("https://api.contactlab.it/hub/v1/", "https://api.contactlab.it/hub/v1"),
        ("https://api.contactlab.it/hub/v1/workspaces", "https://api.contactlab.it/hub/v1"),
        ("https://api.contactlab.it/hub/v1/workspaces///", "https://api.contactlab.it/hub/v1"),
        ("https://api.contactlab.it//hub//v1", "https://api.contactlab.it/hub/v1"),
        ("HTTPS://API.contactlab.it/hub/v1", "https://api.contactlab.it/hub/v1"),
        ("https://api.contactlab.it:8443/hub", "https://api.contactlab.it:8443/hub"),
        ("https://api.contactlab.it", "https://api.contactlab.it"),
        ("https://api.contactlab.it/hub%20x/v1", "https://api.contactlab.it/hub%20x/v1"),
        ("https://[2001:db8::1]:8443/hub", "https://[2001:db8::1]:8443/hub"),
        ("http://127.0.0.1:8080/hub/v1", "http://127.0.0.1:8080/hub/v1"),
        ("http://127.8.9.1", "http://127.8.9.1"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://api.localhost", "http://api.localhost"),
        ("http://[::1]:8080/hub", "http://[::1]:8080/hub"),
    ],
)
def test_the_base_url_is_normalised(given, normal):
    assert Workspace("w-1", TOKEN, given).base_url == normal


@pytest.mark.parametrize(
    ("base_url", "words"),
    [
        ("", "empty"),
        ("api.contactlab.it/hub/v1", "absolute"),
        ("ftp://api.contactlab.it", "absolute"),
        ("file:///etc/passwd", "absolute"),
        ("https://", "absolute"),
        ("https:///hub", "absolute"),
        ("https://api.example:0/", "absolute"),
        ("https://api.example:99999/", "absolute"),
        ("https://api.example:pw/", "absolute"),
        ("https://[::1/", "absolute"),
        ("https://user:sesame@api.example/", "user name or password"),
        ("http://127.0.0.1@evil.example/", "host evil.example must not hold a user name"),
        ("http://127.0.0.1\\@evil.example/", "user name"),
        ("https://api.example/hub?x=1", "query or a fragment"),
        ("https://api.example/hub?", "query or a fragment"),
        ("https://api.example/hub#f", "query or a fragment"),
        ("https://api.example/hub /v1", "blanks"),
        ("https://api.example/hub\n", "blanks"),
        ("https://bücher.example/", "non-ASCII"),
        ("https://a%62c.example/", "no host name has"),
        ("https://a,b.example/", "no host name has"),
        ("https://api.example/a/../b", "must not hold"),
        ("https://api.example/a/%2e%2E/b", "must not hold"),
        ("https://api.example/a|b", "percent-encoded"),
        ("https://api.example/a%zz", "percent-encoded"),
        ("http://api.contactlab.it/hub/v1", "unencrypted"),
        ("http://127.1/", "unencrypted"),
        ("http://localhost.evil.example/", "unencrypted"),
        (None, "must be a str"),
        (b"https://api.example", "must be a str"),
    ],
    ids=repr,
)
def test_an_address_that_cannot_be_trusted_is_refused(base_url, words):
    message = refusal_of(Workspace, "w-1", TOKEN, base_url)
    assert words in message
    assert "sesame" not in message


def test_http_to_another_host_has_to_be_allowed():
    base_url = "http://api.contactlab.it/hub/v1"
    assert Workspace("w-1", TOKEN, base_url, allow_http=True).base_url == base_url


@pytest.mark.parametrize(
    "timeout", [None, 5, (5,), (5, 0), (-1, 5), (5, float("inf")), ("1", "2"), [1, 2, 3]], ids=repr
)
def test_a_timeout_is_a_pair_of_positive_seconds(timeout):
    with pytest.raises(ArgumentError, match="timeout"):
        Workspace("w-1", TOKEN, timeout=timeout)


@pytest.mark.parametrize("app_info", ["", " x", "x\n", "x\r\nHost: y", "é", "x" * 129, 7], ids=repr)
def test_app_info_must_fit_into_a_header(app_info):
    with pytest.raises(ArgumentError, match="app_info"):
        Workspace("w-1", TOKEN, app_info=app_info)


# From the environment


def test_from_env_reads_the_credentials():
    workspace = Workspace.from_env(ENVIRON)
    assert (workspace.workspace_id, workspace.base_url, workspace.node_id) == ("w-1", DEFAULT_BASE_URL, None)
    assert workspace._auth._header == f"Bearer {TOKEN}"


def test_from_env_reads_the_address_and_the_default_node():
    workspace = Workspace.from_env(
        ENVIRON | {"CONTACTHUB_BASE_URL": "https://api.example/workspaces", "CONTACTHUB_NODE_ID": "n-1"}
    )
    assert (workspace.base_url, workspace.node_id) == ("https://api.example", "n-1")


def test_from_env_reads_the_environment_of_the_process(monkeypatch):
    for name in [name for name in os.environ if name.startswith("CONTACTHUB_")]:
        monkeypatch.delenv(name)
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    assert Workspace.from_env().workspace_id == "w-1"


def test_empty_optional_variables_count_as_absent():
    workspace = Workspace.from_env(ENVIRON | {"CONTACTHUB_BASE_URL": "", "CONTACTHUB_NODE_ID": ""})
    assert (workspace.base_url, workspace.node_id) == (DEFAULT_BASE_URL, None)


def test_from_env_passes_options_on():
    policy = RetryPolicy(attempts=1)
    workspace = Workspace.from_env(
        ENVIRON | {"CONTACTHUB_BASE_URL": "http://api.example"},
        allow_http=True,
        timeout=(1.0, 2.0),
        app_info="x",
        retry=policy,
    )
    assert workspace._options == {"timeout": (1.0, 2.0), "app_info": "x", "retry": policy}


@pytest.mark.parametrize("missing", list(ENVIRON))
@pytest.mark.parametrize("how", ["absent", "empty"])
def test_a_missing_variable_is_named(missing, how):
    environ = {name: value for name, value in ENVIRON.items() if name != missing}
    if how == "empty":
        environ[missing] = ""
    assert refusal_of(Workspace.from_env, environ) == f"the environment does not set {missing}"


def test_all_missing_variables_are_named():
    assert refusal_of(Workspace.from_env, {}) == (
        "the environment does not set CONTACTHUB_WORKSPACE_ID and CONTACTHUB_TOKEN"
    )


def test_a_bad_variable_is_reported_with_its_source():
    message = refusal_of(Workspace.from_env, ENVIRON | {"CONTACTHUB_TOKEN": f"{TOKEN}\n"})
    assert message.startswith("the environment (CONTACTHUB_…): token holds")


# From an INI file


@pytest.mark.parametrize(
    "content",
    [
        f"workspace_id = w-1\ntoken = {TOKEN}\n",
        f"[contacthub]\nworkspace_id = w-1\ntoken = {TOKEN}\n",
        f"[ContactHub]\nworkspace_id = w-1\ntoken = {TOKEN}\n",
        f"[anything]\nworkspace_id = w-1\ntoken = {TOKEN}\n",
        f"[DEFAULT]\nworkspace_id = w-1\ntoken = {TOKEN}\n",
        f"[other]\ntoken = x\n[contacthub]\nworkspace_id = w-1\ntoken = {TOKEN}\n",
        f"# comment\n; comment\n\nworkspace_id=w-1\ntoken={TOKEN}",
        f"WORKSPACE_ID: w-1\r\nToken: {TOKEN}\r\n",
        f"  workspace_id = w-1\ntoken = {TOKEN}  \nunknown = x\n",
        f"\ufeffworkspace_id = w-1\ntoken = {TOKEN}\n",
        f"\ufeff[contacthub]\nworkspace_id = w-1\ntoken = {TOKEN}\n",
    ],
    ids=range(11),
)
def test_an_ini_file_is_read_in_any_usual_form(ini, content):
    workspace = Workspace.from_ini_file(ini(content))
    assert (workspace.workspace_id, workspace._auth._header) == ("w-1", f"Bearer {TOKEN}")
    assert (workspace.base_url, workspace.node_id) == (DEFAULT_BASE_URL, None)


def test_an_ini_file_may_name_the_address_and_the_default_node(ini):
    path = ini(f"workspace_id = w-1\ntoken = {TOKEN}\nbase_url = http://localhost:1/workspaces\nnode_id = n-1\n")
    workspace = Workspace.from_ini_file(str(path), app_info="x")
    assert (workspace.base_url, workspace.node_id, workspace._options["app_info"]) == ("http://localhost:1", "n-1", "x")


@pytest.mark.parametrize("token", ["a%b", "%(workspace_id)s", "100%", "%%", "${token}", "a=b:c==", "a;b#c"])
def test_a_token_is_taken_as_it_stands(ini, token):
    assert Workspace.from_ini_file(ini(f"workspace_id = w-1\ntoken = {token}\n"))._auth._header == f"Bearer {token}"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "no key workspace_id and no key token"),
        (f"token = {TOKEN}", "no key workspace_id;"),
        ("workspace_id = w-1", "no key token;"),
        ("[contacthub]\n", "no key workspace_id and no key token"),
        (f"workspace_id = w-1\ntoken = {TOKEN}\ntoken = {TOKEN}2\n", "line 3 repeats a key, token"),
        (f"[contacthub]\nworkspace_id = w-1\ntoken = {TOKEN}\ntoken = {TOKEN}2\n", "line 4 repeats a key, token"),
        (f"workspace_id = w-1\ntoken = {TOKEN}\n{TOKEN} = a\n{TOKEN} = b\n", "line 4 repeats a key"),
        (f"[contacthub]\ntoken = {TOKEN}\n[contacthub]\nworkspace_id = w\n", "line 3 repeats a section"),
        (f"token = {TOKEN}\n[contacthub]\nworkspace_id = w\n", "line 2 repeats a section, or keys stand before"),
        (f"[a]\ntoken = {TOKEN}\n[b]\nworkspace_id = w\n", "several sections"),
        (f"[contacthub\ntoken = {TOKEN}\n", "line 1 is not a section header"),
        (f"workspace_id = w-1\n{TOKEN}\n", "'key = value': line 2"),
        (f"workspace_id = w-1\ntoken\n{TOKEN}\n", "'key = value': line 2, 3"),
        (f"token = {TOKEN}\n  more\nworkspace_id = w\n", "token spans several lines"),
        (f"token = {TOKEN}\rworkspace_id = w\nworkspace_id = w\n", "token spans several lines"),
        (f'token = "{TOKEN}"\nworkspace_id = w\n', "token is in quotes"),
        (f"token = '{TOKEN}'\nworkspace_id = w\n", "token is in quotes"),
        (f"token = {TOKEN} ; mine\nworkspace_id = w\n", "token is followed by a comment"),
        (f"token = {TOKEN}\nworkspace_id = w # mine\n", "workspace_id is followed by a comment"),
        ("token = \nworkspace_id = w\n", "token is empty"),
        (f"token = {TOKEN}\nworkspace_id = \n", "workspace_id is empty"),
        (f"token = {TOKEN}\0\nworkspace_id = w\n", "token holds a blank, a line break or another control character"),
        (f"token = Bearer {TOKEN}\nworkspace_id = w\n", "without the word 'Bearer'"),
        (f"token = {TOKEN}\nworkspace_id = w\nbase_url = http://api.example", "unencrypted"),
        (f"token = {TOKEN}\nworkspace_id = w\nnode_id = ..", "node_id is '..'"),
        (f"token = {TOKEN}\nworkspace_id = w\n".encode("utf-16"), "not UTF-8"),
        (b"token = \xe9\nworkspace_id = w\n", "not UTF-8"),
    ],
    ids=range(27),
)
def test_an_ini_file_that_cannot_be_used_is_named_with_the_reason(ini, content, words):
    path = ini(content)
    message = refusal_of(Workspace.from_ini_file, path)
    assert message.startswith(f"{path}: ")
    assert words in message


def test_a_missing_file_is_named(tmp_path):
    path = tmp_path / "absent.ini"
    assert refusal_of(Workspace.from_ini_file, path) == f"{path}: cannot be read (No such file or directory)"


def test_a_directory_is_not_a_file(tmp_path):
    assert "cannot be read" in refusal_of(Workspace.from_ini_file, tmp_path)


# Secrecy


@pytest.mark.parametrize("node_id", [None, "n-1"])
def test_the_repr_shows_all_but_the_token(node_id):
    workspace = Workspace("w-1", TOKEN, node_id=node_id)
    shown = ", node_id='n-1'" if node_id else ""
    assert repr(workspace) == str(workspace) == f"Workspace('w-1', token='***', base_url='{DEFAULT_BASE_URL}'{shown})"


def test_nothing_that_lists_attributes_shows_the_token():
    workspace = Workspace("w-1", TOKEN)
    assert not hasattr(workspace, "__dict__")
    shown = [repr(getattr(workspace, name)) for name in dir(workspace) if not name.startswith("__")]
    assert TOKEN not in "".join(shown)
    workspace.close()


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_workspace_is_never_pickled(protocol):
    with pytest.raises(TypeError, match="from_env"):
        pickle.dumps(Workspace("w-1", TOKEN), protocol)


def test_a_copy_of_a_workspace_is_the_workspace():
    workspace = Workspace("w-1", TOKEN)
    assert copy.copy(workspace) is workspace
    assert copy.deepcopy({"workspace": workspace})["workspace"] is workspace


# Use


def test_the_transport_is_made_once_also_by_many_threads():
    workspace = Workspace("w-1", TOKEN)
    together = threading.Barrier(16)

    def use(_number):
        together.wait(10)
        return workspace.transport

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(use, range(16)))) == 1
    workspace.close()


def test_a_workspace_is_a_context_manager_and_usable_after_it():
    with Workspace("w-1", TOKEN) as workspace:
        before = workspace.transport
    assert workspace.transport is not before
    workspace.close()
    workspace.close()


def test_a_workspace_leaves_no_cycle_behind():
    gc.collect()
    workspace = Workspace("w-1", TOKEN)
    _ = workspace.transport
    workspace.close()
    gc.disable()
    try:
        count = sum(isinstance(found, Workspace) for found in gc.get_objects())
        del workspace
        assert sum(isinstance(found, Workspace) for found in gc.get_objects()) == count - 1
    finally:
        gc.enable()


def test_a_session_is_on_the_named_node_or_on_the_default_one():
    with Workspace("w-1", TOKEN, node_id="n-1") as workspace:
        assert workspace.session().node_id == "n-1"
        assert workspace.session("n-2").node_id == "n-2"


def test_a_session_without_any_node_is_refused():
    with pytest.raises(ConfigurationError, match="CONTACTHUB_NODE_ID"):
        Workspace("w-1", TOKEN).session()


def test_an_empty_node_does_not_fall_back_to_the_default():
    with Workspace("w-1", TOKEN, node_id="n-1") as workspace, pytest.raises(ArgumentError):
        workspace.session("")


@pytest.mark.parametrize("retry", [3, True, "x"])
def test_a_retry_policy_of_another_kind_is_refused(retry):
    with pytest.raises(ArgumentError, match="retry must be a RetryPolicy"):
        Workspace("w-1", TOKEN, retry=retry)
