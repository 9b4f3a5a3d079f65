"""Loading, reading and planning: CPU time, and memory a customer."""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import Iterator

from benchmarks.material import Owner, customer_texts, load, unit_of_work
from benchmarks.measure import Result, medians
from contacthub_orm import Customer, Session, Workspace
from contacthub_orm.mapping.state import changes
from contacthub_orm.unit_of_work.plan import build_plan


def run(count: int = 2_000) -> Iterator[Result]:
    """Yield the results of everything that needs no server."""
    texts = customer_texts(count)
    yield hydrate(texts)
    yield memory(texts)
    yield from reading(texts)
    yield planning(texts)
    yield from clean_commit(10_000, texts)


def hydrate(texts: list[str], page: int = 50) -> Result:
    """Loading pages of customers into a session, beyond parsing them."""
    pages = [texts[start : start + page] for start in range(0, len(texts), page)]
    with Workspace("w", "t", "http://127.0.0.1:9/hub/v1") as workspace, Session(workspace, "n") as session:

        def parse() -> None:
            for texts_of_page in pages:
                [json.loads(text) for text in texts_of_page]

        def parse_and_load() -> None:
            for texts_of_page in pages:
                session.hydrate(Customer, [json.loads(text) for text in texts_of_page], None)
            session.expunge_all()

        found = medians({"parse": parse, "load": parse_and_load}, number=1, rounds=21)
    ratio = found["load"] / found["parse"]
    value = found["load"] / len(texts) * 1e6
    return Result("parse and hydrate a customer", value, "us", "<= 1.15 x parse", ratio <= 1.15, "json.loads", ratio)


def memory(texts: list[str]) -> Result:
    """Bytes that a clean loaded customer takes beyond its parsed document."""
    owner = Owner()
    work = unit_of_work(owner)
    documents = [json.loads(text) for text in texts]
    gc.collect()
    tracemalloc.start()
    customers = [load(work, document) for document in documents]
    taken = tracemalloc.get_traced_memory()[0] / len(customers)
    tracemalloc.stop()
    return Result("memory of a clean customer", taken / 1000, "kB", "<= 0.6 kB", taken <= 600)


def reading(texts: list[str]) -> Iterator[Result]:
    """Reading a nested field, with its views alive and without; finding a mapped customer by id."""
    document = json.loads(texts[0])
    with Workspace("w", "t", "http://127.0.0.1:9/hub/v1") as workspace, Session(workspace, "n") as session:
        (customer,) = session.hydrate(Customer, [document], None)
        identity = document["id"]
        cold = medians({"cold": lambda: customer.base.contacts.email}, number=20_000)["cold"]
        base = customer.base
        contacts = base.contacts
        found = medians(
            {
                "plain": lambda: document["base"]["contacts"]["email"],
                "warm": lambda: customer.base.contacts.email,
                "get": lambda: session.get(Customer, identity),
            },
            number=20_000,
        )
        assert contacts.email == document["base"]["contacts"]["email"]
    plain = found["plain"]
    for name, seconds in (("nested read, warm", found["warm"]), ("identity-map hit by get", found["get"])):
        yield Result(name, seconds * 1e6, "us", "<= 1 us", seconds <= 1e-6, "dict read", seconds / plain)
    yield Result("nested read, making the views", cold * 1e6, "us", "none set", True, "dict read", cold / plain)


def planning(texts: list[str], edited: int = 500) -> Result:
    """Patch and plan for a customer with two changed leaves and a changed list."""
    owner = Owner()
    work = unit_of_work(owner)
    customers = [load(work, json.loads(text)) for text in texts[:edited]]
    for customer in customers:
        customer.base.contacts.email = "new@example.com"
        customer.base.lastName = "New"
        customer.tags.manual.append("benchmark")
    found = medians(
        {
            "parse": lambda: [json.loads(text) for text in texts[:edited]],
            "plan": lambda: build_plan(edited=[(customer, changes(customer)) for customer in customers]),
        },
        number=1,
        rounds=15,
    )
    each = found["plan"] / edited
    return Result(
        "patch and plan a changed customer", each * 1e6, "us", "<= 35 us", each <= 35e-6, "json.loads",
        found["plan"] / found["parse"],
    )  # fmt: skip


def clean_commit(loaded: int, texts: list[str]) -> Iterator[Result]:
    """A commit with nothing to do while many clean customers are loaded."""
    with Workspace("w", "t", "http://127.0.0.1:9/hub/v1") as workspace, Session(workspace, "n") as session:
        documents = [{**json.loads(texts[index % len(texts)]), "id": f"c-{index}"} for index in range(loaded)]
        customers = session.hydrate(Customer, documents, None)
        seconds = medians({"commit": session.commit}, number=2_000)["commit"]
        yield Result(
            f"commit with {len(customers):,} clean customers", seconds * 1e6, "us", "<= 20 us", seconds <= 20e-6
        )
