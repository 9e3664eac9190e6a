"""Reading the archives of home, authors and dates; those of terms have their own file."""

from __future__ import annotations

import json
from datetime import date, datetime

from sqlalchemy import Connection, select, union_all

from blogengine.languages import tongue, translator
from blogengine.models import ListingCountRow, SiteStateRow, UserRow
from blogengine.queries.rows import Mapper
from blogengine.state import STATE_ID
from blogengine.values import Archive, Link

_ = translator(__name__)

HOME = ("home", 0)
HOME_COUNT = (
    select(ListingCountRow.posts, ListingCountRow.updated_at, SiteStateRow.pins)
    .join(SiteStateRow, SiteStateRow.id == STATE_ID)
    .where(ListingCountRow.scope == HOME[0], ListingCountRow.scope_id == HOME[1])
)


def home_archive(connection: Connection, title: str) -> Archive:
    """Return the archive of all public posts; it may be empty."""
    row = connection.execute(HOME_COUNT).first()
    count, updated, pins = (row.posts, row.updated_at, row.pins) if row else (0, None, "[]")
    found = tuple(json.loads(pins))
    return Archive("home", title, title, "/", (HOME,), count=count, updated_at=updated, pins=found)


def author_archive(connection: Connection, mapper: Mapper, slug: str) -> Archive | None:
    """Return the archive of an author, or None."""
    row = connection.execute(
        select(UserRow.id, UserRow.slug, UserRow.name).where(UserRow.slug == slug)
    ).first()
    if row is None:
        return None
    author = mapper.author(row)
    scope = ("author", author.id)
    count, updated = _count(connection, scope)
    heading = _("Posts by %(author)s", author=author.name)
    return Archive(
        "author",
        heading,
        author.name,
        author.url,
        (scope,),
        count=count,
        updated_at=updated,
        author=author,
    )


def date_archive(connection: Connection, year: int, month: int = 0, day: int = 0) -> Archive:
    """Return the archive of a year, month or day in the site's time zone; it may be empty."""
    scope = ("year", year)
    if month:
        scope = ("month", year * 100 + month)
    if day:
        scope = ("day", (year * 100 + month) * 100 + day)
    count, updated = _count(connection, scope)
    link = date_link(*scope)
    heading = _("Posts from %(date)s", date=link.title)
    return Archive("date", heading, link.title, link.url, (scope,), count=count, updated_at=updated)


def date_neighbours(connection: Connection, archive: Archive) -> tuple[Link | None, Link | None]:
    """Return the dates with posts before and after one, of its kind: one statement."""
    ((scope, number),) = archive.scopes
    row = ListingCountRow
    there = select(row.scope_id).where(row.scope == scope, row.posts > 0)
    before = there.where(row.scope_id < number).order_by(row.scope_id.desc()).limit(1).subquery()
    after = there.where(row.scope_id > number).order_by(row.scope_id).limit(1).subquery()
    numbers = connection.execute(
        union_all(select(before.c.scope_id), select(after.c.scope_id))
    ).scalars()
    found: list[Link | None] = [None, None]
    for other in numbers:
        found[other > number] = date_link(scope, other)
    return found[0], found[1]


def date_link(scope: str, number: int) -> Link:
    """Return the address and the name of a year, month or day that is written as a number."""
    year, month, day = number, 0, 0
    if scope == "day":
        number, day = divmod(number, 100)
    if scope in ("day", "month"):
        year, month = divmod(number, 100)
    path, name = f"/{year:04d}/", f"{year:04d}"
    if month:
        path, name = f"{path}{month:02d}/", tongue().month(date(year, month, 1))
    if day:
        return Link(f"{path}{day:02d}/", tongue().date(date(year, month, day)))
    return Link(path, name)


def month_archives(connection: Connection, limit: int) -> tuple[Archive, ...]:
    """Return the months that have public posts, newest first."""
    query = select(ListingCountRow).where(
        ListingCountRow.scope == "month", ListingCountRow.posts > 0
    )
    rows = connection.execute(query.order_by(ListingCountRow.scope_id.desc()).limit(limit))
    found = []
    for row in rows:
        link = date_link("month", row.scope_id)
        found.append(
            Archive(
                "date",
                _("Posts from %(date)s", date=link.title),
                link.title,
                link.url,
                (("month", row.scope_id),),
                count=row.posts,
                updated_at=row.updated_at,
            )
        )
    return tuple(found)


def author_archives(connection: Connection, mapper: Mapper, limit: int) -> tuple[Archive, ...]:
    """Return the authors who have public posts, those with most first."""
    query = (
        select(UserRow.id, UserRow.slug, UserRow.name, ListingCountRow.posts)
        .add_columns(ListingCountRow.updated_at)
        .join(ListingCountRow, ListingCountRow.scope_id == UserRow.id)
        .where(ListingCountRow.scope == "author", ListingCountRow.posts > 0)
        .order_by(ListingCountRow.posts.desc(), UserRow.name, UserRow.id)
        .limit(limit)
    )
    found = []
    for row in connection.execute(query):
        author = mapper.author(row)
        found.append(
            Archive(
                "author",
                _("Posts by %(author)s", author=author.name),
                author.name,
                author.url,
                (("author", author.id),),
                count=row.posts,
                updated_at=row.updated_at,
                author=author,
            )
        )
    return tuple(found)


def _count(connection: Connection, scope: tuple[str, int]) -> tuple[int, datetime | None]:
    query = select(ListingCountRow.posts, ListingCountRow.updated_at).where(
        ListingCountRow.scope == scope[0], ListingCountRow.scope_id == scope[1]
    )
    row = connection.execute(query).first()
    return (row.posts, row.updated_at) if row else (0, None)
