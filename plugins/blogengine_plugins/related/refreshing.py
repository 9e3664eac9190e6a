"""Keeping index and lists equal to what is public now, one transaction at a time.

`follow` reads the post anew instead of trusting the hook's argument: hooks of two processes may
arrive in either order, and the last one must leave the truth behind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from blogengine.api import Post, Session, Site, delete, select
from blogengine_plugins.related.features import Subject, held, subject_of
from blogengine_plugins.related.index import (
    Held,
    is_empty,
    put_blocks,
    put_features,
    shared_blocks,
)
from blogengine_plugins.related.lists import write_lists
from blogengine_plugins.related.models import Feature, Frequency, Neighbour

STARTERS = 50
"""Newest posts taken in when a blog that had posts before is followed for the first time."""

BATCH = 50

Progress = Callable[[int, int], None]


def follow(site: Site, post_id: int) -> None:
    """Bring everything that depends on one post up to date.

    What it costs is bounded by the limits in `features`, not by the number of posts.
    """
    with site.db.write() as session:
        ids = {post_id}
        if is_empty(session):
            ids.update(post.id for post in newest(site, STARTERS))
        tell(site, session, refresh(site, session, ids))


def ask_to_follow(site: Site, ids: Sequence[int]) -> None:
    """Ask for a job that follows these posts, some at a time."""
    with site.db.write() as session:
        for start in range(0, len(ids), BATCH):
            some = list(ids[start : start + BATCH])
            site.jobs.enqueue(session, "related.follow", {"posts": some})


def follow_many(site: Site, payload: Mapping[str, Any]) -> None:
    """Bring everything that depends on these posts up to date."""
    with site.db.write() as session:
        if not is_empty(session):
            tell(site, session, refresh(site, session, {int(post) for post in payload["posts"]}))


def knows(site: Site, post_id: int) -> bool:
    """Whether the index holds anything of a post."""
    query = select(Feature.post_id).where(Feature.post_id == post_id).limit(1)
    return site.db.reading().execute(query).first() is not None


def refresh(site: Site, session: Session, ids: Collection[int]) -> set[int]:
    """Take these posts in as they are now, or out; return the posts whose lists changed."""
    subjects = read_subjects(site, ids)
    blocks = {number: subjects[number].blocks if number in subjects else {} for number in ids}
    also = put_blocks(session, blocks)
    # A post that isn't public any more but still known is left to its own hook.
    concerned = subjects | read_subjects(site, also)
    numbers = {block for subject in concerned.values() for block in subject.blocks}
    shared = shared_blocks(session, numbers)
    wanted: dict[int, Held] = {number: {} for number in ids}
    wanted |= {number: held(subject, shared) for number, subject in concerned.items()}
    return write_lists(session, put_features(session, wanted))


def read_subjects(site: Site, ids: Collection[int]) -> dict[int, Subject]:
    """Read the public posts among these."""
    posts = site.posts.by_ids(sorted(ids))
    return {post.id: subject_of(post) for post in posts if post.kind == "post"}


def newest(site: Site, limit: int, offset: int = 0) -> Sequence[Post]:
    return site.archives.posts(site.archives.home(), limit=limit, offset=offset)


def rebuild(site: Site, progress: Progress) -> int:
    """Forget everything and read all public posts; return how many.

    Lists are filled batch by batch, so the site goes on meanwhile with shorter ones.
    """
    with site.db.write() as session:
        listed = set(session.scalars(select(Neighbour.post_id).distinct()))
        for table in (Neighbour, Frequency, Feature):
            session.execute(delete(table))
        tell(site, session, listed)
    done, total = 0, site.archives.home().count
    while posts := newest(site, BATCH, done):
        with site.db.write() as session:
            tell(site, session, refresh(site, session, {post.id for post in posts}))
        done += len(posts)
        progress(done, max(total, done))
    return done


def tell(site: Site, session: Session, posts: Collection[int]) -> None:
    """Make the pages stale on which these posts' lists stand, within the same write."""
    site.db.touch(session, *(f"related:{number}" for number in posts))
