"""The main job on real input: the purchases of a record shop's customers, one line each.

    python examples/cdnow.py FILE          on a sandbox, nothing else needed
    python examples/cdnow.py --env FILE    on the node that CONTACTHUB_* names; its extended schema needs `purchases`

A line has the customer's id in the master file, the id in the sample, the date (yyyymmdd), units and dollars. Every
customer is created with totals in `extended.purchases`; the best tenth by money spent is queried and tagged in place;
one commit sends the tags. At the end the requests that were sent are compared with the least that can do the job.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs

from contacthub_orm import Customer, EntityField, Properties, Session, Workspace
from contacthub_orm.sandbox import Sandbox
from contacthub_orm.unit_of_work.report import CommitReport

TAG = "best-tenth"
PAGE_SIZE = 50
INDEX_PATIENCE = 300.0  # seconds; the search index of a real workspace is tens of seconds late


class Purchases(Properties):
    orders = EntityField(int)
    units = EntityField(int)
    spent = EntityField(float)
    first = EntityField(date)
    last = EntityField(date)


class BuyerExtended(Properties):
    purchases = EntityField(Purchases)


class Buyer(Customer):
    extended = EntityField(BuyerExtended)


@attrs.frozen
class Purchase:
    day: date
    units: int
    dollars: Decimal


def read_purchases(path: Path) -> dict[str, list[Purchase]]:
    """Return the purchases of each customer, by id in the master file."""
    purchases = defaultdict(list)
    with path.open(encoding="ascii") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                master_id, _sample_id, day, units, dollars = line.split()
                purchase = Purchase(datetime.strptime(day, "%Y%m%d").date(), int(units), Decimal(dollars))
            except (ValueError, ArithmeticError):
                sys.exit(f"{path}, line {number}: expected master id, sample id, yyyymmdd, units, dollars")
            purchases[master_id].append(purchase)
    return dict(purchases)


def totals(purchases: Sequence[Purchase]) -> dict[str, Any]:
    """Return the totals as the members of `Purchases`."""
    return {
        "orders": len(purchases),
        "units": sum(purchase.units for purchase in purchases),
        "spent": float(sum(purchase.dollars for purchase in purchases)),
        "first": min(purchase.day for purchase in purchases),
        "last": max(purchase.day for purchase in purchases),
    }


def create_buyers(session: Session, purchases: dict[str, list[Purchase]]) -> CommitReport:
    """Create one customer for each id, in one commit."""
    session.add_all(
        Buyer(externalId=master_id, extended={"purchases": totals(own)}) for master_id, own in purchases.items()
    )
    return session.commit()


def tag_best_tenth(session: Session, buyers: int) -> CommitReport:
    """Query the tenth of the buyers who spent most, tag them in place and commit."""
    spent = Buyer.extended.purchases.spent
    for buyer in session.query(Buyer).filter(spent.is_not(None)).order_by(spent.desc()).limit(buyers // 10):
        if TAG not in buyer.tags.manual:
            buyer.tags.manual.append(TAG)
    return session.commit()


def await_index(session: Session, buyers: int) -> None:
    """Wait until queries find what was created."""
    query = session.query(Buyer).filter(Buyer.extended.purchases.spent.is_not(None))
    deadline = time.monotonic() + INDEX_PATIENCE
    while query.count() < buyers:
        if time.monotonic() > deadline:
            sys.exit(f"The index still lacks customers after {INDEX_PATIENCE:.0f} s. Run it again later.")
        time.sleep(5)


def sent_by(reports: Iterable[CommitReport]) -> Counter[str]:
    """Count the requests of commits by verb, repeated ones included."""
    return sum((Counter({entry.method: entry.attempts}) for report in reports for entry in report.done), Counter())


def minimum(buyers: int) -> Counter[str]:
    """Return the least requests that can do the job: every create, every page of the best tenth, every tag."""
    best = buyers // 10
    return Counter({"POST": buyers, "GET": math.ceil(best / PAGE_SIZE), "PATCH": best})


def run(session: Session, purchases: dict[str, list[Purchase]], *, index_lags: bool) -> list[CommitReport]:
    """Do the job with a session and return the reports of its two commits."""
    buyers = len(purchases)
    created = create_buyers(session, purchases)
    print(f"{buyers:,} customers created from {sum(map(len, purchases.values())):,} purchases")
    if index_lags:
        await_index(session, buyers)
    tagged = tag_best_tenth(session, buyers)
    print(f"{len(tagged.done):,} of them, the tenth who spent most, tagged {TAG!r} in one commit")
    return [created, tagged]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the example; the exit code is 1 when other requests were sent than needed."""
    parser = argparse.ArgumentParser(description="Import purchase totals, tag the best tenth of the customers.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--env", action="store_true", help="use the workspace that CONTACTHUB_* names, not a sandbox")
    options = parser.parse_args(arguments)
    purchases = read_purchases(options.file)
    least = minimum(len(purchases))
    started = time.perf_counter()
    if options.env:
        with Workspace.from_env() as workspace, workspace.session(workspace.node_id) as session:
            sent = sent_by(run(session, purchases, index_lags=True))
        del least["GET"]  # the reports of commits count writes only
    else:
        with Sandbox() as sandbox, sandbox.session() as session:
            run(session, purchases, index_lags=False)
            sent = Counter(request.method for request in sandbox.requests)
    print(f"done in {time.perf_counter() - started:.1f} s")
    return compare(sent, least)


def compare(sent: Counter[str], least: Counter[str]) -> int:
    """Print requests sent and needed by verb; return 1 if they differ."""
    for method in sent | least:
        print(f"  {method:<6}{sent[method]:>7,} sent {least[method]:>7,} needed")
    return 0 if sent == least else 1


if __name__ == "__main__":
    sys.exit(main())
