"""Reading tags for those who look after them: any state, other names, lost addresses."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, and_, func, or_, select

from blogengine.models import (
    ListingCountRow,
    PostAuthorRow,
    PostRow,
    PostTermRow,
    TermHistoryRow,
    TermRow,
    UserRow,
)
from blogengine.queries.rows import Mapper
from blogengine.queries.slices import Slice, SortBy, take_slice
from blogengine.slugs import fold
from blogengine.tag_tables import GoneTermRow, TermAliasRow, TermPlaceRow
from blogengine.tagged import Choice, Completion, Retagged, TagEntry
from blogengine.taxonomies import Taxonomy
from blogengine.values import Term

MOST_CHOSEN = 20_000
"""Posts that one split may name one by one."""

MOST_ARRANGED = 500
"""Posts that can be put in order by hand."""

MANY = 400
"""Ids in one statement: every database takes that many."""

T = TypeVar("T")

SORTS = {
    "name": (TermRow.folded, TermRow.id),
    "posts": (TermRow.carried.desc(), TermRow.folded, TermRow.id),
    "new": (TermRow.id.desc(),),
}


def portions(values: Iterable[T]) -> Iterator[list[T]]:
    """Yield values in lists that fit into one statement."""
    rest = list(values)
    for start in range(0, len(rest), MANY):
        yield rest[start : start + MANY]


def find_tags(
    connection: Connection,
    taxonomy: Taxonomy,
    *,
    q: str,
    sort: str,
    limit: int,
    offset: int,
) -> tuple[tuple[TagEntry, ...], int]:
    """Return one page of tags, and how many there are in all."""
    wanted = select(TermRow.id).where(TermRow.taxonomy == taxonomy.name)
    key = fold(q)
    if key:
        other = select(TermAliasRow.term_id).where(
            TermAliasRow.taxonomy == taxonomy.name,
            TermAliasRow.folded.contains(key, autoescape=True),
        )
        wanted = wanted.where(
            or_(TermRow.folded.contains(key, autoescape=True), TermRow.id.in_(other))
        )
    total = connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    page = wanted.order_by(*SORTS[sort]).limit(limit).offset(offset)
    ids = list(connection.execute(page).scalars())
    found = {entry.id: entry for entry in entries(connection, taxonomy, ids)}
    return tuple(found[number] for number in ids if number in found), total


def slice_of_tags(
    connection: Connection, taxonomy: Taxonomy, arguments: Mapping[str, str]
) -> Slice:
    """Return the ids of one slice of all tags; `q` looks into names and other names."""
    key = fold(arguments.get("q", "").replace("\x00", ""))
    match, columns = None, TermRow.__table__.c
    if key:
        other = select(TermAliasRow.term_id).where(
            TermAliasRow.taxonomy == taxonomy.name,
            TermAliasRow.folded.contains(key, autoescape=True),
        )
        match = or_(TermRow.folded.contains(key, autoescape=True), TermRow.id.in_(other))
    return take_slice(
        connection,
        select(TermRow.id).where(TermRow.taxonomy == taxonomy.name),
        arguments,
        sorts=(
            SortBy("name", "Name", columns.folded),
            SortBy("posts", "Posts", columns.carried, descending=True),
        ),
        key=columns.id,
        match=match,
    )


def entries(
    connection: Connection, taxonomy: Taxonomy, ids: Collection[int]
) -> tuple[TagEntry, ...]:
    """Return these tags with all that is stored of them: three statements."""
    if not ids:
        return ()
    aliases, old = defaultdict(list), defaultdict(list)
    names = select(TermAliasRow.term_id, TermAliasRow.name).where(TermAliasRow.term_id.in_(ids))
    for number, name in connection.execute(names.order_by(TermAliasRow.folded)):
        aliases[number].append(name)
    slugs = select(TermHistoryRow.term_id, TermHistoryRow.slug)
    slugs = slugs.where(TermHistoryRow.term_id.in_(ids)).order_by(TermHistoryRow.slug)
    for number, slug in connection.execute(slugs):
        old[number].append(slug)
    counts = (ListingCountRow.scope == "term") & (ListingCountRow.scope_id == TermRow.id)
    query = select(TermRow.__table__, ListingCountRow.posts).outerjoin(ListingCountRow, counts)
    return tuple(
        entry_of(row, taxonomy, row.posts or 0, tuple(aliases[row.id]), tuple(old[row.id]))
        for row in connection.execute(query.where(TermRow.id.in_(ids)))
    )


def entry_of(
    row: Any,
    taxonomy: Taxonomy,
    public: int,
    aliases: tuple[str, ...] = (),
    old: tuple[str, ...] = (),
) -> TagEntry:
    url = f"/{taxonomy.path}/{quote(row.path or row.slug)}/"
    looks = (row.description, row.image, row.colour, row.seo_title, row.seo_description)
    entry = TagEntry(row.id, row.slug, row.name, url, row.carried, public, *looks, aliases, old)
    return replace(
        entry,
        internal=row.internal,
        display=row.display,
        page_size=row.page_size,
        sort=row.sort,
        template=row.template,
        pins=tuple(json.loads(row.pins)),
        parent_id=row.parent_id,
    )


def complete(
    connection: Connection, taxonomy: Taxonomy, q: str, limit: int
) -> tuple[Completion, ...]:
    """Return tags and aliases one word of which begins like this, the most used first."""
    key = fold(q)
    begins = f" {key}"
    terms = select(TermRow.name, TermRow.slug, TermRow.carried).where(
        TermRow.taxonomy == taxonomy.name,
        (" " + TermRow.folded).contains(begins, autoescape=True),
    )
    found = [
        Completion(*row) for row in connection.execute(terms.order_by(*SORTS["posts"]).limit(limit))
    ]
    others = (
        select(TermAliasRow.name, TermRow.slug, TermRow.carried, TermRow.name)
        .join(TermRow, TermRow.id == TermAliasRow.term_id)
        .where(
            TermAliasRow.taxonomy == taxonomy.name,
            (" " + TermAliasRow.folded).contains(begins, autoescape=True),
        )
        .order_by(TermRow.carried.desc(), TermAliasRow.folded)
        .limit(limit)
    )
    found += [Completion(*row) for row in connection.execute(others)]
    # What begins with it comes before what holds it further on.
    found.sort(key=lambda one: (not fold(one.name).startswith(key), -one.count, fold(one.name)))
    return tuple(found[:limit])


def term_rows(connection: Connection, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return whole rows of terms by id."""
    query = select(TermRow.__table__).where(TermRow.id.in_(ids))
    return {row.id: dict(row._mapping) for row in connection.execute(query)}


def known_terms(
    connection: Connection, mapper: Mapper, taxonomy: Taxonomy, limit: int
) -> tuple[Term, ...]:
    """Return terms of a taxonomy by their address, with the count of posts that carry them."""
    columns = (TermRow.id, TermRow.taxonomy, TermRow.slug, TermRow.name, TermRow.path)
    query = select(*columns, TermRow.internal, TermRow.parent_id, TermRow.carried)
    rows = connection.execute(query.where(TermRow.taxonomy == taxonomy.name).limit(limit))
    terms = (mapper.term(row, row.carried) for row in rows)
    return tuple(sorted(terms, key=lambda term: term.url))


def children_of(connection: Connection, number: int) -> list[dict[str, Any]]:
    """Return whole rows of the terms right below one."""
    query = select(TermRow.__table__).where(TermRow.parent_id == number)
    return [dict(row._mapping) for row in connection.execute(query)]


def arranged_posts(connection: Connection, term_id: int) -> tuple[int, ...]:
    """Return the posts of a term in their order by hand; the others follow, the oldest first."""
    row = PostTermRow
    place = and_(TermPlaceRow.term_id == row.term_id, TermPlaceRow.post_id == row.post_id)
    query = select(row.post_id).outerjoin(TermPlaceRow, place)
    query = query.join(PostRow, PostRow.id == row.post_id).where(row.term_id == term_id)
    dated = (PostRow.published_at.is_(None), PostRow.published_at, PostRow.id)
    order = (TermPlaceRow.place.is_(None), TermPlaceRow.place, *dated)
    return tuple(connection.execute(query.order_by(*order).limit(MOST_ARRANGED)).scalars())


def term_by_slug(connection: Connection, taxonomy: str, slug: str) -> dict[str, Any] | None:
    query = select(TermRow.__table__).where(TermRow.taxonomy == taxonomy, TermRow.slug == slug)
    row = connection.execute(query).first()
    return None if row is None else dict(row._mapping)


def term_by_name(connection: Connection, taxonomy: str, name: str) -> dict[str, Any] | None:
    here = TermRow.taxonomy == taxonomy
    query = select(TermRow.__table__).where(here, TermRow.folded == fold(name))
    row = connection.execute(query).first()
    return None if row is None else dict(row._mapping)


def labels_of_posts(connection: Connection, ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Return the terms of every post that carries one of these, in the writers' order."""
    concerned = select(PostTermRow.post_id).where(PostTermRow.term_id.in_(ids))
    query = select(PostTermRow.post_id, PostTermRow.term_id)
    query = query.where(PostTermRow.post_id.in_(concerned))
    return _labels(connection.execute(query.order_by(PostTermRow.post_id, PostTermRow.position)))


def labels_by_post(connection: Connection, ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Return the terms of these posts; a post without any has an empty entry, a lost one none."""
    found: dict[int, tuple[int, ...]] = {}
    for some in portions(ids):
        there = select(PostRow.id).where(PostRow.id.in_(some))
        found |= dict.fromkeys(connection.execute(there).scalars(), ())
        query = select(PostTermRow.post_id, PostTermRow.term_id)
        query = query.where(PostTermRow.post_id.in_(some))
        order = (PostTermRow.post_id, PostTermRow.position)
        found |= _labels(connection.execute(query.order_by(*order)))
    return found


def _labels(rows: Iterable[Any]) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = defaultdict(list)
    for post, term in rows:
        found[post].append(term)
    return {post: tuple(terms) for post, terms in found.items()}


def rows_by_key(
    connection: Connection, table: Any, key: str, taxonomy: str, **where: Collection[Any]
) -> dict[str, dict[str, Any]]:
    """Return rows of aliases, history or gone terms by their key, without taxonomy and key."""
    query = select(table.__table__).where(table.taxonomy == taxonomy)
    for column, values in where.items():
        query = query.where(getattr(table, column).in_(list(values)))
    return {
        row._mapping[key]: {
            name: value for name, value in row._mapping.items() if name not in ("taxonomy", key)
        }
        for row in connection.execute(query)
    }


def retagged(
    connection: Connection,
    posts: Mapping[int, tuple[Sequence[int], Sequence[int]]],
    names: Mapping[int, str],
    limit: int,
) -> tuple[Retagged, ...]:
    """Return the first of these posts with the names of their terms before and after."""
    chosen = sorted(posts)[:limit]
    known = dict(names)
    unknown = {term for post in chosen for pair in posts[post] for term in pair} - {*known}
    for some in portions(sorted(unknown)):
        rows = connection.execute(select(TermRow.id, TermRow.name).where(TermRow.id.in_(some)))
        known |= {row.id: row.name for row in rows}
    found: dict[int, Any] = {}
    for some in portions(chosen):
        query = select(PostRow.id, PostRow.title, PostRow.status).where(PostRow.id.in_(some))
        found |= {row.id: row for row in connection.execute(query)}
    return tuple(
        Retagged(
            post,
            found[post].title,
            found[post].status,
            *(tuple(known.get(term, "") for term in terms) for terms in posts[post]),
        )
        for post in chosen
        if post in found
    )


def gone_term(connection: Connection, taxonomy: str, slug: str) -> tuple[str, str, str] | None:
    """Return name of a deleted term by its slug, with slug and name of what it points at."""
    query = select(GoneTermRow.name, TermRow.slug, TermRow.name.label("other"))
    query = query.outerjoin(TermRow, TermRow.id == GoneTermRow.pointer_id)
    query = query.where(GoneTermRow.taxonomy == taxonomy, GoneTermRow.slug == slug)
    row = connection.execute(query).first()
    return None if row is None else (row.name, row.slug or "", row.other or "")


def chosen_posts(
    connection: Connection, term_id: int, choice: Choice, other_id: int | None
) -> tuple[int, ...]:
    """Return the posts of a term that fit a choice."""
    query = select(PostRow.id).join(PostTermRow, PostTermRow.post_id == PostRow.id)
    query = query.where(PostTermRow.term_id == term_id)
    if choice.ids:
        query = query.where(PostRow.id.in_(choice.ids[:MOST_CHOSEN]))
    if choice.words:
        held = (
            column.icontains(choice.words, autoescape=True)
            for column in (PostRow.title, PostRow.text)
        )
        query = query.where(or_(*held))
    if other_id is not None:
        also = select(PostTermRow.post_id).where(PostTermRow.term_id == other_id)
        query = query.where(PostRow.id.in_(also))
    if choice.author:
        theirs = select(PostAuthorRow.post_id).join(UserRow, UserRow.id == PostAuthorRow.user_id)
        query = query.where(PostRow.id.in_(theirs.where(UserRow.slug == choice.author)))
    if choice.since is not None:
        query = query.where(PostRow.published_at >= choice.since)
    if choice.until is not None:
        query = query.where(PostRow.published_at < choice.until)
    return tuple(connection.execute(query.order_by(PostRow.id)).scalars())
