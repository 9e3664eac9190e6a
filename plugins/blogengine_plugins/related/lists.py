"""The stored lists: computed from the index for the posts that a change concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import CompoundSelect, Connection, literal, union_all
from sqlalchemy.orm import aliased

from blogengine.api import Session, delete, func, insert, select
from blogengine_plugins.related.index import batches
from blogengine_plugins.related.models import NEVER, Choice, Feature, Frequency, Neighbour

LONGEST = 12
"""Entries kept of each list, so that the setting can change without computing anything."""

LEAST_SCORE = 3_000
"""A rare tag, a rare title word, or three rare words of the text; one word in common is chance."""

Entries = list[tuple[int, int]]


def neighbours(connection: Connection, post_id: int) -> list[int]:
    """Return the stored list of a post: what was chosen for it first, then the best."""
    found = select(Neighbour.other_id, Neighbour.score, literal(None).label("place"))
    chosen = select(Choice.other_id, literal(0), Choice.place)
    both: CompoundSelect[Any] = union_all(
        found.where(Neighbour.post_id == post_id), chosen.where(Choice.post_id == post_id)
    )
    rows = connection.execute(both).fetchall()
    places = {row.other_id: int(row.place) for row in rows if row.place is not None}
    always = sorted((place, other) for other, place in places.items() if place != NEVER)
    by_score = sorted(
        ((row.score, row.other_id) for row in rows if row.other_id not in places), reverse=True
    )
    return [other for _, other in (*always, *by_score)]


def write_lists(session: Session, posts: Collection[int]) -> set[int]:
    """Compute the lists of these posts from the index; return the posts whose list differs."""
    changed: set[int] = set()
    for part in batches(sorted(posts)):
        old, new = _stored(session, part), _computed(session, part)
        differing = [number for number in part if old.get(number) != new.get(number)]
        if not differing:
            continue
        session.execute(delete(Neighbour).where(Neighbour.post_id.in_(differing)))
        rows = [
            {"post_id": number, "other_id": other, "score": score}
            for number in differing
            for other, score in new.get(number, ())
        ]
        if rows:
            session.execute(insert(Neighbour), rows)
        changed.update(differing)
    return changed


def _stored(session: Session, posts: Collection[int]) -> dict[int, Entries]:
    found: dict[int, Entries] = defaultdict(list)
    query = select(Neighbour.post_id, Neighbour.other_id, Neighbour.score)
    query = query.where(Neighbour.post_id.in_(posts))
    query = query.order_by(Neighbour.score.desc(), Neighbour.other_id.desc())
    for post_id, other_id, score in session.execute(query):
        found[post_id].append((other_id, score))
    return found


def _computed(session: Session, posts: Collection[int]) -> dict[int, Entries]:
    """Score all posts that share a rare feature, in one statement.

    It reads the posts' own features and the holders of the rare ones among them, nothing else.
    """
    mine, theirs = aliased(Feature), aliased(Feature)
    score = func.sum(Frequency.weight * mine.strength * theirs.strength)
    scored = (
        select(mine.post_id, theirs.post_id.label("other_id"), score.label("score"))
        .join(Frequency, Frequency.feature == mine.feature)
        .join(theirs, theirs.feature == mine.feature)
        .where(mine.post_id.in_(posts), mine.strength > 0, Frequency.weight > 0)
        .where(theirs.post_id != mine.post_id)
        .group_by(mine.post_id, theirs.post_id)
        .having(score >= LEAST_SCORE)
        .subquery()
    )
    place = func.row_number().over(
        partition_by=scored.c.post_id,
        order_by=(scored.c.score.desc(), scored.c.other_id.desc()),
    )
    ranked = select(scored, place.label("place")).subquery()
    query = select(ranked.c.post_id, ranked.c.other_id, ranked.c.score)
    query = query.where(ranked.c.place <= LONGEST).order_by(ranked.c.post_id, ranked.c.place)
    found: dict[int, Entries] = defaultdict(list)
    for post_id, other_id, number in session.execute(query):
        found[post_id].append((other_id, int(number)))
    return found
