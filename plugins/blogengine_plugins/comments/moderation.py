"""Deciding about comments: approve, reject, mark as spam, delete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from blogengine.api import (
    NotFound,
    Site,
    current_actor,
    delete,
    func,
    require,
    select,
    update,
    utcnow,
)
from blogengine_plugins.comments.models import APPROVED, REJECTED, SPAM, TRASHED, WAITING, Comment
from blogengine_plugins.comments.sent import Sent
from blogengine_plugins.comments.storing import stale_keys
from blogengine_plugins.comments.text import count_links, render

ACTS = {
    APPROVED: "approved",
    REJECTED: "rejected",
    SPAM: "marked_as_spam",
    TRASHED: "trashed",
    WAITING: "held",
}
"""What deciding for a state is called in the audit trail."""

MODERATE = "comments.moderate"


@dataclass(frozen=True, slots=True)
class Queued:
    """A comment as the owner sees it, with the reader's own text."""

    id: int
    post_id: int
    parent_id: int | None
    state: str
    author: str
    email: str
    website: str
    source: str
    reason: str
    created_at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None


def queue(site: Site, state: str = "", *, limit: int = 100) -> list[Queued]:
    """Return comments in a state (or in any), the newest first."""
    require(MODERATE)
    query = select(*_columns()).order_by(Comment.id.desc()).limit(limit)
    if state:
        query = query.where(Comment.state == state)
    return [Queued(*row) for row in site.db.reading().execute(query)]


def decide(site: Site, ids: Sequence[int], state: str) -> list[Queued]:
    """Give the comments a state and return them as they were; raises NotFound for an unknown id.

    All or none: a mistyped number among several changes nothing.
    """
    require(MODERATE)
    before = _existing(site, ids)
    changing = [item for item in before if item.state != state]
    visible = {item.post_id for item in changing if APPROVED in (state, item.state)}
    with site.db.write(*_keys(visible)) as session:
        decided = {"state": state, "decided_by": current_actor().name, "decided_at": utcnow()}
        changed = [item.id for item in changing]
        session.execute(update(Comment).where(Comment.id.in_(changed)).values(decided))
        for item in changing:
            site.audit.record(
                session,
                ACTS[state],
                subject=f"comments:{item.id}",
                before={"state": item.state},
                after={"state": state},
            )
    for item in changing:
        comment = _as_sent(item)
        site.hooks.comments_on_state_changed(comment=comment, state=state, before=item.state)
    return before


def remove(site: Site, ids: Sequence[int], *, dry_run: bool = False) -> tuple[list[Queued], int]:
    """Delete comments for good; return them, and how many replies move up.

    A reply isn't its parent's property: it moves up to what the deleted comment answered.
    """
    require(MODERATE)
    before = _existing(site, ids)
    doomed = {item.id: item.parent_id for item in before}
    answers = (Comment.parent_id.in_(ids), Comment.id.not_in(ids))
    count = select(func.count()).where(*answers)
    moving = site.db.reading().execute(count).scalar_one()
    if dry_run:
        return before, moving
    with site.db.write(*_keys({item.post_id for item in before})) as session:
        for reply in session.scalars(select(Comment).where(*answers)):
            while reply.parent_id in doomed:
                reply.parent_id = doomed[reply.parent_id]
        session.flush()
        session.execute(delete(Comment).where(Comment.id.in_(ids)))
        for item in before:
            # Neither who wrote it nor what: that is what a deletion is for.
            known = {"state": item.state, "post": item.post_id, "sent": item.created_at}
            site.audit.record(session, "deleted", subject=f"comments:{item.id}", before=known)
    return before, moving


def _as_sent(item: Queued) -> Sent:
    html = render(item.source)
    return Sent(
        id=item.id,
        post_id=item.post_id,
        parent_id=item.parent_id,
        author=item.author,
        email=item.email,
        website=item.website,
        source=item.source,
        html=str(html),
        links=count_links(html),
    )


def _existing(site: Site, ids: Sequence[int]) -> list[Queued]:
    query = select(*_columns()).where(Comment.id.in_(ids)).order_by(Comment.id)
    found = [Queued(*row) for row in site.db.reading().execute(query)]
    missing = sorted(set(ids) - {item.id for item in found})
    if missing:
        raise NotFound(
            f"There is no comment {missing[0]}.",
            code="comment-unknown",
            action="See `blogengine comments list`; nothing was changed.",
        )
    return found


def _columns() -> list[Any]:
    return [getattr(Comment, name) for name in Queued.__dataclass_fields__]


def _keys(posts: set[int]) -> tuple[str, ...]:
    return tuple(key for post_id in sorted(posts) for key in stale_keys(post_id))
