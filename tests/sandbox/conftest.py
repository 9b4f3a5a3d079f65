import json
import socket

import pytest
import requests

from contacthub_orm.sandbox import ManualClock, Sandbox


@pytest.fixture(scope="session")
def clock():
    """Stands still unless a test moves it; no test depends on where it stands."""
    return ManualClock()


@pytest.fixture(scope="session")
def running_sandbox(clock):
    with Sandbox(clock=clock) as running:
        yield running


@pytest.fixture
def sandbox(running_sandbox):
    running_sandbox.reset()
    return running_sandbox


class Client:
    """Talks to a sandbox without the library, so that the two are not tested against each other."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"Bearer {sandbox.token}"

    def send(self, method, path, body=None, *, workspace_id=None, **options):
        url = f"{self.sandbox.url}/workspaces/{workspace_id or self.sandbox.workspace_id}{path}"
        if body is not None:
            options["json"] = body
        return self.http.request(method, url, **options)

    def post(self, body=None, **content):
        content.setdefault("nodeId", self.sandbox.node_id)
        return self.send("POST", "/customers", content if body is None else body)

    def create(self, **content):
        response = self.post(**content)
        assert response.status_code == 201, response.text
        return response.json()

    def read(self, customer_id):
        response = self.send("GET", f"/customers/{customer_id}")
        assert response.status_code == 200, response.text
        return response.json()

    def patch(self, customer_id, body):
        return self.send("PATCH", f"/customers/{customer_id}", body)

    def patched(self, customer_id, **body):
        response = self.patch(customer_id, body)
        assert response.status_code == 200, response.text
        return response.json()

    def put(self, customer_id, body):
        return self.send("PUT", f"/customers/{customer_id}", body)

    def delete(self, customer_id):
        return self.send("DELETE", f"/customers/{customer_id}")

    def list(self, **parameters):
        parameters.setdefault("nodeId", self.sandbox.node_id)
        return self.send("GET", "/customers", params=parameters)

    def listed(self, **parameters):
        response = self.list(**parameters)
        assert response.status_code == 200, response.text
        return response.json()

    def listed_names(self, **parameters):
        """The externalIds of a list, which tests give customers as names."""
        return [element["externalId"] for element in self.listed(size=50, **parameters)["elements"]]

    def post_event(self, body=None, **content):
        defaults = {"type": "loggedIn", "context": "WEB", "properties": {}}
        return self.send("POST", "/events", {**defaults, **content} if body is None else body)

    def create_event(self, **content):
        """The id of a new event."""
        response = self.post_event(**content)
        assert response.status_code == 202, response.text
        return response.json()["id"]

    def get_event(self, event_id):
        return self.send("GET", f"/events/{event_id}")

    def read_event(self, event_id):
        response = self.get_event(event_id)
        assert response.status_code == 200, response.text
        return response.json()

    def put_event(self, event_id, body):
        return self.send("PUT", f"/events/{event_id}", body)

    def delete_event(self, event_id):
        return self.send("DELETE", f"/events/{event_id}")

    def list_events(self, **parameters):
        return self.send("GET", "/events", params=parameters)

    def listed_events(self, **parameters):
        """The ids in a list of events."""
        response = self.list_events(**{"size": 50, **parameters})
        assert response.status_code == 200, response.text
        return [element["id"] for element in response.json()["elements"]]

    def post_session(self, customer_id, value):
        return self.send("POST", f"/customers/{customer_id}/sessions", {"value": value})

    def link_session(self, customer_id, value):
        """The id of a new link."""
        response = self.post_session(customer_id, value)
        assert response.status_code == 201, response.text
        return response.json()["id"]

    def query(self, query, **parameters):
        return self.list(query=json.dumps(query), **parameters)

    def found(self, attribute, operator, *value):
        """The names of the customers that meet one condition."""
        return self.matching(atomic(attribute, operator, *value))

    def matching(self, condition):
        return self.listed_names(query=json.dumps({"query": simple(condition)}))


def atomic(attribute, operator, *value):
    condition = {"type": "atomic", "attribute": attribute, "operator": operator}
    return {**condition, "value": value[0]} if value else condition


def simple(condition):
    return {"type": "simple", "are": {"condition": condition}}


@pytest.fixture
def connect():
    """Make a client for a sandbox; all are closed after the test."""
    clients = []

    def connect(sandbox):
        clients.append(Client(sandbox))
        return clients[-1]

    yield connect
    for client in clients:
        client.http.close()


@pytest.fixture(scope="session")
def shared_client(running_sandbox):
    client = Client(running_sandbox)
    yield client
    client.http.close()


@pytest.fixture
def client(sandbox, shared_client):
    return shared_client


@pytest.fixture
def problem():
    """Check that a response has the error body of contract 7.1 and give it."""

    def problem(response, status):
        assert response.status_code == status, response.text
        body = response.json()
        assert list(body) == ["message", "logref", "data", "errors"]
        return body

    return problem


@pytest.fixture
def paths(problem):
    """The JSON pointers of the errors in a 400."""

    def paths(response):
        return [error["path"] for error in problem(response, 400)["errors"]]

    return paths


class RawConnection:
    """A TCP connection on which a test says exactly which bytes go out."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self._rest = b""

    def send(self, data):
        self.socket.sendall(data)

    def response(self):
        """Status, headers and body of the next response."""
        while b"\r\n\r\n" not in self._rest:
            self._receive()
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        while len(self._rest) < int(headers.get("content-length", 0)):
            self._receive()
        length = int(headers.get("content-length", 0))
        body, self._rest = self._rest[:length], self._rest[length:]
        return int(status_line.split()[1]), headers, body

    def is_closed(self):
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def _receive(self):
        data = self.socket.recv(65536)
        assert data, "the server closed the connection"
        self._rest += data


@pytest.fixture
def dial(sandbox):
    """Open raw connections to the sandbox."""
    connections = []

    def dial(port=None):
        connections.append(RawConnection(port or sandbox.port))
        return connections[-1]

    yield dial
    for connection in connections:
        connection.socket.close()
