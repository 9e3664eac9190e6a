"""Which paragraphs of a post stand in others, too."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, exists, union_all
from sqlalchemy.orm import aliased

from blogengine.api import NotFound, Post, Site, may, select
from blogengine_plugins.duplicates.marks import (
    ALIKE,
    Passage,
    exact_of,
    likeness,
    passages_of,
    words_of,
)
from blogengine_plugins.duplicates.models import Mark
from blogengine_plugins.duplicates.models import Passage as Row

LOOKED_AT = 4
"""Other paragraphs that are read for one of a post; of a standing phrase the oldest are enough."""

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Repeat:
    """A paragraph that stands in another post: by the same words, or (`likeness` < 1) nearly."""

    passage: Passage
    other: Post
    likeness: float

    @property
    def exact(self) -> bool:
        return self.likeness >= 1


def repeats_of(site: Site, post: Post) -> list[Repeat]:
    """Return the repeated paragraphs of a post, each with the oldest other that may be named.

    Others are posts that everybody reads or that who acts may edit.
    """
    known: dict[int, Post | None] = {}
    found: list[Repeat] = []
    for passage in passages_of(str(post.html)):
        for number in _candidates(site.db.reading(), passage, post.id):
            if number not in known:
                known[number] = _readable(site, number)
            other = known[number]
            alike = _likeness(passage, other) if other else 0.0
            if other and alike >= ALIKE:
                found.append(Repeat(passage, other, alike))
                break
        if len(found) == MOST_SHOWN:
            break
    return found


def repeated(site: Site, passages: Mapping[int, Sequence[str]]) -> Mapping[int, Collection[int]]:
    """Return which of these paragraphs stand in other posts, by one statement."""
    mark, other = aliased(Mark), aliased(Mark)
    elsewhere = exists().where(other.mark == mark.mark, other.post_id != mark.post_id)
    query = (
        select(Row.post_id, Row.exact)
        .join(mark, (mark.post_id == Row.post_id) & (mark.number == Row.number))
        .where(Row.post_id.in_([*passages]), elsewhere)
        .distinct()
    )
    marks = {(post, exact) for post, exact in site.db.reading().execute(query)}
    return {
        post: {
            number for number, text in enumerate(texts) if (post, exact_of(words_of(text))) in marks
        }
        for post, texts in passages.items()
    }


def _candidates(connection: Connection, passage: Passage, post_id: int) -> list[int]:
    """Return posts that share a mark, those with the same words first."""
    parts = [
        select(Mark.post_id)
        .where(Mark.mark == mark, Mark.post_id != post_id)
        .order_by(Mark.post_id)
        .limit(LOOKED_AT)
        .subquery()
        for mark in (passage.exact, *passage.bands)
    ]
    query = union_all(*(select(part.c.post_id) for part in parts))
    return list(dict.fromkeys(connection.execute(query).scalars()))[: 2 * LOOKED_AT]


def _readable(site: Site, number: int) -> Post | None:
    try:
        post = site.posts.get(number)
    except NotFound:
        return None
    return post if post.public or may("posts.edit", post) else None


def _likeness(passage: Passage, other: Post) -> float:
    passages = passages_of(str(other.html))
    if any(one.exact == passage.exact for one in passages):
        return 1.0
    mine, bands = passage.shingles, {*passage.bands}
    near = [likeness(mine, one.shingles) for one in passages if bands & {*one.bands}]
    return min(max(near, default=0.0), 0.99)
