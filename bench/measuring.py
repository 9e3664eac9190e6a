"""CPU time of callables, measured in turn: A B C A B C …, so that all share the bad moments."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FrameType

ROUNDS = 7
MOST_ROUNDS = 50
CHUNKS = 3
CHUNK_SECONDS = 0.03
NOISE = 0.15
"""A round counts when no bare variant took this much longer in it than in the quietest one."""

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Series:
    """Seconds of CPU a call took, a value a round: that of its fastest chunk.

    A chunk is short enough that some of them run undisturbed by what else the machine does.
    """

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
    """Measure all in rounds until enough of them were quiet; raises Void when too few are.

    Whether a round counts is decided by the bare variants alone, which stand at its beginning and
    its end: what is being measured has no say in it.
    """
    calls = {name: _calls_for(work) for name, work in works.items()}
    rounds: list[dict[str, float]] = []
    quiet: list[dict[str, float]] = []
    while len(rounds) < MOST_ROUNDS and len(quiet) < ROUNDS:
        found: dict[str, float] = {}
        for name in [*works, *bare]:
            took = min(_cpu(works[name], calls[name]) for _ in range(CHUNKS)) / calls[name]
            found[name] = max(took, found.get(name, 0.0))
        rounds.append(found)
        floor = {name: min(one[name] for one in rounds) for name in bare}
        quiet = [one for one in rounds if all(one[n] <= floor[n] * (1 + NOISE) for n in bare)]
    if len(quiet) < ROUNDS:
        raise Void(f"void: {len(quiet)} of {len(rounds)} rounds were quiet, {ROUNDS} are needed")
    return {name: Series(tuple(one[name] for one in quiet)) for name in works}


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


def _cpu(work: Work, calls: int) -> float:
    turns = range(calls)
    began = time.process_time()
    for _ in turns:
        work()
    return time.process_time() - began


def _calls_for(work: Work) -> int:
    """Return how many calls fill a chunk; warms everything up on the way."""
    calls = 1
    while (taken := _cpu(work, calls)) < CHUNK_SECONDS / 4:
        calls *= 4
    return max(1, round(calls * CHUNK_SECONDS / taken))
