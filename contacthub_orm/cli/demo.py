"""`contacthub demo`: the main job on a sandbox, with the requests that it really took."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator

import click

from contacthub_orm import Customer, Session
from contacthub_orm.cli import traffic
from contacthub_orm.cli.edits import Edit
from contacthub_orm.cli.sample import sample
from contacthub_orm.cli.seconds import Seconds
from contacthub_orm.sandbox import Sandbox

CITIES = ("Milano", "Roma", "Torino")
VIP_POINTS = 800
IDLE_POINTS = 120
NEWCOMERS = 5
PLAN_LINES = 14


@click.command(short_help="Show the main job on a local server.")
@click.option(
    "--latency", type=Seconds(0, 1), default=0.005, show_default=True, metavar="SECONDS",
    help="How long the sandbox waits before each answer.",
)  # fmt: skip
def demo(latency: float) -> None:
    """Import a sample into a local server, query it, edit in place, commit, and count the requests."""
    with Sandbox(latency=latency) as sandbox:
        click.echo(
            f"A local ContactHub server runs at {sandbox.url}; it waits {latency * 1000:.0f} ms before each answer."
        )
        _import(sandbox)
        with sandbox.session() as session:
            customers = _query(sandbox, session)
            edits = _edit(session, customers)
            _show_plan(session)
            _commit(sandbox, session, edits, len(customers))


def _heading(text: str) -> None:
    click.echo(f"\n{text}\n{'-' * len(text)}")


def _import(sandbox: Sandbox) -> None:
    _heading("1. Import the sample")
    started = time.perf_counter()
    with sandbox.session() as session:
        session.add_all(Customer(**document) for document in sample())
        done = len(session.commit().done)
    click.echo(f"session.add_all(...) and commit(): {done} customers created in {time.perf_counter() - started:.2f} s")


def _query(sandbox: Sandbox, session: Session) -> list[Customer]:
    _heading("2. Query, in a new session")
    query = session.query(Customer).filter(Customer.base.address.city.in_(CITIES))
    before = len(sandbox.requests)
    customers = list(query)
    click.echo(f"session.query(Customer).filter(Customer.base.address.city.in_({CITIES}))")
    click.echo(f"{len(customers)} customers loaded with {len(sandbox.requests) - before} GET requests")
    return customers


def _edit(session: Session, customers: Iterable[Customer]) -> Counter[Edit]:
    """Edit as a program would, without a thought for requests; return how often each kind of edit was made."""
    _heading("3. Edit in place")
    edits = Counter(dict.fromkeys(Edit, 0))
    for customer in customers:
        _edit_one(session, customer, edits)
    session.add_all(_newcomers())
    edits[Edit.ADDED] += NEWCOMERS
    for edit, times in edits.items():
        click.echo(f"{times:5}  {edit.label}")
    return edits


def _newcomers() -> Iterator[Customer]:
    for number in range(1, NEWCOMERS + 1):
        contacts = {"email": f"newcomer{number}@example.com"}
        yield Customer(externalId=f"N{number:05d}", base={"contacts": contacts}, tags={"manual": ["welcome"]})


def _edit_one(session: Session, customer: Customer, edits: Counter[Edit]) -> None:
    email, loyalty = customer.base.contacts.email, customer.extended.loyalty
    if email is not None and email != email.lower():
        customer.base.contacts.email = email.lower()
        edits[Edit.LOWERED] += 1
    if loyalty.points >= VIP_POINTS:
        customer.tags.manual.append("vip")
        edits[Edit.TAGGED] += 1
    if loyalty.since < "2023":
        customer.tags.manual.append("long-standing")
        edits[Edit.TAGGED] += 1
    if loyalty.store == "outlet":
        loyalty.store = "online"
        loyalty.store = "outlet"
        edits[Edit.REVERTED] += 1
    if loyalty.points < IDLE_POINTS:
        session.delete(customer)
        edits[Edit.DELETED] += 1


def _show_plan(session: Session) -> None:
    """Show the plan as a prompt does, with reasons and without bodies; the listing of the commit has some bodies."""
    _heading("4. session.plan(): what commit() would send; nothing is sent yet")
    for line in traffic.shortened(repr(session.plan()).splitlines(), PLAN_LINES):
        click.echo(line)


def _commit(sandbox: Sandbox, session: Session, edits: Counter[Edit], loaded: int) -> None:
    _heading("5. session.commit(): the requests that the server received")
    before, started = len(sandbox.requests), time.perf_counter()
    session.commit()
    seconds, sent = time.perf_counter() - started, list(sandbox.requests)[before:]
    for line in traffic.listing(sent):
        click.echo(line)
    after = len(sandbox.requests)
    session.commit()
    click.echo(f"\nA second commit() has nothing to do and sends {len(sandbox.requests) - after} requests.")
    click.echo(f"The node now has {session.query(Customer).count()} customers.")

    _heading("6. The same edits with a client that sends a request per call")
    for line in traffic.comparison(edits, sent):
        click.echo(line)
    made, per_call = sum(edits.values()), traffic.requests_per_call(edits)
    click.echo(
        f"\n{loaded} customers loaded, {made} edits, {len(sent)} requests in {seconds:.2f} s; "
        f"a request per call makes {per_call} requests."
    )
