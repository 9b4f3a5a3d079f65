"""Committing many edits against a server with latency: wall time against the least that the latency allows."""

from __future__ import annotations

import math
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.measure import Result
from contacthub_orm import Customer, Workspace

SERVER = """
import sys
from contacthub_orm.sandbox import Sandbox
with Sandbox() as sandbox:
    sandbox.seed(int(sys.argv[1]), seed=1)
    sandbox.configure(latency=float(sys.argv[2]))
    print(sandbox.workspace_id, sandbox.token, sandbox.url, sandbox.node_id, flush=True)
    sys.stdin.read()
"""


@contextmanager
def server(customers: int, latency: float) -> Iterator[tuple[Workspace, str]]:
    """Yield a workspace and node of a sandbox in a process of its own, which ends with the block."""
    command = [sys.executable, "-c", SERVER, str(customers), str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            workspace_id, token, url, node_id = process.stdout.readline().split()
            with Workspace(workspace_id, token, url) as workspace:
                yield workspace, node_id
        finally:
            assert process.stdin is not None
            process.stdin.close()


def run(edits: int = 500, latency: float = 0.025, concurrency: int = 8, rounds: int = 5) -> Iterator[Result]:
    """Yield the wall time of a commit of many edits."""
    walls: list[float] = []
    cpus: list[float] = []
    with (
        server(edits, latency) as (workspace, node_id),
        workspace.session(node_id, concurrency=concurrency) as session,
    ):
        customers = list(session.query(Customer).all())
        for turn in range(rounds):
            for customer in customers:
                customer.base.firstName = f"Turn {turn}"
            wall, cpu = time.perf_counter(), time.process_time()
            report = session.commit()
            walls.append(time.perf_counter() - wall)
            cpus.append(time.process_time() - cpu)
            assert report.requests == edits
    wall, cpu = statistics.median(walls), statistics.median(cpus)
    least = math.ceil(edits / concurrency) * latency
    name = f"commit of {edits} edits, {latency * 1000:.0f} ms, {concurrency} at a time"
    budget = 1.15 * least + 0.1 * cpu
    yield Result(name, wall, "s", f"<= {budget:.2f} s", wall <= budget, "the latency alone", wall / least)
    yield Result("CPU of the client for one of these edits", cpu / edits * 1e3, "ms", "none set", True)
