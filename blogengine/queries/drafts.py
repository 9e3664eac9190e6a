"""Reading what only the write side needs: a post's draft, its stored text, ids to work on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, select

from blogengine.models import PostAuthorRow, PostRow, PostTermRow, TermRow, UserRow
from blogengine.values import PostDraft


def read_draft(connection: Connection, post_id: int) -> PostDraft | None:
    """Return what the writer set of a post; its password is never told."""
    row = connection.execute(select(PostRow.__table__).where(PostRow.id == post_id)).first()
    if row is None:
        return None
    return PostDraft(
        title=row.title,
        source=row.source.decode("utf-8", "surrogatepass"),
        format=row.format,
        kind=row.kind,
        slug=row.slug,
        status=row.status,
        visibility=row.visibility,
        published_at=row.published_at,
        authors=_authors(connection, post_id),
        terms=_terms(connection, post_id),
        excerpt=row.hand_excerpt,
        language=row.language,
        parent_id=row.parent_id,
        comments_open=row.comments_open,
        guid=row.guid,
        pinned_from=row.pinned_from,
        pinned_until=row.pinned_until,
        featured_image=row.featured_image,
        featured_alt=row.featured_alt,
        seo_title=row.seo_title,
        seo_description=row.seo_description,
        template=row.template,
    )


def _authors(connection: Connection, post_id: int) -> tuple[str, ...]:
    query = select(UserRow.slug).join(PostAuthorRow, PostAuthorRow.user_id == UserRow.id)
    query = query.where(PostAuthorRow.post_id == post_id).order_by(PostAuthorRow.position)
    return tuple(connection.execute(query).scalars())


def _terms(connection: Connection, post_id: int) -> dict[str, tuple[str, ...]]:
    query = select(TermRow.taxonomy, TermRow.name)
    query = query.join(PostTermRow, PostTermRow.term_id == TermRow.id)
    query = query.where(PostTermRow.post_id == post_id).order_by(PostTermRow.position)
    terms: dict[str, tuple[str, ...]] = {}
    for taxonomy, name in connection.execute(query):
        terms[taxonomy] = (*terms.get(taxonomy, ()), name)
    return terms


def id_of_guid(connection: Connection, guid: str) -> int | None:
    """Return the id of the post with this permanent id."""
    return connection.execute(select(PostRow.id).where(PostRow.guid == guid)).scalar()


def stored_text(connection: Connection, post_id: int | None) -> tuple[bytes, str, str, str] | None:
    """Return the stored source, its format, the fingerprint of its rendering, its language."""
    query = select(PostRow.source, PostRow.format, PostRow.fingerprint, PostRow.language)
    row = connection.execute(query.where(PostRow.id == post_id)).first()
    return None if row is None else (row.source, row.format, row.fingerprint, row.language)


def trash_state(connection: Connection, post_id: int) -> tuple[str, str] | None:
    """Return a post's status and the one it had before it was trashed."""
    query = select(PostRow.status, PostRow.status_before_trash).where(PostRow.id == post_id)
    row = connection.execute(query).first()
    return None if row is None else (row.status, row.status_before_trash)


def due_ids(connection: Connection, moment: datetime, limit: int) -> Sequence[int]:
    """Return scheduled posts whose time has come."""
    query = select(PostRow.id).where(PostRow.status == "scheduled", PostRow.published_at <= moment)
    return _ids(connection, query.limit(limit))


def stale_ids(connection: Connection, fingerprint: str) -> Sequence[int]:
    """Return posts whose rendering was made by something else than this fingerprint says."""
    query = select(PostRow.id).where(PostRow.fingerprint != fingerprint).order_by(PostRow.id)
    return _ids(connection, query)


def paths(connection: Connection) -> dict[int, str]:
    """Return the path of every post that has one."""
    query = select(PostRow.id, PostRow.path).where(PostRow.path.is_not(None))
    return {number: path or "" for number, path in connection.execute(query)}


def password_hash(connection: Connection, post_id: int) -> str:
    """Return the hash of a protected post's password."""
    query = select(PostRow.password_hash).where(PostRow.id == post_id)
    return connection.execute(query).scalar() or ""


def _ids(connection: Connection, query: Select[int]) -> Sequence[int]:
    return list(connection.execute(query).scalars())
