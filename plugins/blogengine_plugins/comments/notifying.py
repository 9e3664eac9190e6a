"""Mails about comments that wait: one for all of ten minutes, whatever flood comes in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from blogengine.api import Post, Session, Site, select, utcnow
from blogengine_plugins.comments.models import WAITING, Comment
from blogengine_plugins.comments.settings import Settings

TOGETHER = timedelta(minutes=10)
MOST_SHOWN = 10
MOST_LINES = 12
LONGEST_LINE = 400


@dataclass(frozen=True, slots=True)
class Told:
    """A comment as a mail shows it: the beginning of the reader's own text."""

    id: int
    author: str
    title: str
    url: str
    lines: tuple[str, ...]


def ask_for_mail(site: Site, session: Session, comment_id: int) -> None:
    """Ask for a mail about this comment and those that follow it within ten minutes."""
    site.jobs.enqueue(
        session,
        "comments.notify",
        {"first": comment_id},
        not_before=utcnow() + TOGETHER,
        key="waiting",
    )


def notify(site: Site, payload: Mapping[str, Any]) -> None:
    """Write one mail to each person about the comments that still wait, from `first` on."""
    comments = _waiting(site, int(payload["first"]))
    posts = {post.id: post for post in site.posts.by_ids([row.post_id for row in comments])}
    letters = {}
    if site.settings(Settings).notify:
        for address, numbers in _readers(site, posts).items():
            theirs = [row for row in comments if row.post_id in numbers]
            letters[address] = site.mail.compose(
                "comments/mail/waiting.txt",
                count=len(theirs),
                shown=[_told(row, posts[row.post_id]) for row in theirs[:MOST_SHOWN]],
            )
    with site.db.write() as session:
        for address, letter in letters.items():
            site.mail.send(
                session,
                to=address,
                subject=letter.subject,
                text=letter.text,
                html=letter.html,
            )
        site.jobs.finish(session)


def _waiting(site: Site, first: int) -> Sequence[Any]:
    query = (
        select(Comment.id, Comment.post_id, Comment.author, Comment.source)
        .where(Comment.id >= first, Comment.state == WAITING)
        .order_by(Comment.id.desc())
    )
    return site.db.reading().execute(query).all()


def _readers(site: Site, posts: Mapping[int, Post]) -> dict[str, set[int]]:
    """Return who is told of the comments on which posts: owners of all, authors of their own."""
    found = {address: set(posts) for address in site.users.mail_addresses(role="owner") if posts}
    for post in posts.values():
        for address in site.users.mail_addresses(ids=[author.id for author in post.authors]):
            found.setdefault(address, set()).add(post.id)
    return found


def _told(row: Any, post: Post) -> Told:
    lines = [line[:LONGEST_LINE] for line in row.source.splitlines()]
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], "…"]
    return Told(row.id, row.author, post.display_title, post.url, tuple(lines))
