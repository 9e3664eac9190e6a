"""Two texts that grew out of one: what both changed apart is joined, the rest is marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MINE, THEIRS, END = "<<<<<<< yours", "=======", ">>>>>>> saved meanwhile"
MOST_LINES = 4000


@dataclass(frozen=True, slots=True)
class Joined:
    """The joined text; `clashes` counts the places where both changed the same lines."""

    text: str
    clashes: int


def join(ancestor: str, mine: str, theirs: str) -> Joined:
    """Return both changes in one text; where they clash, both stand there between marks."""
    if theirs in (mine, ancestor):
        return Joined(mine, 0)
    if mine == ancestor:
        return Joined(theirs, 0)
    base, ours, others = (text.splitlines(keepends=True) for text in (ancestor, mine, theirs))
    if max(len(base), len(ours), len(others)) > MOST_LINES:
        return Joined("".join(_clash(ours, others)), 1)
    made: list[str] = []
    clashes = 0
    at = (0, 0, 0)
    for block in _kept(base, ours, others):
        start, here, there, length = block
        old, one, two = base[at[0] : start], ours[at[1] : here], others[at[2] : there]
        if two in (one, old):
            made += one
        elif one == old:
            made += two
        else:
            made += _clash(one, two)
            clashes += 1
        made += base[start : start + length]
        at = (start + length, here + length, there + length)
    return Joined("".join(made), clashes)


def _kept(
    base: Sequence[str], ours: Sequence[str], others: Sequence[str]
) -> list[tuple[int, int, int, int]]:
    """Return the runs of lines that all three have: their places and how long they are."""
    mine = _places(base, ours)
    theirs = _places(base, others)
    runs: list[tuple[int, int, int, int]] = []
    for line in range(len(base)):
        if line not in mine or line not in theirs:
            continue
        here, there = mine[line], theirs[line]
        if runs:
            start, first, second, length = runs[-1]
            if (line, here, there) == (start + length, first + length, second + length):
                runs[-1] = (start, first, second, length + 1)
                continue
        runs.append((line, here, there, 1))
    runs.append((len(base), len(ours), len(others), 0))
    return runs


def _places(base: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    matcher = SequenceMatcher(None, base, other, autojunk=False)
    return {
        block.a + offset: block.b + offset
        for block in matcher.get_matching_blocks()
        for offset in range(block.size)
    }


def _clash(mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    return [f"{MINE}\n", *_ended(mine), f"{THEIRS}\n", *_ended(theirs), f"{END}\n"]


def _ended(lines: Sequence[str]) -> list[str]:
    """Give the last line an end, so that the mark behind it stands alone."""
    if lines and not lines[-1].endswith("\n"):
        return [*lines[:-1], lines[-1] + "\n"]
    return list(lines)
