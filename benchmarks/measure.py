"""Measuring: medians of interleaved runs, so that a noisy machine disturbs both sides alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable

import attrs

Clock = Callable[[], float]


@attrs.frozen(slots=True)
class Result:
    """One line of the report.

    `value` is in `unit`; `ratio` compares it with `reference` in the same run; `met` says whether the budget holds.
    """

    name: str
    value: float
    unit: str
    budget: str
    met: bool
    reference: str = ""
    ratio: float | None = None

    def __str__(self) -> str:
        ratio = f"{self.ratio:8.2f} x {self.reference}" if self.ratio is not None else ""
        verdict = "ok  " if self.met else "OVER"
        return f"{verdict} {self.name:<46} {self.value:10.2f} {self.unit:<3} budget {self.budget:<18} {ratio}"


def medians(runs: dict[str, Callable[[], object]], *, number: int, rounds: int = 9) -> dict[str, float]:
    """Return the median CPU seconds of one call of each function; the functions take turns, round by round."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            gc.collect()
            start = time.process_time()
            for _ in range(number):
                run()
            times[name].append((time.process_time() - start) / number)
    return {name: statistics.median(found) for name, found in times.items()}
