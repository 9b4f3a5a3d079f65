"""Material: customers as the API sends them, from the sandbox's seeds."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from contacthub_orm import Customer
from contacthub_orm.sandbox import Sandbox
from contacthub_orm.unit_of_work.identity_map import IdentityMap
from contacthub_orm.unit_of_work.unit_of_work import UnitOfWork


def customer_texts(count: int) -> list[str]:
    """Return the JSON texts of some customers, as they stand in a page of the API."""
    with Sandbox() as sandbox:
        sandbox.seed(count, seed=1)
        with sandbox.workspace() as workspace:
            texts: list[str] = []
            for page in range((count + 49) // 50):
                params = {"nodeId": sandbox.node_id, "size": "50", "page": str(page)}
                body = workspace.transport.request("GET", ("customers",), params=params).body
                texts += [json.dumps(element, separators=(",", ":")) for element in body["elements"]]
    return texts


class Owner:
    """Stands for the session that entities belong to."""

    def entity_changing(self, entity: Any) -> None:
        """Nothing to keep alive here."""

    def load_missing(self, entity: Any, path: str) -> None:
        """Everything is loaded."""


def unit_of_work(owner: Owner, warm: int = 100) -> UnitOfWork:
    """Return empty books, as a session has them."""
    from weakref import ref

    return UnitOfWork(ref(owner), IdentityMap(warm))


def load(work: UnitOfWork, document: dict[str, Any]) -> Customer:
    """Make a customer of a document, as a page of a query does."""
    customer = work.load(Customer, document, ("customers", document["id"]))
    assert isinstance(customer, Customer)
    return customer


def scratch_file(name: str) -> Path:
    """Return a path in a new temporary folder."""
    return Path(tempfile.mkdtemp(prefix="contacthub-benchmark-")) / name
