"""Session factory: `sessionmaker` makes sessions with fixed options."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Unpack

from contacthub_orm.session import Session
from contacthub_orm.session_options import (
    SessionmakerOptions,
    SessionOptions,
    check_session_options,
    check_workspace,
    node_of,
)
from contacthub_orm.workspace import Workspace


class sessionmaker:
    """A factory of sessions with fixed options.

    Example: `with sessionmaker(workspace, node_id=node_id).begin() as session: ...` commits at the end of the block,
    and sends nothing when the block raises.
    """

    def __init__(self, workspace: Workspace, node_id: str | None = None, **options: Unpack[SessionOptions]) -> None:
        check_workspace(workspace)
        self.workspace = workspace
        self.options: SessionmakerOptions = {}
        self.configure(node_id=node_id, **options)

    def configure(self, **options: Unpack[SessionmakerOptions]) -> None:
        """Change the options of sessions made from now on."""
        check_session_options({name: value for name, value in options.items() if name != "node_id"})
        if options.get("node_id") is not None:
            node_of(self.workspace, options["node_id"])
        self.options.update(options)

    def __call__(self, **options: Unpack[SessionmakerOptions]) -> Session:
        """Return a session with the fixed options, changed by these."""
        chosen: SessionmakerOptions = {**self.options, **options}
        return Session(self.workspace, **chosen)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """Yield a session that is committed at the end of the block, or rolled back when the block raises."""
        with self() as session:
            try:
                yield session
            except BaseException:
                session.rollback()
                raise
            session.commit()
