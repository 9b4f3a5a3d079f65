"""The main job on real input: the purchases of a record shop's customers, one line each.

    python examples/cdnow.py FILE          on a sandbox, nothing else needed
    python examples/cdnow.py --env FILE    on the node that CONTACTHUB_* names; its extended schema needs `purchases`

FILE is the public CDNOW sample of Fader and Hardie (CDNOW_sample.txt, https://www.brucehardie.com/datasets/). A line
has the customer's id in the master file, the id in the sample, the date (yyyymmdd), units and dollars. Every
customer is created with totals in `extended.purchases`, every purchase as a `completedOrder` event of its customer, all
in one commit. The best tenth by money spent is queried and tagged in place, so are those who did something: an order
of 100 dollars or more in the last quarter. At the end the requests sent are compared with the least that do the job.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs

from contacthub_orm import Customer, EntityField, Event, Properties, Session, Workspace, did
from contacthub_orm.errors import ConfigurationError
from contacthub_orm.models.event_properties import CompletedOrder
from contacthub_orm.sandbox import Sandbox
from contacthub_orm.unit_of_work.report import CommitReport

TAG = "best-tenth"
LATE_TAG = "large-late-order"
LARGE = 100  # dollars
QUARTER = 91  # days
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
    if not purchases:
        sys.exit(f"{path} holds no purchases")
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
    """Create one customer for each id and one event for each purchase, in one commit: events after their customer."""
    for master_id, own in purchases.items():
        buyer = Buyer(externalId=master_id, extended={"purchases": totals(own)})
        session.add(buyer)
        session.add_all(order(buyer, f"{master_id}-{number}", purchase) for number, purchase in enumerate(own, 1))
    return session.commit()


def order(buyer: Buyer, order_id: str, purchase: Purchase) -> Event:
    """Return a purchase as the event that it was."""
    return Event(
        customer=buyer,
        type=Event.TYPES.COMPLETED_ORDER,
        context=Event.CONTEXTS.RETAIL,
        date=datetime.combine(purchase.day, datetime.min.time(), UTC),
        properties=CompletedOrder(
            orderId=order_id,
            type="sale",
            amount={"total": float(purchase.dollars)},
            products=[{"quantity": purchase.units}],
        ),
    )


def tag_best_tenth(session: Session, buyers: int) -> CommitReport:
    """Query the tenth of the buyers who spent most, tag them in place and commit."""
    spent = Buyer.extended.purchases.spent
    for buyer in session.query(Buyer).filter(spent.is_not(None)).order_by(spent.desc()).limit(buyers // 10):
        if TAG not in buyer.tags.manual:
            buyer.tags.manual.append(TAG)
    return session.commit()


def late_days(purchases: dict[str, list[Purchase]]) -> tuple[date, date]:
    """Return the first and the last day of the last quarter that has purchases."""
    last = max(purchase.day for own in purchases.values() for purchase in own)
    return last - timedelta(days=QUARTER - 1), last


def late_buyers(purchases: dict[str, list[Purchase]]) -> list[str]:
    """Return who placed a large order late, worked out from the file."""
    first, last = late_days(purchases)
    return [
        master_id
        for master_id, own in purchases.items()
        if any(purchase.dollars >= LARGE and first <= purchase.day <= last for purchase in own)
    ]


def tag_late_buyers(session: Session, days: tuple[date, date]) -> CommitReport:
    """Query the customers by what they did, tag them in place and commit."""
    large = Event.properties["amount"]["total"] >= LARGE
    for buyer in session.query(Buyer).filter(did(Event.TYPES.COMPLETED_ORDER).where(large).between(*days)):
        if LATE_TAG not in buyer.tags.manual:
            buyer.tags.manual.append(LATE_TAG)
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


def minimum(purchases: dict[str, list[Purchase]]) -> Counter[str]:
    """Return the least requests that can do the job: every create, every page of what is queried, every tag."""
    best, late = len(purchases) // 10, len(late_buyers(purchases))
    return Counter(
        {
            "POST": len(purchases) + sum(map(len, purchases.values())),
            "GET": math.ceil(best / PAGE_SIZE) + max(1, math.ceil(late / PAGE_SIZE)),
            "PATCH": best + late,
        }
    )


def run(session: Session, purchases: dict[str, list[Purchase]], *, index_lags: bool) -> list[CommitReport]:
    """Do the job with a session and return the reports of its commits."""
    buyers = len(purchases)
    created = create_buyers(session, purchases)
    print(f"{buyers:,} customers and {sum(map(len, purchases.values())):,} orders created in one commit")
    if index_lags:
        await_index(session, buyers)
    tagged = tag_best_tenth(session, buyers)
    print(f"{len(tagged.done):,} of them, the tenth who spent most, tagged {TAG!r} in one commit")
    late = tag_late_buyers(session, late_days(purchases))
    print(f"{len(late.done):,} with an order of {LARGE} dollars or more in the last quarter tagged {LATE_TAG!r}")
    return [created, tagged, late]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the example; the exit code is 1 when other requests were sent than needed."""
    parser = argparse.ArgumentParser(description="Import purchases, tag customers by what they spent and did.")
    parser.add_argument(
        "file",
        type=Path,
        help="purchases, one a line: id in the master file, id in the sample, date (yyyymmdd), units, dollars; such as "
        "the CDNOW sample of Fader and Hardie, CDNOW_sample.txt from https://www.brucehardie.com/datasets/",
    )
    parser.add_argument("--env", action="store_true", help="use the workspace that CONTACTHUB_* names, not a sandbox")
    options = parser.parse_args(arguments)
    if not options.file.is_file():
        sys.exit(f"{options.file} is no file")
    purchases = read_purchases(options.file)
    least = minimum(purchases)
    started = time.perf_counter()
    if options.env:
        try:
            workspace = Workspace.from_env()
            session = workspace.session()
        except ConfigurationError as error:
            sys.exit(str(error))
        with workspace, session:
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
