"""Reading archives: one listing, one query path for home, terms, authors and dates."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, or_, select

from blogengine.contributions import Taxonomy
from blogengine.models import (
    ListingCountRow,
    ListingRow,
    PostRow,
    SiteStateRow,
    TermHistoryRow,
    TermRow,
    UserRow,
)
from blogengine.queries.rows import POST_COLUMNS, Mapper, read_labels, term_columns
from blogengine.slugs import sorting_key
from blogengine.state import STATE_ID
from blogengine.tag_tables import TermAliasRow
from blogengine.values import Archive, Post, Term

HOME = ("home", 0)
NEWEST_FIRST = (ListingRow.published_at.desc(), ListingRow.post_id.desc())


def _joined(ids: Select[datetime, int]) -> Select[*tuple[Any, ...]]:
    """Return the statement that reads whole posts for a page of ids."""
    page = ids.subquery()
    return (
        select(*POST_COLUMNS)
        .join(page, page.c.post_id == PostRow.id)
        .order_by(page.c.published_at.desc(), page.c.post_id.desc())
    )


PAGE_OF_ONE = _joined(
    select(ListingRow.published_at, ListingRow.post_id)
    .where(ListingRow.scope == bindparam("scope"), ListingRow.scope_id == bindparam("number"))
    .order_by(*NEWEST_FIRST)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
"""One page of a list that isn't combined; made once, since building it costs more than it."""


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


def term_archive(
    connection: Connection, mapper: Mapper, taxonomy: Taxonomy, slugs: Sequence[str], match: str
) -> Archive | None:
    """Return the archive of one term, or of several by "all" or "any"; None if one is unknown.

    The terms of a combination come back sorted by slug, whatever the order asked for.
    """
    found = _terms(connection, mapper, taxonomy, slugs)
    if len(found) != len(set(slugs)):
        return None
    terms = tuple(term for term, _ in found)
    scopes = tuple(("term", term.id) for term in terms)
    updated = max((moment for _, moment in found if moment is not None), default=None)
    if len(terms) == 1:
        term = terms[0]
        heading = f"{taxonomy.title}: {term.name}"
        return Archive(
            "term",
            heading,
            term.name,
            term.url,
            scopes,
            count=term.count,
            updated_at=updated,
            description=term.description,
            terms=terms,
        )
    joint, sign = (" and ", "+") if match == "all" else (" or ", ",")
    name = joint.join(term.name for term in terms)
    path = f"/{taxonomy.path}/{sign.join(quote(term.slug) for term in terms)}/"
    heading = f"{taxonomy.plural}: {name}"
    archive = Archive("term", heading, name, path, scopes, match, terms=terms, noindex=True)
    count = connection.execute(
        select(func.count()).select_from(_listed(archive).subquery())
    ).scalar_one()
    return Archive(
        "term",
        heading,
        name,
        path,
        scopes,
        match,
        count,
        updated,
        terms=terms,
        noindex=True,
    )


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
    heading = f"Posts by {author.name}"
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
    path = f"/{year:04d}/"
    scope, name = ("year", year), f"{year:04d}"
    if month:
        path += f"{month:02d}/"
        scope, name = ("month", year * 100 + month), f"{date(year, month, 1):%B %Y}"
    if day:
        path += f"{day:02d}/"
        scope, name = ("day", (year * 100 + month) * 100 + day), f"{day} {name}"
    count, updated = _count(connection, scope)
    return Archive(
        "date", f"Posts from {name}", name, path, (scope,), count=count, updated_at=updated
    )


def month_archives(connection: Connection, limit: int) -> tuple[Archive, ...]:
    """Return the months that have public posts, newest first."""
    query = select(ListingCountRow).where(
        ListingCountRow.scope == "month", ListingCountRow.posts > 0
    )
    rows = connection.execute(query.order_by(ListingCountRow.scope_id.desc()).limit(limit))
    found = []
    for row in rows:
        year, month = divmod(row.scope_id, 100)
        name = f"{date(year, month, 1):%B %Y}"
        found.append(
            Archive(
                "date",
                f"Posts from {name}",
                name,
                f"/{year:04d}/{month:02d}/",
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
                f"Posts by {author.name}",
                author.name,
                author.url,
                (("author", author.id),),
                count=row.posts,
                updated_at=row.updated_at,
                author=author,
            )
        )
    return tuple(found)


def archive_posts(
    connection: Connection, mapper: Mapper, archive: Archive, *, limit: int, offset: int = 0
) -> tuple[Post, ...]:
    """Return one page of an archive with whole posts, newest first: two statements.

    Ids are chosen by the listing's index first and joined then; a deep page would otherwise read
    every post it skips.
    """
    if len(archive.scopes) == 1:
        ((scope, number),) = archive.scopes
        given = {"scope": scope, "number": number, "limit": limit, "offset": offset}
        rows = connection.execute(PAGE_OF_ONE, given).fetchall()
    else:
        rows = connection.execute(_joined(_listed(archive).limit(limit).offset(offset))).fetchall()
    labels = read_labels(connection, mapper, [row.id for row in rows])
    return tuple(mapper.post(row, labels, in_list=True) for row in rows)


def home_posts(
    connection: Connection, mapper: Mapper, archive: Archive, *, limit: int, offset: int = 0
) -> tuple[Post, ...]:
    """Return one page of the home page, the pinned posts before all others: two statements.

    Each post stands on exactly one page, so that the numbers of the pages stay what they are.
    """
    if not archive.pins:
        return archive_posts(connection, mapper, archive, limit=limit, offset=offset)
    on_top = archive.pins[offset : offset + limit]
    others = _listed(archive).where(ListingRow.post_id.not_in(archive.pins))
    others = others.limit(limit - len(on_top)).offset(max(0, offset - len(archive.pins)))
    page = others.subquery()
    public = and_(PostRow.status == "published", PostRow.visibility == "public")
    query = select(*POST_COLUMNS).where(
        or_(PostRow.id.in_(select(page.c.post_id)), and_(PostRow.id.in_(on_top), public))
    )
    rows = connection.execute(query).fetchall()
    place = {number: index for index, number in enumerate(on_top)}
    newest = sorted(rows, key=lambda row: (row.published_at, row.id), reverse=True)
    newest.sort(key=lambda row: place.get(row.id, len(place)))
    labels = read_labels(connection, mapper, [row.id for row in newest])
    return tuple(
        replace(mapper.post(row, labels, in_list=True), pinned=row.id in place) for row in newest
    )


def moved_term(connection: Connection, taxonomy: Taxonomy, slug: str) -> str | None:
    """Return today's slug of the term that once had this one, or that differs in case only.

    So has a term another name of which gives this slug.
    """
    found: str | None = None
    for table in (TermHistoryRow, TermAliasRow):
        query = select(TermRow.slug).join(table, table.term_id == TermRow.id)
        query = query.where(table.taxonomy == taxonomy.name, table.slug == slug)
        found = found or connection.execute(query.order_by(TermRow.id).limit(1)).scalar()
    if found is None and slug != slug.lower():
        same = select(TermRow.slug).where(
            TermRow.taxonomy == taxonomy.name, TermRow.slug == slug.lower()
        )
        found = connection.execute(same).scalar()
    return found


def all_terms(connection: Connection, mapper: Mapper, taxonomy: Taxonomy) -> tuple[Term, ...]:
    """Return every term that has a public post, by name."""
    query = _with_counts(select(*term_columns()).where(TermRow.taxonomy == taxonomy.name))
    rows = connection.execute(query.where(ListingCountRow.posts > 0)).fetchall()
    terms = (mapper.term(row, row.posts) for row in rows)
    return tuple(sorted(terms, key=lambda term: (sorting_key(term.name), term.slug)))


def _terms(
    connection: Connection, mapper: Mapper, taxonomy: Taxonomy, slugs: Sequence[str]
) -> list[tuple[Term, datetime | None]]:
    query = select(*term_columns()).where(
        TermRow.taxonomy == taxonomy.name, TermRow.slug.in_(slugs)
    )
    rows = connection.execute(_with_counts(query)).fetchall()
    found = [(mapper.term(row, row.posts or 0), row.updated_at) for row in rows]
    return sorted(found, key=lambda pair: pair[0].slug)


def _with_counts(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    counts = and_(ListingCountRow.scope == "term", ListingCountRow.scope_id == TermRow.id)
    return query.select_from(TermRow).outerjoin(ListingCountRow, counts)


def _count(connection: Connection, scope: tuple[str, int]) -> tuple[int, datetime | None]:
    query = select(ListingCountRow.posts, ListingCountRow.updated_at).where(
        ListingCountRow.scope == scope[0], ListingCountRow.scope_id == scope[1]
    )
    row = connection.execute(query).first()
    return (row.posts, row.updated_at) if row else (0, None)


def _listed(archive: Archive) -> Select[datetime, int]:
    """Return the ids of an archive's posts in reading order, from the listing alone."""
    first, *others = archive.scopes
    place = (ListingRow.published_at, ListingRow.post_id)
    query = select(*place)
    if archive.match == "any" and others:
        numbers = [number for _, number in archive.scopes]
        query = query.where(ListingRow.scope == first[0], ListingRow.scope_id.in_(numbers))
        query = query.distinct()
    else:
        query = query.where(_in_scope(first))
        for scope in others:
            inner = select(ListingRow.post_id).where(_in_scope(scope))
            query = query.where(ListingRow.post_id.in_(inner))
    return query.order_by(*NEWEST_FIRST)


def _in_scope(scope: tuple[str, int]) -> ColumnElement[bool]:
    return and_(ListingRow.scope == scope[0], ListingRow.scope_id == scope[1])
