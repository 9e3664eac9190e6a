"""What sorts a term's archive beside the date, and what stands on top of it.

Both are kept in the listing when something changes: the rank of each post, and the pins that can
be seen now. `wanted_ranks` says what they have to be, so that a doctor can compare.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from blogengine.models import ListingCountRow, ListingRow, PostRow, TermRow
from blogengine.tag_tables import TermPlaceRow
from blogengine.taxonomies import TAG

UPDATED, MANUAL = "updated", "manual"
UNRANKED = ("", "newest", "oldest")

LAST = -(2**40)
"""Where posts begin that nobody gave a place: after all that have one, the oldest first."""

MANY = 400

T = TypeVar("T")


def rank_of(
    sort: str,
    taxonomy: str,
    *,
    place: int | None,
    published_at: datetime,
    updated_at: datetime,
    before: int | None,
) -> int | None:
    """Return what sorts a post in a term's archive, the highest first; None for its date alone.

    Terms of plugins' taxonomies are ranked by place in any case: their plugin may sort by it.
    A rank that a plugin gave stays until it gives another.
    """
    if sort == UPDATED:
        return int(updated_at.timestamp() * 1_000_000)
    if sort == MANUAL or (sort in UNRANKED and taxonomy != TAG.name):
        return LAST - int(published_at.timestamp()) if place is None else -place
    return None if sort in UNRANKED else (before or 0)


def rank_terms(
    session: Session, terms: Collection[int], *, posts: Collection[int] | None = None
) -> None:
    """Give the listed posts of these terms their ranks, and the terms the pins that are there."""
    for some in _portions(terms):
        for row, rank in list(wanted_ranks(session, some, posts)):
            if row.rank != rank:
                here = _key_of(row.scope_id, row.published_at, row.post_id)
                session.execute(update(ListingRow).where(*here).values(rank=rank))
        for number, pins in list(wanted_pins(session, some)):
            counts = (ListingCountRow.scope == "term", ListingCountRow.scope_id == number)
            differs = ListingCountRow.pins != pins
            session.execute(update(ListingCountRow).where(*counts, differs).values(pins=pins))


def wanted_ranks(
    session: Session, terms: Collection[int], posts: Collection[int] | None = None
) -> Iterator[tuple[Any, int | None]]:
    """Yield the listed posts of terms, each with the rank it should have."""
    place = and_(
        TermPlaceRow.term_id == ListingRow.scope_id, TermPlaceRow.post_id == ListingRow.post_id
    )
    query = (
        select(
            ListingRow.scope_id,
            ListingRow.published_at,
            ListingRow.post_id,
            ListingRow.rank,
            TermRow.sort,
            TermRow.taxonomy,
            PostRow.updated_at,
            TermPlaceRow.place,
        )
        .join(TermRow, TermRow.id == ListingRow.scope_id)
        .join(PostRow, PostRow.id == ListingRow.post_id)
        .outerjoin(TermPlaceRow, place)
        .where(ListingRow.scope == "term", ListingRow.scope_id.in_(terms))
    )
    if posts is not None:
        query = query.where(ListingRow.post_id.in_(posts))
    for row in session.execute(query):
        yield (
            row,
            rank_of(
                row.sort,
                row.taxonomy,
                place=row.place,
                published_at=row.published_at,
                updated_at=row.updated_at,
                before=row.rank,
            ),
        )


def wanted_pins(session: Session, terms: Collection[int]) -> Iterator[tuple[int, str]]:
    """Yield terms with the pins of theirs that readers can see, as JSON."""
    query = select(TermRow.id, TermRow.pins).where(TermRow.id.in_(terms))
    for number, text in session.execute(query).all():
        pins = json.loads(text)
        if pins:
            there = select(ListingRow.post_id).where(
                ListingRow.scope == "term",
                ListingRow.scope_id == number,
                ListingRow.post_id.in_(pins),
            )
            shown = set(session.scalars(there))
            pins = [post for post in pins if post in shown]
        yield number, json.dumps(pins)


def _key_of(term: int, published_at: datetime, post: int) -> tuple[Any, ...]:
    return (
        ListingRow.scope == "term",
        ListingRow.scope_id == term,
        ListingRow.published_at == published_at,
        ListingRow.post_id == post,
    )


def _portions(values: Iterable[T]) -> Iterator[list[T]]:
    rest = list(values)
    for start in range(0, len(rest), MANY):
        yield rest[start : start + MANY]
