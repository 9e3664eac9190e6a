"""The order by hand of a term's posts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from blogengine import audit, changes
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
