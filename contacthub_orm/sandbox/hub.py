"""What every endpoint needs: the store, the settings, the time, and who is asking."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any

from contacthub_orm.sandbox import problems
from contacthub_orm.sandbox.attributes import Catalog
from contacthub_orm.sandbox.clock import Clock, milliseconds
from contacthub_orm.sandbox.document import match_key
from contacthub_orm.sandbox.event_rules import EventRules
from contacthub_orm.sandbox.profile import Profile
from contacthub_orm.sandbox.rules import Rules
from contacthub_orm.sandbox.settings import Settings
from contacthub_orm.sandbox.store import Store
from contacthub_orm.sandbox.wire import decode, encode


class Hub:
    """One workspace with its data and its rules.

    Args:
        store: where the customers are.
        settings: policies and knobs.
        workspace_id: the only workspace there is.
        token: the only token there is.
        source_id: the source that the token belongs to.
        clock: gives the time.
        ids: makes ids.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        workspace_id: str,
        token: str,
        source_id: str,
        clock: Clock,
        ids: Callable[[], str],
    ) -> None:
        self.store = store
        self.workspace_id = workspace_id
        self.source_id = source_id
        self.clock = clock
        self.ids = ids
        self.root_url = ""
        self.profile = Profile()
        self._authorization = f"Bearer {token}".encode()
        self.configure(settings)

    def configure(self, settings: Settings) -> None:
        """Take new settings into use; customers get their matching keys anew, since the policy may have changed."""
        with self.store.lock:  # nobody writes by the old settings between the reading of the keys and their writing
            self.settings = settings
            self.catalog = Catalog(settings.extended_schema)
            self.rules = Rules(settings.extended_schema)
            self.event_rules = EventRules(settings.event_types, settings.event_contexts)
            policy = encode([settings.matching, settings.case_sensitive])
            if policy != self.store.key_policy():
                documents = [decode(text) for text in self.store.documents()]
                self.store.set_keys([(self.key_of(document), document["id"]) for document in documents], policy)

    def key_of(self, document: dict[str, Any]) -> str | None:
        """The key by which duplicates of `document` are found."""
        settings = self.settings
        return match_key(document, settings.matching, case_sensitive=settings.case_sensitive)

    def authenticate(self, authorization: str | None) -> None:
        """Refuse requests without the right token."""
        given = (authorization or "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._authorization):
            raise problems.unauthorized()

    def require_node(self, node_id: str) -> None:
        """Refuse nodes that the workspace does not have."""
        if node_id not in self.store.nodes():
            raise problems.node_not_found(node_id)

    def milliseconds(self) -> int:
        """The time in milliseconds since 1970."""
        return milliseconds(self.clock)

    def customer_url(self, customer_id: str) -> str:
        """Where a customer is."""
        return f"{self.root_url}/workspaces/{self.workspace_id}/customers/{customer_id}"
