"""Reading comments: one statement for a thread, one for the numbers of a whole page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_

from blogengine.api import Markup, Post, Site, SiteSettings, func, select
from blogengine_plugins.comments.models import APPROVED, Comment

COLUMNS = (
    Comment.id,
    Comment.post_id,
    Comment.parent_id,
    Comment.state,
    Comment.author,
    Comment.website,
    Comment.html,
    Comment.created_at,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A comment as readers see it, its time in the site's zone.

    One that isn't `visible` holds the place of a removed comment that has replies; it carries
    nothing of it.
    """

    id: int
    post_id: int
    parent_id: int | None
    author: str
    website: str
    html: Markup
    at: datetime
    visible: bool = True


def thread_of(site: Site, post_id: int) -> list[Shown]:
    """Return the approved comments of a post and the places of removed ones, by id."""
    approved = (Comment.post_id == post_id, Comment.state == APPROVED)
    answered = select(Comment.parent_id).where(*approved, Comment.parent_id.is_not(None))
    query = select(*COLUMNS).where(
        Comment.post_id == post_id, or_(Comment.state == APPROVED, Comment.id.in_(answered))
    )
    rows = site.db.reading().execute(query.order_by(Comment.id))
    zone = _zone(site)
    return [_shown(row, zone) for row in rows]


def newest(site: Site, *, limit: int, post_id: int | None = None) -> list[Shown]:
    """Return approved comments, the newest first: of all posts, whatever their state, or of one."""
    query = select(*COLUMNS).where(Comment.state == APPROVED)
    if post_id is not None:
        query = query.where(Comment.post_id == post_id)
    rows = site.db.reading().execute(
        query.order_by(Comment.created_at.desc(), Comment.id.desc()).limit(limit)
    )
    zone = _zone(site)
    return [_shown(row, zone) for row in rows]


def counts(site: Site, posts: Sequence[Post]) -> Mapping[int, object]:
    """Return how many approved comments each of the public posts has, if any."""
    ids = [post.id for post in posts if post.public]
    return discussed(site, ids) if ids else {}


def discussed(site: Site, ids: Sequence[int]) -> Mapping[int, int]:
    """Return how many approved comments posts have, if any."""
    query = (
        select(Comment.post_id, func.count())
        .where(Comment.post_id.in_(ids), Comment.state == APPROVED)
        .group_by(Comment.post_id)
    )
    return {post_id: number for post_id, number in site.db.reading().execute(query)}


def approved_comment(site: Site, comment_id: int) -> Shown | None:
    """Return a comment that readers can see, as far as its own state goes."""
    query = select(*COLUMNS).where(Comment.id == comment_id, Comment.state == APPROVED)
    row = site.db.reading().execute(query).first()
    return None if row is None else _shown(row, _zone(site))


def sent_comment(site: Site, comment_id: int) -> tuple[Shown, str] | None:
    """Return a comment in whatever state, with the state: for who has just sent it."""
    row = site.db.reading().execute(select(*COLUMNS).where(Comment.id == comment_id)).first()
    if row is None:
        return None
    zone = _zone(site)
    return _shown(row, zone, visible=True), row.state


def _shown(row: Any, zone: ZoneInfo, *, visible: bool = False) -> Shown:
    at = row.created_at.astimezone(zone)
    if row.state != APPROVED and not visible:
        return Shown(row.id, row.post_id, row.parent_id, "", "", Markup(""), at, visible=False)
    return Shown(row.id, row.post_id, row.parent_id, row.author, row.website, Markup(row.html), at)


def _zone(site: Site) -> ZoneInfo:
    return ZoneInfo(site.settings(SiteSettings).timezone)
