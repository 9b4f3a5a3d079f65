"""The `contacthub` command: `demo`, `sandbox` and `ping`."""

from __future__ import annotations

import sys

__all__ = ["main"]

_EXTRA_MODULES = frozenset({"click", "h11"})


def main() -> None:
    """Run the `contacthub` command; without the `cli` extra, say in one line how to get it (exit code 2)."""
    try:
        from contacthub_orm.cli.commands import contacthub
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA_MODULES:
            raise
        print(
            f"contacthub needs the package {error.name}, which is part of an extra. "
            "Install it with: pip install 'contacthub-orm[cli]'",
            file=sys.stderr,
        )
        sys.exit(2)
    contacthub()
