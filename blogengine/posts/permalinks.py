"""Permalinks: made from the site's pattern and a frozen local date, unique, with a history."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from blogengine.errors import UserError
from blogengine.models import PATH_LENGTH, PathHistoryRow, PostRow
from blogengine.slugs import RESERVED, clean_slug, make_slug, numbered

TRIES = 10_000
DATE = re.compile(r"\d{4}/\d{2}(/\d{2})?", re.ASCII)
BELOW_ARCHIVES = frozenset({"feed", "feed.json", "page"})


def give_permalink(session: Session, row: PostRow, pattern: str, zone: ZoneInfo) -> None:
    """Set slug and path of a post that is, was or will be public; keep its old path answering.

    The date in a path is the local date of the first publication and stays for ever. Two posts
    that want one path are told apart by `-2`, `-3`, … behind the slug.
    """
    moment = row.published_at or row.created_at
    day = row.local_date or moment.astimezone(zone).date().isoformat()
    if row.status == "published":
        row.local_date = day
    wanted = clean_slug(row.slug) or make_slug(row.title) or str(row.id)
    for number in range(1, TRIES):
        slug = numbered(wanted, number)
        path = _page_path(session, row, slug) if row.kind == "page" else _path(pattern, day, slug)
        if not _taken(session, row, path):
            break
    else:
        raise UserError(
            f"There are too many posts called {wanted!r}.",
            code="slug-taken",
            action="Choose another slug.",
            field="slug",
            status=409,
        )
    if row.path not in (None, path):
        _remember(session, row)
    session.execute(delete(PathHistoryRow).where(PathHistoryRow.path == path))
    row.slug, row.path = slug, path


def _path(pattern: str, day: str, slug: str) -> str:
    year, month, date = day.split("-")
    return pattern.format(year=year, month=month, day=date, slug=slug)


def _page_path(session: Session, row: PostRow, slug: str) -> str:
    parent = session.get(PostRow, row.parent_id) if row.parent_id else None
    path = f"{parent.path if parent and parent.path else '/'}{slug}/"
    if len(path) > PATH_LENGTH:
        raise UserError(
            "The address of this page would be too long.",
            code="path-too-long",
            action=f"Shorten its slug: the whole address may have {PATH_LENGTH} characters.",
            field="slug",
            status=422,
        )
    return path


def _taken(session: Session, row: PostRow, path: str) -> bool:
    first, *rest = parts = path.strip("/").split("/")
    if first in RESERVED or (not rest and first.isdigit()):
        return True
    # Below an archive stand its feeds, its pages and, below a month, its days.
    if len(parts) > 1 and (parts[-1] in BELOW_ARCHIVES or DATE.fullmatch("/".join(parts))):
        return True
    query = select(PostRow.id).where(PostRow.path == path, PostRow.id != row.id)
    with session.no_autoflush:
        return session.execute(query).first() is not None


def _remember(session: Session, row: PostRow) -> None:
    assert row.path is not None
    session.execute(delete(PathHistoryRow).where(PathHistoryRow.path == row.path))
    session.add(PathHistoryRow(path=row.path, post_id=row.id, since=datetime.now(UTC)))


def move_children(session: Session, row: PostRow, pattern: str, zone: ZoneInfo) -> None:
    """Give the pages below a moved page their new addresses."""
    if row.kind != "page":
        return
    children = select(PostRow).where(PostRow.parent_id == row.id, PostRow.path.is_not(None))
    for child in session.scalars(children):
        give_permalink(session, child, pattern, zone)
        session.flush()
        move_children(session, child, pattern, zone)
