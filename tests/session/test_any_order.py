"""Whatever is done with a session, in any order: it shows its own writes, sends them all, and undoes nobody else's.

A machine does what programs do with three customers whose index lags: load them in every way, edit them and their
likes, expire, refresh, roll back, let go, commit; somebody else writes to other members meanwhile. Beside it stands a
model of what this session has written, on plain Python values.
"""

from __future__ import annotations

import gc
from typing import Any

import attrs
import pytest
import requests
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contacthub_orm import Customer, Like, load_only
from contacthub_orm.sandbox import ManualClock, Sandbox

pytestmark = pytest.mark.timeout(300)  # making a failure smaller takes many runs

LAG = 30.0
COUNT = 3

numbers = st.integers(0, COUNT - 1)
ways = st.sampled_from(["get", "stub", "held", "query", "part"])
names = st.sampled_from(["Ada", "Bea", "Cleo"])
positions = st.integers(0, 4)


@attrs.define
class Mine:
    """What this session wrote to a customer, or is about to write."""

    name: str | None = "Ada"
    tags: list[str] = attrs.field(factory=lambda: ["a"])
    points: int | None = 1
    likes: dict[str, str] = attrs.field(factory=lambda: {"l1": "Chess", "l2": "Go"})

    def copy(self) -> Mine:
        """Return one that changes by itself."""
        return attrs.evolve(self, tags=list(self.tags), likes=dict(self.likes))


@attrs.define
class Theirs:
    """What somebody else wrote to a customer."""

    name: str | None = None
    jobs: list[str] = attrs.field(factory=list)


class AnyOrder(RuleBasedStateMachine):
    """A session, the model of its writes, and somebody else."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.sandbox = Sandbox(index_delay=LAG, clock=self.clock).start()
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"Bearer {self.sandbox.token}"
        self.session = self.sandbox.session(concurrency=1)
        self.held: dict[int, Customer] = {}
        self.likes: dict[tuple[int, str], Like] = {}
        self.seen: set[int] = set()
        self.made = 0

    def teardown(self) -> None:
        self.session.expunge_all()
        self.session.close()
        self.http.close()
        self.sandbox.close()

    @initialize()
    def begin(self) -> None:
        first = Mine()
        likes = [{"id": ident, "name": name} for ident, name in first.likes.items()]
        body = {
            "nodeId": self.sandbox.node_id,
            "base": {"firstName": first.name, "likes": likes},
            "extended": {"points": first.points},
            "tags": {"manual": first.tags, "auto": []},
        }
        self.ids = [self.call("POST", "", {**body, "externalId": str(n)})["id"] for n in range(COUNT)]
        self.wished = [Mine() for _ in range(COUNT)]
        self.sent = [Mine() for _ in range(COUNT)]
        self.theirs = [Theirs() for _ in range(COUNT)]
        self.clock.advance(2 * LAG)

    def call(self, method: str, below: str, body: Any = None) -> Any:
        url = f"{self.sandbox.url}/workspaces/{self.sandbox.workspace_id}/customers{below}"
        answer = self.http.request(method, url, json=body, timeout=5)
        answer.raise_for_status()
        return answer.json()

    def customer(self, n: int, way: str) -> Customer:
        """Return a customer, loaded in some way; of one that it never saw, a session believes what a late list says."""
        ident = self.ids[n]
        if way == "held" and n in self.held:
            return self.held[n]
        if way in ("query", "part"):
            if len(self.seen) < COUNT:
                self.clock.advance(2 * LAG)
            self.seen = set(range(COUNT))
            query = self.session.query(Customer)
            if way == "part":
                query = query.options(load_only(Customer.base.firstName))
            found = {customer.id: customer for customer in query}[ident]
        elif way == "stub":
            found = self.session.stub(Customer, ident)
        else:
            found = self.session.get_one(Customer, ident)
        if way == "get":
            self.seen.add(n)
        self.held[n] = found
        return found

    # -- edits -----------------------------------------------------------------------------------------------

    @rule(n=numbers, way=ways, name=names)
    def name(self, n: int, way: str, name: str) -> None:
        self.customer(n, way).base.firstName = name
        self.wished[n].name = name

    @rule(n=numbers, way=ways)
    def unname(self, n: int, way: str) -> None:
        self.customer(n, way).base.firstName = None
        self.wished[n].name = None

    @rule(n=numbers, way=ways, tag=st.sampled_from("abc"))
    def tag(self, n: int, way: str, tag: str) -> None:
        self.customer(n, way).tags.manual.append(tag)
        self.wished[n].tags.append(tag)

    @rule(n=numbers, way=ways, position=positions)
    def untag(self, n: int, way: str, position: int) -> None:
        tags = self.wished[n].tags
        if tags:
            position %= len(tags)
            del self.customer(n, way).tags.manual[position]
            del tags[position]

    @rule(n=numbers, way=ways, points=st.none() | st.integers(0, 2))
    def points(self, n: int, way: str, points: int | None) -> None:
        self.customer(n, way).extended.points = points
        self.wished[n].points = points

    # -- children --------------------------------------------------------------------------------------------

    @rule(n=numbers, way=ways, name=names, append=st.booleans())
    def like(self, n: int, way: str, name: str, append: bool) -> None:
        self.made += 1
        like = Like(customer=None if append else self.customer(n, way), id=f"new-{self.made}", name=name)
        if append:
            self.customer(n, way).base.likes.append(like)
        else:
            self.session.add(like)
            self.likes[n, str(like.id)] = like
        self.wished[n].likes[str(like.id)] = name

    @rule(n=numbers, way=ways, position=positions, by=st.sampled_from(["list", "get", "stub", "held"]), name=names)
    def relike(self, n: int, way: str, position: int, by: str, name: str) -> None:
        if (like := self.some_like(n, way, position, by)) is not None:
            like.name = name
            self.wished[n].likes[str(like.id)] = name

    @rule(n=numbers, way=ways, position=positions, by=st.sampled_from(["list", "get", "stub", "held", "pop"]))
    def unlike(self, n: int, way: str, position: int, by: str) -> None:
        if by == "pop":
            if self.wished[n].likes:
                taken = self.customer(n, way).base.likes.pop(position % len(self.wished[n].likes))
                del self.wished[n].likes[str(taken.id)]
        elif (like := self.some_like(n, way, position, by)) is not None:
            self.session.delete(like)
            del self.wished[n].likes[str(like.id)]

    @rule(n=numbers, way=ways, position=positions, name=names)
    def replace_like(self, n: int, way: str, position: int, name: str) -> None:
        likes = self.wished[n].likes
        if likes:
            ident = list(likes)[position % len(likes)]
            self.session.replace(Like(customer=self.customer(n, way), id=ident, name=name))
            likes[ident] = name

    def some_like(self, n: int, way: str, position: int, by: str) -> Like | None:
        idents = list(self.wished[n].likes)
        if not idents:
            return None
        ident = idents[position % len(idents)]
        if by == "held" and (n, ident) in self.likes and self.likes[n, ident] in self.session:
            return self.likes[n, ident]
        if by == "list":
            found = next(like for like in self.customer(n, way).base.likes if like.id == ident)
        elif by == "stub" and ident in self.sent[n].likes:
            found = self.session.stub(Like, (self.ids[n], ident))
        else:
            self.customer(n, way)
            found = self.session.get(Like, (self.ids[n], ident))
        assert found is not None
        self.likes[n, ident] = found
        return found

    # -- going back and on -----------------------------------------------------------------------------------

    @rule()
    def commit(self) -> None:
        report = self.session.commit()
        self.sent = [mine.copy() for mine in self.wished]
        for n, mine in enumerate(self.wished):
            self.compare(mine, self.theirs[n], self.call("GET", f"/{self.ids[n]}"))
        changed = {outcome.path.split("/")[2].partition("?")[0] for outcome in report}
        assert report.requests <= 2 * len(changed)
        assert self.session.commit().requests == 0
        assert self.session.dirty == ()

    @rule()
    def roll_back(self) -> None:
        before = len(self.sandbox.requests)
        self.session.rollback()
        assert len(self.sandbox.requests) == before
        self.wished = [mine.copy() for mine in self.sent]
        assert self.session.dirty == ()

    @rule(n=numbers)
    def expire(self, n: int) -> None:
        before = len(self.sandbox.requests)
        self.session.expire(self.session.stub(Customer, self.ids[n]))
        assert len(self.sandbox.requests) == before
        self.wished[n] = self.sent[n].copy()

    @rule(n=numbers)
    def refresh(self, n: int) -> None:
        self.session.refresh(self.session.stub(Customer, self.ids[n]))
        self.seen.add(n)
        self.wished[n] = self.sent[n].copy()

    @rule(n=numbers)
    def expunge(self, n: int) -> None:
        self.session.expunge(self.session.stub(Customer, self.ids[n]))
        self.held.pop(n, None)
        self.seen.discard(n)
        self.wished[n] = self.sent[n].copy()

    @rule()
    def let_go(self) -> None:
        self.held.clear()
        self.likes.clear()
        gc.collect()

    @rule()
    def wait(self) -> None:
        self.clock.advance(LAG / 2)

    # -- somebody else ---------------------------------------------------------------------------------------

    @rule(n=numbers, name=names)
    def other_edit(self, n: int, name: str) -> None:
        self.call("PATCH", f"/{self.ids[n]}", {"base": {"lastName": name}})
        self.theirs[n].name = name

    @rule(n=numbers)
    def other_job(self, n: int) -> None:
        self.made += 1
        self.call("POST", f"/{self.ids[n]}/jobs", {"id": f"job-{self.made}"})
        self.theirs[n].jobs.append(f"job-{self.made}")

    # -- what has to hold ------------------------------------------------------------------------------------

    @rule(n=numbers, way=ways)
    def look(self, n: int, way: str) -> None:
        customer, mine = self.customer(n, way), self.wished[n]
        assert customer.base.firstName == mine.name
        assert list(customer.tags.manual) == mine.tags
        assert customer.extended.get("points") == mine.points
        assert {like.id: like.name for like in customer.base.likes} == mine.likes

    def compare(self, mine: Mine, theirs: Theirs, document: Any) -> None:
        base = document["base"] or {}
        assert base.get("firstName") == mine.name
        assert document["tags"]["manual"] == mine.tags
        assert (document["extended"] or {}).get("points") == mine.points
        assert {like["id"]: like["name"] for like in base.get("likes") or ()} == mine.likes
        assert base.get("lastName") == theirs.name
        assert [job["id"] for job in base.get("jobs") or ()] == theirs.jobs

    @precondition(lambda self: self.held)
    @invariant()
    def an_id_has_one_object(self) -> None:
        for n, customer in self.held.items():
            assert self.session.stub(Customer, self.ids[n]) is customer


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=15, stateful_step_count=40)
