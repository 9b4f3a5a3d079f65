"""What holds for every test: the requests that the library sends to a sandbox follow the contract."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from contacthub_orm.sandbox.log import LogEntry, RequestLog
from tests.contract.checker import ContractChecker
from tests.contract.schemas import contract_folder
from tests.contract.watch import Watch

# No test depends on how fast the machine is. What else the profile in force says stays, as Hypothesis's own for CI.
settings.register_profile("untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "outside_the_contract(reason): the test makes the library send what the contract does not know, on purpose",
    )


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt, also where the tests run in the background, which makes Python ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def contract_watch() -> Iterator[Watch | None]:
    """Sees every request that any sandbox of the run answers; None when the contract files are not there."""
    folder = contract_folder()
    if folder is None:
        yield None
        return
    watch = Watch(ContractChecker(folder))
    append = RequestLog.append

    def seen(log: RequestLog, entry: LogEntry) -> None:
        watch.see(entry)
        append(log, entry)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RequestLog, "append", seen)
        yield watch


@pytest.fixture(autouse=True)
def _requests_follow_the_contract(request: pytest.FixtureRequest, contract_watch: Watch | None) -> Iterator[None]:
    yield
    if contract_watch is None:
        return
    problems = contract_watch.problems()
    if problems and request.node.get_closest_marker("outside_the_contract") is None:
        pytest.fail("requests outside the contract:\n" + "\n".join(problems), pytrace=False)
