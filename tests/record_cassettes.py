"""Record the cassettes anew from the sandbox: `python -m tests.record_cassettes`, in the root of the repository.

Do it when a workflow was changed, or when the library is meant to send something else than before; then read the diff.
"""

from __future__ import annotations

from tests.cassettes_replay.recorder import CASSETTES, record
from tests.cassettes_replay.workflows import WORKFLOWS


def main() -> None:
    for stale in CASSETTES.glob("*.yaml"):
        stale.unlink()
    for name in WORKFLOWS:
        record(name, CASSETTES)
        print(f"recorded {name}")


if __name__ == "__main__":
    main()
