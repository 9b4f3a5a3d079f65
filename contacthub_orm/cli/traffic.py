"""Text about requests: what a sandbox logged, and what the same edits cost a request-per-call client."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from contacthub_orm.cli.edits import Edit
from contacthub_orm.sandbox import LogEntry

WIDTH = 100
EXAMPLES = 3


def shortened(lines: Sequence[str], limit: int) -> list[str]:
    """Return at most `limit` lines, the last one kept, with a note of how many were left out."""
    cut = [line if len(line) <= WIDTH else line[: WIDTH - 1] + "…" for line in lines]
    if len(cut) <= limit:
        return cut
    return [*cut[: limit - 2], f"  … {len(cut) - limit + 1} more lines …", cut[-1]]


def listing(requests: Sequence[LogEntry]) -> Iterator[str]:
    """Yield the requests by verb: how many, then a few of them, in the order of their paths."""
    by_verb: dict[str, list[LogEntry]] = defaultdict(list)
    for request in sorted(requests, key=attrgetter("path", "content")):
        by_verb[request.method].append(request)
    for verb, group in by_verb.items():
        yield f"{verb}: {len(group)}"
        lines = [f"  {_resource(request.path)}  {_json(request.body)}".rstrip() for request in group[:EXAMPLES]]
        yield from shortened(lines, EXAMPLES)
        if len(group) > EXAMPLES:
            yield f"  … and {len(group) - EXAMPLES} more"


def requests_per_call(edits: Mapping[Edit, int]) -> int:
    """Return how many requests a client sends that sends at every call."""
    return sum(times * len(edit.calls) for edit, times in edits.items())


def comparison(edits: Mapping[Edit, int], requests: Sequence[LogEntry]) -> Iterator[str]:
    """Yield the arithmetic for a request-per-call client as a table, and under it what was really sent."""
    yield f"{'edit':<32}{'times':>6}   {'requests a time':<18}{'requests':>8}"
    for edit, times in edits.items():
        yield f"{edit.label:<32}{times:>6}   {' + '.join(edit.calls):<18}{times * len(edit.calls):>8}"
    yield f"{'a request per call':<59}{requests_per_call(edits):>8}"
    verbs = Counter(request.method for request in requests)
    made_of = ", ".join(f"{count} {verb}" for verb, count in verbs.items())
    yield f"{f'contacthub_orm: {made_of}':<59}{len(requests):>8}"


def _resource(path: str) -> str:
    """Return the path below the workspace with the id cut to its end, which tells version 7 UUIDs apart."""
    collection, slash, customer_id = path[path.index("/customers") :].rpartition("/")
    return f"{collection}{slash}{'…' + customer_id[-12:] if len(customer_id) > 12 else customer_id}"


def _json(body: Any) -> str:
    return "" if body is None else json.dumps(body, ensure_ascii=False)
