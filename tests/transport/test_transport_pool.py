"""Connections: kept, shared between threads, grown, never shared between processes."""

from __future__ import annotations

import gc
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest


def test_sequential_requests_use_one_connection(server, transport):
    for _ in range(50):
        transport.request("GET", ["customers"])
    assert (server.connections, len(server.requests)) == (1, 50)


def test_an_error_answer_does_not_cost_the_connection(server, transport, step):
    server.play(step.answer(503, b"<html>"), step.answer(429), step.answer(200, b"", Content_Length="0"))
    transport.request("PATCH", ["customers"])
    transport.request("PATCH", ["customers"])
    assert server.connections == 1


def test_threads_share_the_transport_and_keep_one_connection_each(server, transport, step):
    workers = 32
    transport.ensure_pool(workers)
    together = threading.Barrier(workers)

    def meet(connection, seen):
        together.wait(10)
        step.answer(200, {"id": seen.target.rpartition("/")[2]})(connection, seen)

    def ask(number):
        return transport.request("GET", ["customers", str(number)]).body["id"]

    with ThreadPoolExecutor(workers) as pool:
        for _ in range(3):
            server.play(*[meet] * workers)
            assert list(pool.map(ask, range(workers))) == [str(number) for number in range(workers)]
    assert server.connections == workers


def test_the_pool_grows_and_does_not_shrink(server, transport):
    adapter = transport._adapter
    assert adapter.connections == 10
    transport.ensure_pool(4)
    assert adapter.connections == 10
    transport.ensure_pool(20)
    transport.ensure_pool(12)
    assert adapter.connections == 20
    transport.request("GET", ["customers"])
    pool = adapter.get_connection_with_tls_context(None, True)
    assert pool.pool.maxsize == 20
    assert adapter.max_retries.total == 0


def test_growing_during_a_request_does_not_disturb_it(server, transport, step):
    def grow(connection, seen):
        transport.ensure_pool(30)
        step.answer(200, {"fine": True})(connection, seen)

    transport.request("GET", ["customers"])
    server.play(grow)
    assert transport.request("POST", ["customers"], body={}).body == {"fine": True}
    transport.request("GET", ["customers"])
    assert server.connections == 2


def test_concurrent_growth_ends_at_the_largest(transport):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(transport.ensure_pool, range(1, 41)))
    assert transport._adapter.connections == 40


def test_closing_ends_the_idle_connections_and_a_later_request_opens_a_new_one(server, transport):
    transport.request("GET", ["customers"])
    transport.close()
    server.wait_until_all_closed()
    transport.request("GET", ["customers"])
    assert server.connections == 2


def test_a_dropped_workspace_leaves_no_open_connection(server, make_workspace):
    workspace = make_workspace()
    workspace.transport.request("GET", ["customers"])
    workspace.close()
    del workspace
    gc.collect()
    server.wait_until_all_closed()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_opens_connections_of_its_own(server, transport):
    transport.request("GET", ["parent"])
    child = os.fork()
    if child == 0:
        status = 1
        try:
            transport.request("GET", ["child"])
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    transport.request("GET", ["parent"])
    connections = {seen.target.rpartition("/")[2]: seen.connection for seen in server.requests}
    assert connections == {"parent": 1, "child": 2}
