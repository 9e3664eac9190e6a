"""Links between posts, kept by id: they follow a post to its new address.

What a writer typed stays as it is. Its rendering leads to where the target stands at that time;
when the target moves, the renderings that lead there are changed in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from blogengine import changes
from blogengine.db import db
from blogengine.models import PostRow
from blogengine.queries.linking import posts_at
from blogengine.rendering import Rendering, led_to, own_paths
from blogengine.writing import PostLinkRow


def with_links(made: Rendering, base_url: str) -> Rendering:
    """Return a rendering whose links lead to where their posts stand now."""
    paths = own_paths(made.html, base_url)
    if not paths:
        return made
    places = posts_at(db.reading(), paths)
    now = {path: place.path for path, place in places.items()}
    return replace(
        made,
        html=led_to(made.html, base_url, now.get),
        excerpt_html=led_to(made.excerpt_html, base_url, now.get),
        targets=tuple(sorted({place.post_id for place in places.values()})),
    )


def keep_links(session: Session, post_id: int, targets: Sequence[int]) -> None:
    """Store which posts a text links to, in place of what was stored."""
    session.execute(delete(PostLinkRow).where(PostLinkRow.post_id == post_id))
    there = session.scalars(select(PostRow.id).where(PostRow.id.in_(targets))) if targets else ()
    rows = [{"post_id": post_id, "target_id": target} for target in there if target != post_id]
    if rows:
        session.execute(insert(PostLinkRow), rows)


def lead_links(session: Session, moved: Mapping[int, tuple[str, str]], base_url: str) -> None:
    """Let the renderings that link to moved posts lead to their new paths; `moved` is by id."""
    if not moved:
        return
    now = dict(moved.values())
    linked = select(PostLinkRow.post_id).where(PostLinkRow.target_id.in_(moved))
    query = select(PostRow).where(or_(PostRow.id.in_(linked), PostRow.id.in_(moved)))
    for row in session.scalars(query):
        html = led_to(row.html, base_url, now.get)
        if html != row.html:
            row.html = html
            row.excerpt_html = led_to(row.excerpt_html, base_url, now.get)
            changes.record(session, {f"post:{row.id}"})
