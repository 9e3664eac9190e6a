"""What a paragraph is known by: the same words give the same marks, nearly the same share some.

A mark is a number of 64 bits. One stands for all the words of a paragraph; the others are made of
its MinHash, in bands, so that two paragraphs of which four fifths are equal share one nearly always
and two of which a third is equal hardly ever do.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from zlib import crc32

from blogengine.api import fold, text_blocks

SHORTEST = 8
"""Words below which a paragraph is no prose that could be repeated."""

MOST = 60
"""Paragraphs of one post that are looked at; what a save costs follows from it."""

LONGEST = 400
"""Words of one paragraph that count."""

SHINGLE = 3
BANDS, ROWS = 6, 4
ALIKE = 0.6
"""The part of all shingles that two paragraphs must share to be told of."""

WORD = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
"""A character counts as a word where no spaces stand between words."""

_rolled = random.Random(0)
HASHES = tuple((_rolled.getrandbits(61) | 1, _rolled.getrandbits(61)) for _ in range(BANDS * ROWS))
MASK = 2**61 - 1


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph: its number from 1, its text, the mark of its words and those of its bands."""

    number: int
    text: str
    exact: int
    bands: tuple[int, ...]

    @property
    def shingles(self) -> frozenset[int]:
        return shingles_of(words_of(self.text))


def passages_of(html: str) -> list[Passage]:
    """Return the paragraphs of a post that are long enough to matter."""
    found: list[Passage] = []
    seen: set[int] = set()
    for number, line in enumerate(text_blocks(html), start=1):
        words = words_of(line)
        if len(words) < SHORTEST:
            continue
        exact = exact_of(words)
        if exact not in seen:
            seen.add(exact)
            found.append(Passage(number, line, exact, bands_of(words)))
        if len(found) == MOST:
            break
    return found


def words_of(text: str) -> list[str]:
    """Return the words of a paragraph; case, signs and spaces don't count."""
    return WORD.findall(fold(text))[:LONGEST]


def exact_of(words: Sequence[str]) -> int:
    """Return the mark that only the same words have."""
    return _mark(" ".join(words).encode("utf-8", "surrogatepass"))


def shingles_of(words: Sequence[str]) -> frozenset[int]:
    """Return numbers of all runs of a few words."""
    runs = (" ".join(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1)))
    return frozenset(crc32(run.encode("utf-8", "surrogatepass")) for run in runs)


def bands_of(words: Sequence[str]) -> tuple[int, ...]:
    """Return the marks that paragraphs of nearly the same words share."""
    shingles = [*shingles_of(words)]
    least = [min([(a * one + b) & MASK for one in shingles]) for a, b in HASHES]
    return tuple(
        _mark(f"{band} {least[band * ROWS : (band + 1) * ROWS]}".encode()) for band in range(BANDS)
    )


def likeness(one: frozenset[int], other: frozenset[int]) -> float:
    """Return the part of all shingles that both have."""
    return len(one & other) / (len(one | other) or 1)


def _mark(said: bytes) -> int:
    return int.from_bytes(blake2b(said, digest_size=8).digest(), "big", signed=True)
