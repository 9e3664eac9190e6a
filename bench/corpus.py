"""Posts in the shape of the sample: 4–11 paragraphs, sub-headings, 1–5 of 200 Zipf tags.

The same number always gives the same post, so that a smaller corpus begins a larger one.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from bench.texts import Texts
from blogengine.values import PostDraft

TAGS = ("Ecommerce", *(f"Topic {number}" for number in range(2, 201)))
"""By how often they are used: the second half as often as the first, and so on."""

ZIPF = tuple(accumulate(1 / rank for rank in range(1, len(TAGS) + 1)))
NEWEST = datetime(2026, 1, 1, 12, tzinfo=UTC)
APART = timedelta(minutes=53)
AUTHOR = "sam"


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of a post."""

    text: str
    heading: bool

    @property
    def source(self) -> str:
        return f"## {self.text}" if self.heading else self.text


@dataclass(frozen=True, slots=True)
class Sketch:
    """A post before it is rendered; `number` 0 is the newest."""

    number: int
    title: str
    pieces: tuple[Piece, ...]
    tags: tuple[str, ...]

    @property
    def published_at(self) -> datetime:
        return NEWEST - self.number * APART

    @property
    def slug(self) -> str:
        return f"post-{self.number}"

    @property
    def source(self) -> str:
        return "\n\n".join(piece.source for piece in self.pieces) + "\n"

    def draft(self) -> PostDraft:
        """Return the post as a writer would save it."""
        return PostDraft(
            title=self.title,
            source=self.source,
            slug=self.slug,
            status="published",
            published_at=self.published_at,
            updated_at=self.published_at,
            authors=(AUTHOR,),
            guid=f"urn:bench:{self.number}",
        ).with_tags(*self.tags)


def sketches(texts: Texts, count: int) -> Iterator[Sketch]:
    """Yield posts, newest first."""
    for number in range(count):
        pick = random.Random(number)
        pieces: list[Piece] = []
        for place, paragraph in enumerate(pick.sample(texts.paragraphs, k=pick.randint(4, 11))):
            if place and pick.random() < 0.4:
                pieces.append(Piece(pick.choice(texts.headings), True))
            pieces.append(Piece(paragraph, False))
        title = pick.choice(texts.titles)
        yield Sketch(number, title, tuple(pieces), _tags(pick))


def _tags(pick: random.Random) -> tuple[str, ...]:
    wanted = pick.randint(1, 5)
    found: dict[str, None] = {}
    while len(found) < wanted:
        found[TAGS[bisect(ZIPF, pick.random() * ZIPF[-1])]] = None
    return tuple(found)
