"""`python -m contacthub_orm.cli` is the `contacthub` command."""

from __future__ import annotations

from contacthub_orm.cli import main

main()
