"""Reading single posts, and posts by their ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Select, and_, literal, or_, select, tuple_

from blogengine.models import ListingRow, PathHistoryRow, PostRow, RevisionRow
from blogengine.queries.rows import POST_COLUMNS, Mapper, read_labels
from blogengine.values import Link, Post, Revision


def post_by_path(connection: Connection, mapper: Mapper, path: str) -> Post | None:
    """Return the post or page whose permalink this is, whatever its state."""
    query = select(*POST_COLUMNS, PostRow.headings, PostRow.template)
    return _one(connection, mapper, query.where(PostRow.path == path))


def post_by_id(connection: Connection, mapper: Mapper, post_id: int) -> Post | None:
    """Return a post whatever its state, as it stands on its own page, with its plain text."""
    query = select(*POST_COLUMNS, PostRow.headings, PostRow.template, PostRow.text.label("plain"))
    query = query.where(PostRow.id == post_id)
    return _one(connection, mapper, query)


def posts_by_ids(
    connection: Connection, mapper: Mapper, ids: Sequence[int], *, text: bool = False
) -> tuple[Post, ...]:
    """Return the public ones among the posts, as for a list, in the order of `ids`."""
    if not ids:
        return ()
    columns = (*POST_COLUMNS, PostRow.text.label("plain")) if text else POST_COLUMNS
    # By ids alone: asked for public ones, SQLite walks through all of those.
    found = connection.execute(select(*columns).where(PostRow.id.in_(ids)))
    rows = {
        row.id: row for row in found if row.status == "published" and row.visibility == "public"
    }
    labels = read_labels(connection, mapper, list(rows))
    return tuple(
        mapper.post(rows[number], labels, in_list=True, text=getattr(rows[number], "plain", ""))
        for number in ids
        if number in rows
    )


def moved_path(connection: Connection, path: str) -> str | None:
    """Return today's path of the post that once had this one; None when no public post did."""
    query = (
        select(PostRow.path)
        .join(PathHistoryRow, PathHistoryRow.post_id == PostRow.id)
        .where(PathHistoryRow.path == path, PostRow.status == "published")
        .where(PostRow.visibility != "private")
    )
    return connection.execute(query).scalar()


def neighbours(
    connection: Connection, post: Post, scope: tuple[str, int] = ("home", 0)
) -> tuple[Link | None, Link | None]:
    """Return the newer and the older public post beside this one in a list, in one statement."""
    if post.published_at is None or not post.public:
        return None, None
    # A row value, not an OR: only this uses the index from here on instead of walking to it.
    here = tuple_(literal(post.published_at, ListingRow.published_at.type), literal(post.id))
    listed = and_(ListingRow.scope == scope[0], ListingRow.scope_id == scope[1])
    place = (ListingRow.published_at, ListingRow.post_id)
    newer = select(ListingRow.post_id).where(listed, tuple_(*place) > here).order_by(*place)
    older = select(ListingRow.post_id).where(listed, tuple_(*place) < here)
    older = older.order_by(*(column.desc() for column in place))
    ids = [
        newer.limit(1).scalar_subquery().label("newer"),
        older.limit(1).scalar_subquery().label("older"),
    ]
    pair = select(*ids).subquery()
    query = select(PostRow.id, PostRow.path, PostRow.title, pair.c.newer).join(
        pair, or_(PostRow.id == pair.c.newer, PostRow.id == pair.c.older)
    )
    links: list[Link | None] = [None, None]
    for row in connection.execute(query):
        index = 0 if row.id == row.newer else 1
        links[index] = Link(quote(row.path), row.title or "Untitled")
    return links[0], links[1]


def revisions(connection: Connection, post_id: int) -> tuple[Revision, ...]:
    """Return all saved states of a post's text, newest first."""
    query = (
        select(RevisionRow.__table__)
        .where(RevisionRow.post_id == post_id)
        .order_by(RevisionRow.version.desc())
    )
    return tuple(
        Revision(
            row.post_id,
            row.version,
            row.title,
            row.source.decode("utf-8", "surrogatepass"),
            row.format,
            row.at,
            row.by,
            row.note,
        )
        for row in connection.execute(query)
    )


def find_posts(
    connection: Connection,
    mapper: Mapper,
    *,
    statuses: Iterable[str] = (),
    kind: str = "",
    limit: int = 50,
    offset: int = 0,
) -> tuple[Post, ...]:
    """Return posts of any state for the writer, the last changed first."""
    query = select(*POST_COLUMNS).order_by(PostRow.updated_at.desc(), PostRow.id.desc())
    if wanted := tuple(statuses):
        query = query.where(PostRow.status.in_(wanted))
    if kind:
        query = query.where(PostRow.kind == kind)
    rows = connection.execute(query.limit(limit).offset(offset)).fetchall()
    labels = read_labels(connection, mapper, [row.id for row in rows])
    return tuple(mapper.post(row, labels, in_list=True) for row in rows)


def _one(connection: Connection, mapper: Mapper, query: Select[*tuple[Any, ...]]) -> Post | None:
    row = connection.execute(query).first()
    if row is None:
        return None
    labels = read_labels(connection, mapper, [row.id])
    return mapper.post(row, labels, in_list=False, text=getattr(row, "plain", ""))
