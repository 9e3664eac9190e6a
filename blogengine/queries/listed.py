"""The posts of any archive, a page at a time: ids by the listing's indexes first, then the rows.

A deep page would otherwise read every post it skips.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    exists,
    func,
    null,
    or_,
    select,
    union,
)
from sqlalchemy.orm import aliased

from blogengine.models import ListingRow, PostRow
from blogengine.queries.rows import POST_COLUMNS, Mapper, read_labels
from blogengine.values import Archive, Post

MOST_COMBINED = 10_000
"""Newest posts of each term that a combination looks through, so that none costs more."""

NEWEST_FIRST = (ListingRow.published_at.desc(), ListingRow.post_id.desc())
OLDEST_FIRST = (ListingRow.published_at, ListingRow.post_id)
RANKED = (ListingRow.rank.desc(), *NEWEST_FIRST)

NEWEST, OLDEST = "newest", "oldest"

Scope = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """A post of a list by its id, title and address."""

    id: int
    title: str
    url: str


PAGE = select(ListingRow.published_at, ListingRow.post_id).where(
    ListingRow.scope == bindparam("scope"), ListingRow.scope_id == bindparam("number")
)
ONE_PAGE = PAGE.limit(bindparam("limit")).offset(bindparam("offset"))


def _joined(ids: Select[*tuple[Any, ...]], *order: str) -> Select[*tuple[Any, ...]]:
    """Return the statement that reads whole posts for a page of ids."""
    page = ids.subquery()
    query = select(*POST_COLUMNS).join(page, page.c.post_id == PostRow.id)
    if order == (OLDEST,):
        return query.order_by(page.c.published_at, page.c.post_id)
    newest = (page.c.published_at.desc(), page.c.post_id.desc())
    return query.order_by(*((page.c.rank.desc(),) if "rank" in page.c else ()), *newest)


PAGES = {
    NEWEST: _joined(ONE_PAGE.order_by(*NEWEST_FIRST)),
    OLDEST: _joined(ONE_PAGE.order_by(*OLDEST_FIRST), OLDEST),
}
RANKED_PAGE = _joined(
    ONE_PAGE.add_columns(ListingRow.rank).where(ListingRow.rank.is_not(None)).order_by(*RANKED)
)
"""One page of a list that isn't combined; made once, since building it costs more than it."""


def archive_posts(
    connection: Connection, mapper: Mapper, archive: Archive, *, limit: int, offset: int = 0
) -> tuple[Post, ...]:
    """Return one page of an archive with whole posts, in its order: two statements."""
    if plain(archive):
        ((scope, number),) = archive.scopes
        given = {"scope": scope, "number": number, "limit": limit, "offset": offset}
        rows = connection.execute(PAGES.get(archive.order, RANKED_PAGE), given).fetchall()
    else:
        ids = combined(archive, offset + limit).limit(limit).offset(offset)
        rows = connection.execute(_joined(ids)).fetchall()
    labels = read_labels(connection, mapper, [row.id for row in rows])
    return tuple(mapper.post(row, labels, in_list=True) for row in rows)


def archive_links(connection: Connection, archive: Archive, *, limit: int) -> tuple[Entry, ...]:
    """Return the first posts of an archive without their texts: one statement."""
    query = combined(archive, limit)
    if plain(archive):
        query = select(ListingRow.published_at, ListingRow.post_id, ListingRow.rank)
        query = query.where(_in_scope(archive.scopes[0]))
        orders = {NEWEST: NEWEST_FIRST, OLDEST: OLDEST_FIRST}
        query = query.order_by(*orders.get(archive.order, RANKED))
    page = query.limit(limit).subquery()
    rows = connection.execute(
        select(PostRow.id, PostRow.title, PostRow.path, PostRow.published_at, page.c.post_id)
        .add_columns(page.c.rank if "rank" in page.c else null().label("rank"))
        .join(page, page.c.post_id == PostRow.id)
    ).fetchall()
    found = sorted(rows, key=_key(archive.order), reverse=archive.order != OLDEST)
    return tuple(Entry(row.id, row.title or "Untitled", quote(row.path or "")) for row in found)


def pinned_posts(
    connection: Connection, mapper: Mapper, archive: Archive, *, limit: int, offset: int = 0
) -> tuple[Post, ...]:
    """Return one page of an archive, the pinned posts before all others: two statements.

    Each post stands on exactly one page, so that the numbers of the pages stay what they are.
    """
    if not archive.pins or not plain(archive):
        return archive_posts(connection, mapper, archive, limit=limit, offset=offset)
    on_top = archive.pins[offset : offset + limit]
    ((scope, number),) = archive.scopes
    others = select(ListingRow.post_id).where(_in_scope((scope, number)))
    others = others.where(ListingRow.post_id.not_in(archive.pins))
    if archive.order not in PAGES:
        others = others.where(ListingRow.rank.is_not(None)).order_by(*RANKED)
    else:
        others = others.order_by(*(OLDEST_FIRST if archive.order == OLDEST else NEWEST_FIRST))
    others = others.limit(limit - len(on_top)).offset(max(0, offset - len(archive.pins)))
    page = others.subquery()
    public = and_(PostRow.status == "published", PostRow.visibility == "public")
    rank = (
        select(ListingRow.rank)
        .where(_in_scope((scope, number)), ListingRow.published_at == PostRow.published_at)
        .where(ListingRow.post_id == PostRow.id)
        .correlate(PostRow)
        .scalar_subquery()
    )
    query = select(*POST_COLUMNS, rank.label("rank")).where(
        or_(PostRow.id.in_(select(page.c.post_id)), and_(PostRow.id.in_(on_top), public))
    )
    rows = connection.execute(query).fetchall()
    place = {post: index for index, post in enumerate(on_top)}
    sorted_rows = sorted(rows, key=_key(archive.order), reverse=archive.order != OLDEST)
    sorted_rows.sort(key=lambda row: place.get(row.id, len(place)))
    labels = read_labels(connection, mapper, [row.id for row in sorted_rows])
    return tuple(
        replace(mapper.post(row, labels, in_list=True), pinned=row.id in place)
        for row in sorted_rows
    )


def _key(order: str) -> Callable[[Any], tuple[int, datetime, int]]:
    ranked = order not in PAGES
    return lambda row: (row.rank or 0 if ranked else 0, row.published_at, row.id)


def plain(archive: Archive) -> bool:
    """Whether one list is all there is to read."""
    return len(archive.scopes) == 1 and not archive.without


def combined(archive: Archive, most: int = MOST_COMBINED) -> Select[*tuple[Any, ...]]:
    """Return the ids of a combination in reading order, from the listing alone.

    Of "any" no more than the newest `most` of each are needed. Of "all" the smallest list leads:
    its posts are looked up in the others one by one, until the page is full.
    """
    if archive.match == "any" and len(archive.scopes) > 1:
        parts = [_newest_of(scope, archive, min(most, MOST_COMBINED)) for scope in archive.scopes]
        found = union(*(select(part.c.published_at, part.c.post_id) for part in parts)).subquery()
    else:
        first, *others = archive.scopes
        found = _newest_of(first, archive, MOST_COMBINED, others)
    return select(found.c.published_at, found.c.post_id).order_by(
        found.c.published_at.desc(), found.c.post_id.desc()
    )


def count_combined(connection: Connection, archive: Archive) -> int:
    """Return how many posts a combination has, among those it looks through."""
    query = select(func.count()).select_from(combined(archive).order_by(None).subquery())
    return int(connection.execute(query).scalar_one())


def _newest_of(scope: Scope, archive: Archive, most: int, also: Sequence[Scope] = ()) -> Any:
    inner = select(ListingRow.published_at, ListingRow.post_id).where(_in_scope(scope))
    if also or archive.without:
        inner = inner.order_by(*NEWEST_FIRST).limit(MOST_COMBINED)
        page = inner.subquery()
        query = select(page.c.published_at, page.c.post_id)
        query = query.where(*(_there(one, page) for one in also))
        query = query.where(*(~_there(one, page) for one in archive.without))
        newest = (page.c.published_at.desc(), page.c.post_id.desc())
        return query.order_by(*newest).limit(most).subquery()
    return inner.order_by(*NEWEST_FIRST).limit(most).subquery()


def _there(scope: Scope, page: Any) -> ColumnElement[bool]:
    """Whether a post of the page stands in another list too: one look into the key."""
    row = aliased(ListingRow)
    return exists().where(
        row.scope == scope[0],
        row.scope_id == scope[1],
        row.published_at == page.c.published_at,
        row.post_id == page.c.post_id,
    )


def _in_scope(scope: Scope) -> ColumnElement[bool]:
    return and_(ListingRow.scope == scope[0], ListingRow.scope_id == scope[1])
