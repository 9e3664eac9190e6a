"""The order by hand of a term's posts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from blogengine import audit, changes
from blogengine.db import db
from blogengine.models import ListingRow, TermRow
from blogengine.posts.ranking import rank_terms
from blogengine.queries import tagging
from blogengine.tag_tables import TermPlaceRow
from blogengine.terms.shelf import Row


def arrange(session: Session, term: Row, posts: Sequence[int]) -> None:
    """Give posts of a term their places, from 1; the others follow, the oldest first."""
    carried = set(tagging.arranged_posts(session.connection(), term["id"]))
    order = [post for post in dict.fromkeys(posts) if post in carried]
    session.execute(delete(TermPlaceRow).where(TermPlaceRow.term_id == term["id"]))
    rows = [
        {"term_id": term["id"], "post_id": post, "place": place}
        for place, post in enumerate(order, start=1)
    ]
    if rows:
        session.execute(insert(TermPlaceRow), rows)
    rank_terms(session, [term["id"]])
    subject = f"term:{term['id']}"
    changes.record(session, {subject, *(f"post:{post}" for post in order)})
    audit.record(
        session, "term.arranged", subject=subject, title=term["name"], after={"posts": order}
    )


def put(session: Session, term: Row, post: int, number: int) -> None:
    """Put a post at a number; the others keep their order and make room."""
    before = tagging.arranged_posts(session.connection(), term["id"])
    order = [one for one in before if one != post]
    order.insert(max(0, number - 1), post)
    arrange(session, term, order)


def rank_by_plugins(
    rankings: Mapping[str, Callable[[Sequence[int]], Mapping[int, int] | None]],
    posts: Collection[int] | None,
) -> int:
    """Give the posts of terms that plugins sort their numbers; return how many changed.

    The plugins are asked before anything is written; one that fails leaves its order as it is.
    """
    query = select(TermRow.sort, ListingRow.scope_id, ListingRow.post_id, ListingRow.rank)
    query = query.join(ListingRow, ListingRow.scope_id == TermRow.id)
    query = query.where(ListingRow.scope == "term", TermRow.sort.in_(list(rankings)))
    if posts is not None:
        query = query.where(ListingRow.post_id.in_(posts))
    rows = db.reading().execute(query).fetchall() if rankings else []
    numbers: dict[tuple[str, int], int] = {}
    for sort in {row.sort for row in rows}:
        ids = sorted({row.post_id for row in rows if row.sort == sort})
        for some in tagging.portions(ids):
            counted = rankings[sort](some) or {}
            numbers |= {(sort, post): number for post, number in counted.items()}
    moved = [row for row in rows if numbers.get((row.sort, row.post_id), row.rank) != row.rank]
    if not moved:
        return 0
    db.end_reading()
    with db.write() as session:
        for row in moved:
            here = (ListingRow.scope == "term", ListingRow.scope_id == row.scope_id)
            change = update(ListingRow).where(*here, ListingRow.post_id == row.post_id)
            session.execute(change.values(rank=numbers[row.sort, row.post_id]))
        changes.record(session, {f"term:{row.scope_id}" for row in moved})
    return len(moved)
