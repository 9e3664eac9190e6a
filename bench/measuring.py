"""CPU time of callables, measured in turn: A B C A B C …, so that all share the bad moments."""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FrameType

ROUNDS = 7
CHUNK_SECONDS = 0.15
WIDEST_SPREAD = 0.15
TRIES = 3

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Series:
    """Seconds of CPU a call took, a value a round."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)

    @property
    def spread(self) -> float:
        """How far the slowest and fastest round lie apart, as a part of the median."""
        return (max(self.rounds) - min(self.rounds)) / self.median

    def over(self, other: Series) -> float:
        """Return the median of the ratios round by round: what slows a round slows both."""
        return statistics.median(a / b for a, b in zip(self.rounds, other.rounds, strict=True))


class Void(Exception):
    """The machine was too restless; there is nothing to report."""


def measure(works: Mapping[str, Work], bare: tuple[str, ...]) -> dict[str, Series]:
    """Measure all; tries again while a bare variant is unsteady, then raises Void."""
    calls = {name: _calls_for(work) for name, work in works.items()}
    restless = ""
    for _ in range(TRIES):
        found = _rounds(works, calls)
        restless = ", ".join(
            f"{name} spread by {found[name].spread:.0%}"
            for name in bare
            if found[name].spread > WIDEST_SPREAD
        )
        if not restless:
            return found
    raise Void(f"void: {restless} in the last of {TRIES} runs, {WIDEST_SPREAD:.0%} is allowed")


def _rounds(works: Mapping[str, Work], calls: Mapping[str, int]) -> dict[str, Series]:
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            gc.collect()
            taken[name].append(_cpu(work, calls[name]) / calls[name])
    return {name: Series(tuple(values)) for name, values in taken.items()}


def _cpu(work: Work, calls: int) -> float:
    turns = range(calls)
    began = time.process_time()
    for _ in turns:
        work()
    return time.process_time() - began


def calls_in(work: Work) -> int:
    """Return how many functions, Python's and C's, one call runs: a figure without any noise."""
    seen = 0

    def count(_frame: FrameType, what: str, _what: object) -> None:
        nonlocal seen
        seen += what in ("call", "c_call")

    work()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return seen


def _calls_for(work: Work) -> int:
    """Return how many calls fill a chunk; warms everything up on the way."""
    calls = 1
    while (taken := _cpu(work, calls)) < CHUNK_SECONDS / 10:
        calls *= 4
    return max(1, round(calls * CHUNK_SECONDS / taken))
