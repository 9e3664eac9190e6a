"""Archives of terms: one, several combined, and what else is asked about terms as readers see them.

A combination is written `a+b` (in both), `a,b` (in either), `a+-b` (in the first, not the second).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote

from sqlalchemy import Connection, Select, and_, func, select

from blogengine.languages import translator
from blogengine.models import (
    ListingCountRow,
    ListingRow,
    PostTermRow,
    TermHistoryRow,
    TermRow,
)
from blogengine.queries.listed import count_combined
from blogengine.queries.rows import Mapper, term_columns
from blogengine.slugs import sorting_key
from blogengine.tag_tables import TermAliasRow
from blogengine.taxonomies import Taxonomy
from blogengine.values import Archive, Link, Term

_ = translator(__name__)

MOST_TOGETHER = 200
"""Newest posts of an archive that say which terms often stand together with its own."""

MOST_BELOW = 100
"""Entries below one that its archive includes."""

SHAPE = ("display", "page_size", "sort", "template")
"""Columns of a term that say how its archive is shown."""


@dataclass(frozen=True, slots=True)
class Found:
    """A term with what only its own archive needs."""

    term: Term
    updated_at: datetime | None
    pins: tuple[int, ...]
    shape: tuple[Any, ...]


def term_archive(
    connection: Connection, mapper: Mapper, taxonomy: Taxonomy, slug: str
) -> Archive | None:
    """Return the archive of one term; None for one that is unknown or internal."""
    found = _terms(connection, mapper, taxonomy, [slug])
    if not found:
        return None
    (one,) = found
    term = one.term
    display, page_size, sort, template = one.shape
    archive = Archive(
        "term",
        f"{taxonomy.title}: {term.name}",
        term.name,
        term.url,
        (("term", term.id),),
        count=term.count,
        updated_at=one.updated_at,
        description=term.description,
        terms=(term,),
        pins=one.pins,
        taxonomy=taxonomy.name,
        order=sort or taxonomy.order,
        display=display,
        page_size=page_size,
        template=template,
    )
    return _with_levels(connection, mapper, taxonomy, archive) if taxonomy.levels else archive


def _with_levels(
    connection: Connection, mapper: Mapper, taxonomy: Taxonomy, archive: Archive
) -> Archive:
    """Give an archive the entries above it, and the posts of those below if it includes them."""
    (term,) = archive.terms
    root = f"/{taxonomy.path}/"
    *above, _own = term.url.removeprefix(root).strip("/").split("/")
    paths = ["/".join(above[: place + 1]) for place in range(len(above))]
    slugs = {part for path in paths for part in path.split("/")}
    known = {one.term.url: one.term for one in _quoted(connection, mapper, taxonomy, slugs)}
    parents = tuple(
        Link(f"{root}{path}/", known[f"{root}{path}/"].name)
        for path in paths
        if f"{root}{path}/" in known
    )
    archive = replace(archive, parents=parents)
    below = _below(connection, taxonomy, term) if taxonomy.includes else ()
    if not below:
        return archive
    archive = replace(
        archive,
        scopes=(*archive.scopes, *(("term", number) for number, _ in below)),
        match="any",
        pins=(),
        order="newest",
    )
    moments = [moment for moment in (archive.updated_at, *(m for _, m in below)) if moment]
    count = count_combined(connection, archive)
    return replace(archive, count=count, updated_at=max(moments, default=None))


def _quoted(
    connection: Connection, mapper: Mapper, taxonomy: Taxonomy, slugs: set[str]
) -> list[Found]:
    return _terms(connection, mapper, taxonomy, [unquote(slug) for slug in slugs]) if slugs else []


def _below(
    connection: Connection, taxonomy: Taxonomy, term: Term
) -> tuple[tuple[int, datetime | None], ...]:
    above = select(TermRow.path, TermRow.slug).where(TermRow.id == term.id)
    row = connection.execute(above).one()
    start = f"{row.path or row.slug}/"
    query = _with_counts(select(TermRow.id, ListingCountRow.updated_at))
    query = query.where(TermRow.taxonomy == taxonomy.name, ~TermRow.internal)
    query = query.where(TermRow.path.startswith(start, autoescape=True))
    rows = connection.execute(query.order_by(TermRow.path).limit(MOST_BELOW))
    return tuple((row.id, row.updated_at) for row in rows)


def combined_archive(
    connection: Connection,
    mapper: Mapper,
    taxonomy: Taxonomy,
    slugs: Sequence[str],
    *,
    match: str,
    without: Sequence[str] = (),
) -> Archive | None:
    """Return the archive of several terms; None if one of them is unknown.

    Whatever the order asked for, the terms come back sorted by slug.
    """
    found = _terms(connection, mapper, taxonomy, [*slugs, *without])
    if {one.term.slug for one in found} != {*slugs, *without}:
        return None
    taken = [one for one in found if one.term.slug in slugs]
    left = [one for one in found if one.term.slug not in slugs]
    joint, sign = (_(" and "), "+") if match == "all" else (_(" or "), ",")
    name = joint.join(one.term.name for one in taken)
    path = sign.join(quote(one.term.slug) for one in taken)
    if left:
        name += _(" without ") + _(" or ").join(one.term.name for one in left)
        path += "".join(f"+-{quote(one.term.slug)}" for one in left)
    smallest_first = sorted(taken, key=lambda one: one.term.count)
    archive = Archive(
        "term",
        f"{taxonomy.plural}: {name}",
        name,
        f"/{taxonomy.path}/{path}/",
        tuple(("term", one.term.id) for one in smallest_first),
        match,
        updated_at=max((one.updated_at for one in found if one.updated_at), default=None),
        terms=tuple(one.term for one in taken),
        noindex=True,
        without=tuple(("term", one.term.id) for one in left),
        taxonomy=taxonomy.name,
    )
    return replace(archive, count=count_combined(connection, archive))


def known_terms(
    connection: Connection, mapper: Mapper, taxonomy: Taxonomy, slugs: Sequence[str]
) -> tuple[Term, ...]:
    """Return those of these terms that readers may know of, sorted by slug."""
    return tuple(one.term for one in _terms(connection, mapper, taxonomy, slugs))


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
    """Return every term that has a public post, by name.

    Where archives include what stands below, so do those that have one only there; `count` is 0.
    """
    if taxonomy.includes:
        every = _with_counts(select(*term_columns()).where(TermRow.taxonomy == taxonomy.name))
        known = connection.execute(every.where(~TermRow.internal)).fetchall()
        shown = {part for row in known if row.posts for part in _levels(row.path or row.slug)}
        rows = [row for row in known if (row.path or row.slug) in shown]
    else:
        rows = list(connection.execute(_public_terms(taxonomy)).fetchall())
    terms = (mapper.term(row, row.posts or 0) for row in rows)
    return tuple(sorted(terms, key=lambda term: (sorting_key(term.name), term.slug)))


def _levels(path: str) -> list[str]:
    """Return a path and those of all that stand above it."""
    parts = path.split("/")
    return ["/".join(parts[: place + 1]) for place in range(len(parts))]


def term_archives(
    connection: Connection,
    mapper: Mapper,
    taxonomy: Taxonomy,
    *,
    fewest: int,
    after: int,
    limit: int,
) -> tuple[Archive, ...]:
    """Return archives of terms with at least so many posts, by id: for the sitemap."""
    query = _public_terms(taxonomy).where(ListingCountRow.posts >= fewest, TermRow.id > after)
    found = []
    for row in connection.execute(query.order_by(TermRow.id).limit(limit)):
        term = mapper.term(row, row.posts)
        heading = f"{taxonomy.title}: {term.name}"
        archive = Archive("term", heading, term.name, term.url, (("term", term.id),))
        found.append(
            replace(
                archive,
                count=row.posts,
                updated_at=row.updated_at,
                terms=(term,),
                taxonomy=taxonomy.name,
            )
        )
    return tuple(found)


def _public_terms(taxonomy: Taxonomy) -> Select[*tuple[Any, ...]]:
    query = _with_counts(select(*term_columns()).where(TermRow.taxonomy == taxonomy.name))
    return query.where(ListingCountRow.posts > 0, ~TermRow.internal)


def often_together(
    connection: Connection, mapper: Mapper, taxonomy: Taxonomy, archive: Archive, limit: int
) -> tuple[Term, ...]:
    """Return the terms that most of an archive's newest posts carry beside its own: one statement.

    `count` says how many of those posts.
    """
    newest = select(ListingRow.post_id).where(
        ListingRow.scope == "term", ListingRow.scope_id == archive.scopes[0][1]
    )
    newest = newest.order_by(ListingRow.published_at.desc(), ListingRow.post_id.desc())
    page = newest.limit(MOST_TOGETHER).subquery()
    shared = func.count().label("shared")
    pairs = (
        select(PostTermRow.term_id, shared)
        .join(page, page.c.post_id == PostTermRow.post_id)
        .where(PostTermRow.term_id.not_in([number for _, number in archive.scopes]))
        .group_by(PostTermRow.term_id)
        .subquery()
    )
    columns = (TermRow.id, TermRow.taxonomy, TermRow.slug, TermRow.name)
    query = select(*columns, TermRow.path, TermRow.internal, pairs.c.shared)
    query = query.join(pairs, pairs.c.term_id == TermRow.id)
    query = query.where(TermRow.taxonomy == taxonomy.name, ~TermRow.internal)
    query = query.order_by(pairs.c.shared.desc(), TermRow.slug).limit(limit)
    return tuple(mapper.term(row, row.shared) for row in connection.execute(query))


def _terms(
    connection: Connection, mapper: Mapper, taxonomy: Taxonomy, slugs: Sequence[str]
) -> list[Found]:
    shape = (getattr(TermRow, name) for name in SHAPE)
    query = select(*term_columns(), *shape, ListingCountRow.pins).where(
        TermRow.taxonomy == taxonomy.name, TermRow.slug.in_(slugs), ~TermRow.internal
    )
    found = [
        Found(
            mapper.term(row, row.posts or 0),
            row.updated_at,
            tuple(json.loads(row.pins or "[]")),
            tuple(getattr(row, name) for name in SHAPE),
        )
        for row in connection.execute(_with_counts(query))
    ]
    return sorted(found, key=lambda one: one.term.slug)


def _with_counts(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    counts = and_(ListingCountRow.scope == "term", ListingCountRow.scope_id == TermRow.id)
    return query.select_from(TermRow).outerjoin(ListingCountRow, counts)
