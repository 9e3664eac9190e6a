"""A comment as other plugins get it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from blogengine.api import Site, func, select, utcnow
from blogengine_plugins.comments.entry import Entry
from blogengine_plugins.comments.models import Comment
from blogengine_plugins.comments.text import count_links

TODAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sent:
    """A comment: `id` is 0 before it is stored, `html` its rendering, `links` their number.

    Known only while it is sent: `trapped`, `repeats`, and `seconds` since the form was opened.
    """

    id: int
    post_id: int
    parent_id: int | None
    author: str
    email: str
    website: str
    source: str
    html: str
    links: int
    trapped: bool = False
    repeats: int = 0
    seconds: float | None = None


def sent(
    site: Site,
    post_id: int,
    parent_id: int | None,
    entry: Entry,
    sender: str,
    *,
    seconds: float | None,
) -> Sent:
    """Return an entry that is about to be stored."""
    same = (Comment.sender == sender, Comment.created_at > utcnow() - TODAY)
    query = select(func.count()).where(*same, Comment.source == entry.source)
    html = entry.html
    return Sent(
        id=0,
        post_id=post_id,
        parent_id=parent_id,
        author=entry.author,
        email=entry.email,
        website=entry.address,
        source=entry.source,
        html=str(html),
        links=count_links(html),
        trapped=entry.trapped,
        repeats=site.db.reading().execute(query).scalar_one() if sender else 0,
        seconds=seconds,
    )
