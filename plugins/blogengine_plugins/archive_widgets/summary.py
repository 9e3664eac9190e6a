"""The lists, collected when a post changes and kept in one row, so that pages only read it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from blogengine.api import Session, Site, select
from blogengine_plugins.archive_widgets.models import Summary

RECENT, TAGS, MONTHS, AUTHORS = 20, 60, 120, 30
"""The longest lists that are kept."""

ROW = 1
KEY = "archive_widgets"

Entry = Mapping[str, Any]
Lists = Mapping[str, tuple[Entry, ...]]


def read(site: Site) -> Lists:
    """Return the lists, from one row; collected on the spot before any post was saved."""
    query = select(Summary.lists).where(Summary.id == ROW)
    text = site.db.reading().execute(query).scalar()
    return parsed(text if text is not None else collect(site))


@lru_cache(maxsize=4)
def parsed(text: str) -> Lists:
    """Return lists from their JSON; the same text is read once."""
    return {name: tuple(entries) for name, entries in json.loads(text).items()}


def refresh(site: Site, session: Session) -> None:
    """Collect the lists anew inside a write; pages are stale only where something differs.

    In the transaction of the change itself they are never older than the posts.
    """
    lists = collect(site)
    row = session.get(Summary, ROW)
    if row is None:
        session.add(Summary(id=ROW, lists=lists))
    elif row.lists == lists:
        return
    else:
        row.lists = lists
    site.db.touch(session, KEY)


def collect(site: Site) -> str:
    """Read the lists from the archives, as JSON."""
    posts = site.archives.posts(site.archives.home(), limit=RECENT)
    tags = sorted(site.terms.all(), key=lambda term: (-term.count, term.name))[:TAGS]
    lists = {
        "recent": [
            {
                "name": post.display_title,
                "url": post.url,
                "at": post.published_at.isoformat() if post.published_at else "",
            }
            for post in posts
        ],
        "tags": [{"name": tag.name, "url": tag.url, "count": tag.count} for tag in tags],
        "months": [
            {"name": month.name, "url": month.path, "count": month.count}
            for month in site.archives.months(limit=MONTHS)
        ],
        "authors": [
            {"name": author.name, "url": author.path, "count": author.count}
            for author in site.archives.authors(limit=AUTHORS)
        ],
    }
    return json.dumps(lists, ensure_ascii=False, separators=(",", ":"))
