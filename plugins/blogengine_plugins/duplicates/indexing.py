"""Noting the paragraphs of every post that isn't in the trash, together with its save."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from blogengine.api import Post, Session, Site, delete, insert, select
from blogengine_plugins.duplicates.marks import passages_of
from blogengine_plugins.duplicates.models import Mark, Passage, State

FORMAT = 1
BATCH, OVERLAP = 50, 5
SEEN = "seen"

Progress = Callable[[int, int], None]


def store(session: Session, post: Post) -> None:
    """Note a post's paragraphs if they differ from what is noted."""
    passages = passages_of(str(post.html)) if post.status != "trashed" else []
    query = select(Passage.number, Passage.exact).where(Passage.post_id == post.id)
    noted = {(number, exact) for number, exact in session.execute(query)}
    if noted == {(one.number, one.exact) for one in passages}:
        return
    forget(session, [post.id])
    if not passages:
        return
    rows = [{"post_id": post.id, "number": p.number, "exact": p.exact} for p in passages]
    session.execute(insert(Passage), rows)
    marks = [
        {"mark": mark, "post_id": post.id, "number": one.number}
        for one in passages
        for mark in (one.exact, *one.bands)
    ]
    session.execute(insert(Mark), marks)


def forget(session: Session, ids: Collection[int]) -> None:
    """Take the paragraphs of these posts out."""
    for table in (Mark, Passage):
        session.execute(delete(table).where(table.post_id.in_(ids)))


def catch_up(site: Site, progress: Progress) -> int:
    """Note what differs for all posts; return how many there are."""
    mark = last_switched(site)
    seen: set[int] = set()
    start = 0
    while posts := site.posts.find(limit=BATCH, offset=start):
        full = [site.posts.get(post.id) for post in posts if post.id not in seen]
        with site.db.write() as session:
            for post in full:
                store(session, post)
        seen |= {post.id for post in full}
        start += BATCH - OVERLAP
        progress(len(seen), len(seen) + BATCH)
        if len(posts) < BATCH:
            break
    with site.db.write() as session:
        session.execute(delete(State).where(State.name == SEEN))
        session.execute(insert(State).values(name=SEEN, value=mark))
    return len(seen)


def look(site: Site, _payload: Mapping[str, Any]) -> None:
    """The job: catch up if the plugin was switched since, or marks are made otherwise."""
    query = select(State.value).where(State.name == SEEN)
    if site.db.reading().execute(query).scalar() != last_switched(site):
        catch_up(site, lambda _done, _total: None)


def last_switched(site: Site) -> str:
    """Return what is another text once the plugin has been off."""
    lines = site.audit.find(subject="plugin:duplicates", limit=1)
    return f"{FORMAT} {lines[0].id if lines else 0}"
