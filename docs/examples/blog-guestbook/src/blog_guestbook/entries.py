"""Everything that is asked of the table and written to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from blogengine.api import Site, delete, func, select, update, utcnow

from .models import Entry

PAGE = "guestbook:page"
"""The key of what shows entries: writing with it makes that stale."""


class Shown(NamedTuple):
    """An entry as templates and commands see it."""

    id: int
    name: str
    text: str
    at: datetime
    approved: bool


COLUMNS = (Entry.id, Entry.name, Entry.text, Entry.at, Entry.approved)


def newest(site: Site, limit: int, *, waiting: bool = False) -> Sequence[Shown]:
    """Return the newest entries that are shown, or those that wait."""
    query = select(*COLUMNS).where(Entry.approved.is_(not waiting))
    rows = site.db.reading().execute(query.order_by(Entry.id.desc()).limit(limit))
    return [Shown(*row) for row in rows]


def count_waiting(site: Site) -> int:
    """Return how many wait for the owner."""
    query = select(func.count()).select_from(Entry).where(Entry.approved.is_(False))
    return site.db.reading().execute(query).scalar_one()


def add(site: Site, name: str, text: str) -> None:
    """Keep an entry until the owner decides."""
    with site.db.write(PAGE) as session:
        session.add(Entry(name=name, text=text, at=utcnow()))


def approve(site: Site, number: int) -> bool:
    """Show an entry; return whether there is one of that number."""
    with site.db.write(PAGE) as session:
        done = session.execute(update(Entry).where(Entry.id == number).values(approved=True))
    return done.rowcount > 0


def remove(site: Site, number: int) -> bool:
    """Delete an entry; return whether there was one of that number."""
    with site.db.write(PAGE) as session:
        done = session.execute(delete(Entry).where(Entry.id == number))
    return done.rowcount > 0
