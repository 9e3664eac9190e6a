"""Storing a reader's comment, and what stands against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from blogengine.api import Post, Session, Site, func, select, utcnow
from blogengine_plugins.comments.entry import Entry
from blogengine_plugins.comments.models import APPROVED, WAITING, Comment
from blogengine_plugins.comments.notifying import ask_for_mail
from blogengine_plugins.comments.settings import Settings
from blogengine_plugins.comments.text import count_links
from blogengine_plugins.comments.verdicts import Verdict

WINDOW = timedelta(minutes=10)
MOST_LINKS = 2
"""A comment with more links is held even where comments appear at once."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a sent comment; not `new` when it had been stored before."""

    id: int
    state: str
    new: bool = True


class Gone(Exception):
    """The post, or the comment that is answered, can't be commented on any more."""


class Closed(Exception):
    """The post takes no comments."""


class TooMany(Exception):
    """The sender has written enough for now."""


def takes_comments(post: Post, settings: Settings) -> bool:
    """Whether readers may comment on a post today."""
    if not post.public or post.kind != "post" or not post.comments_open:
        return False
    if not settings.close_after_days or post.published_at is None:
        return True
    return utcnow() < post.published_at + timedelta(days=settings.close_after_days)


def stale_keys(post_id: int) -> tuple[str, str]:
    """Return the keys of pages that show this post's comments or their number."""
    return f"comments:{post_id}", f"post:{post_id}"


def store(
    site: Site,
    post_id: int,
    parent_id: int | None,
    entry: Entry,
    sender: str,
    *,
    verdict: Verdict | None = None,
) -> Stored:
    """Store a checked entry as a comment; the same one sent twice is stored once.

    Raises Gone, Closed or TooMany, and what `site.db.write()` raises; nothing is stored then.
    """
    settings = site.settings(Settings)
    html = entry.html
    state, reason = _state(settings, entry, verdict)
    # A held comment changes no page; naming keys for it would let anybody empty the page cache.
    keys = stale_keys(post_id) if state == APPROVED else ()
    now = utcnow()
    with site.db.write(*keys) as session:
        _check_place(site, session, post_id, parent_id)
        before = _from_sender(session, sender, now)
        this = (post_id, parent_id, entry.author, entry.source)
        for earlier in before:
            if (earlier.post_id, earlier.parent_id, earlier.author, earlier.source) == this:
                return Stored(earlier.id, earlier.state, new=False)
        if len(before) >= settings.most_per_sender:
            raise TooMany
        comment = Comment(
            post_id=post_id,
            parent_id=parent_id,
            state=state,
            author=entry.author,
            email=entry.email,
            website=entry.address,
            source=entry.source,
            html=str(html),
            sender=sender,
            reason=reason,
            created_at=now,
        )
        session.add(comment)
        session.flush()
        if state == WAITING and not entry.trapped and settings.notify:
            ask_for_mail(site, session, comment.id)
        return Stored(comment.id, comment.state)


def _state(settings: Settings, entry: Entry, verdict: Verdict | None) -> Verdict:
    """Return the state of a new comment, and why: of all that stands against it the strictest."""
    said = verdict or (WAITING if settings.moderate else APPROVED, "")
    if said[0] == APPROVED and entry.trapped:
        return WAITING, "A field that people don't see was filled in."
    if said[0] == APPROVED and count_links(entry.html) > MOST_LINKS:
        return WAITING, f"It has more than {MOST_LINKS} links."
    return said


def _check_place(site: Site, session: Session, post_id: int, parent_id: int | None) -> None:
    """Look once more, now that nobody else can change anything: the form may be old."""
    posts = site.posts.by_ids([post_id])
    if not posts:
        raise Gone
    if not takes_comments(posts[0], site.settings(Settings)):
        raise Closed
    if parent_id is not None:
        query = select(func.count()).where(
            Comment.id == parent_id, Comment.post_id == post_id, Comment.state == APPROVED
        )
        if not session.scalar(query):
            raise Gone


def _from_sender(session: Session, sender: str, now: datetime) -> list[Comment]:
    query = select(Comment).where(Comment.sender == sender, Comment.created_at > now - WINDOW)
    return list(session.scalars(query))
