"""Two texts side by side: which lines differ, and which words within them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, ADDED, REMOVED, CHANGED, SKIPPED = "same", "added", "removed", "changed", "skipped"
AROUND = 2
"""Equal lines that are shown around a difference."""

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
MOST_LINES = 4000
LONGEST_LINE = 4000
"""Beyond these a difference is told by whole lines or texts: comparing words would take long."""

SIMILAR = 0.35
"""Lines that have less in common are shown as one that went and one that came."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a line, of kind same, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a comparison: same, added, removed, changed, or `count` equal ones skipped."""

    kind: str
    pieces: tuple[Piece, ...] = ()
    count: int = 0


def differences(before: str, after: str) -> tuple[Line, ...]:
    """Return what leads from one text to the other; empty when they are equal."""
    if before == after:
        return ()
    old, new = before.splitlines(), after.splitlines()
    if max(len(old), len(new)) > MOST_LINES:
        return (*_whole(REMOVED, old[:MOST_LINES]), *_whole(ADDED, new[:MOST_LINES]))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    found: list[Line] = []
    steps = matcher.get_opcodes()
    for index, (step, a, b, c, d) in enumerate(steps):
        if step == "equal":
            found += _context(old[a:b], first=index == 0, last=index == len(steps) - 1)
        else:
            found += _replaced(old[a:b], new[c:d])
    return tuple(found)


def _context(lines: Sequence[str], *, first: bool, last: bool) -> Iterator[Line]:
    head = 0 if first else AROUND
    tail = 0 if last else AROUND
    if len(lines) <= head + tail + 1:
        yield from _whole(SAME, lines)
        return
    yield from _whole(SAME, lines[:head])
    yield Line(SKIPPED, count=len(lines) - head - tail)
    yield from _whole(SAME, lines[len(lines) - tail :])


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Pair lines in their order where they are alike; the others went or came."""
    pairs = min(len(old), len(new))
    for one, other in zip(old[:pairs], new[:pairs], strict=True):
        pieces = _words(one, other)
        if pieces:
            yield Line(CHANGED, pieces)
        else:
            yield from _whole(REMOVED, [one])
            yield from _whole(ADDED, [other])
    yield from _whole(REMOVED, old[pairs:])
    yield from _whole(ADDED, new[pairs:])


def _words(one: str, other: str) -> tuple[Piece, ...]:
    """Return a changed line word by word; empty for lines that have too little in common."""
    if max(len(one), len(other)) > LONGEST_LINE:
        return ()
    old, new = WORDS.findall(one), WORDS.findall(other)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < SIMILAR:
        return ()
    pieces = []
    for step, a, b, c, d in matcher.get_opcodes():
        if step == "equal":
            pieces.append(Piece(SAME, "".join(old[a:b])))
            continue
        for kind, words in ((REMOVED, old[a:b]), (ADDED, new[c:d])):
            if words:
                pieces.append(Piece(kind, "".join(words)))
    return tuple(pieces)


def _whole(kind: str, lines: Sequence[str]) -> Iterator[Line]:
    for line in lines:
        yield Line(kind, (Piece(kind, line),))
