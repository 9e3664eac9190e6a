"""Going through all posts: making the index anew, and catching up after the plugin was off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from blogengine.api import Site, delete, insert, select
from blogengine_plugins.search.backends import foreign_backend
from blogengine_plugins.search.documents import FORMAT
from blogengine_plugins.search.indexing import follow, forget_all
from blogengine_plugins.search.models import Document, State

BATCH = 50
OVERLAP = 5
"""Posts that are looked at twice, so that none is missed when others are changed meanwhile."""

SEEN = "seen"

Progress = Callable[[int, int], None]


def rebuild(site: Site, progress: Progress) -> int:
    """Forget the index and make it anew; return how many posts are in it."""
    with site.db.write() as session:
        forget_all(site, session)
    if (elsewhere := foreign_backend(site)) is not None:
        elsewhere.clear(None)
    return catch_up(site, progress)


def catch_up(site: Site, progress: Progress) -> int:
    """Compare the index with all posts and write what differs; return how many are in it."""
    mark = last_switched(site)
    total = site.archives.home().count
    public: set[int] = set()
    for kind in ("post", "page"):
        start = 0
        while posts := site.posts.find(
            statuses=("published",), kind=kind, limit=BATCH, offset=start
        ):
            ids = {post.id for post in posts if post.public}
            with site.db.write() as session:
                follow(site, session, ids)
            public |= ids
            start += BATCH - OVERLAP
            progress(len(public), max(total, len(public)))
            if len(posts) < BATCH:
                break
    stale = [
        number
        for number in site.db.reading().execute(select(Document.post_id)).scalars()
        if number not in public
    ]
    for begin in range(0, len(stale), BATCH):
        with site.db.write() as session:
            follow(site, session, stale[begin : begin + BATCH])
    with site.db.write() as session:
        session.execute(delete(State).where(State.name == SEEN))
        session.execute(insert(State).values(name=SEEN, value=mark))
    return len(public)


def look(site: Site, _payload: Mapping[str, Any]) -> None:
    """The job: catch up if the plugin was switched since, or its words are made otherwise."""
    if not is_current(site):
        catch_up(site, lambda _done, _total: None)


def is_current(site: Site) -> bool:
    """Whether nothing can have been changed that the index wasn't told of."""
    query = select(State.value).where(State.name == SEEN)
    return site.db.reading().execute(query).scalar() == last_switched(site)


def last_switched(site: Site) -> str:
    """Return what is another text once the plugin has been off."""
    lines = site.audit.find(subject="plugin:search", limit=1)
    return f"{FORMAT} {lines[0].id if lines else 0}"
