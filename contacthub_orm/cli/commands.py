"""The group that holds the commands; each command has a module of its own."""

from __future__ import annotations

import click

from contacthub_orm._version import __version__
from contacthub_orm.cli.demo import demo
from contacthub_orm.cli.ping import ping
from contacthub_orm.cli.sandbox import sandbox


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="contacthub")
def contacthub() -> None:
    """Query ContactHub customers, edit them in place, commit the minimal set of requests."""


contacthub.add_command(demo)
contacthub.add_command(ping)
contacthub.add_command(sandbox)
