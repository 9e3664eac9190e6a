"""Permalinks: made from the site's pattern and a frozen local date, unique, with a history."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from blogengine.clock import utcnow
from blogengine.errors import UserError
from blogengine.models import PATH_LENGTH, PathHistoryRow, PostRow
from blogengine.slugs import LONGEST_SLUG, RESERVED, clean_slug, make_slug, numbered

TRIES = 10_000
ENDING = "-9999"
LONG = LONGEST_SLUG - len(ENDING)
"""Slugs longer than this are cut before a number is put behind them."""

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
    above = _above(session, row)
    taken = _taken_like(session, row, _path(above or pattern, day, wanted[:LONG]))
    for number in range(1, TRIES):
        slug = numbered(wanted, number)
        path = _path(above or pattern, day, slug)
        if path not in taken and not _reserved(path):
            break
    else:
        raise UserError(
            f"There are too many posts called {wanted!r}.",
            code="slug-taken",
            action="Choose another slug.",
            field="slug",
            status=409,
        )
    if len(path) > PATH_LENGTH:
        raise UserError(
            "The address of this page would be too long.",
            code="path-too-long",
            action=f"Shorten its slug: the whole address may have {PATH_LENGTH} characters.",
            field="slug",
            status=422,
        )
    if row.path not in (None, path):
        _remember(session, row)
    session.execute(delete(PathHistoryRow).where(PathHistoryRow.path == path))
    row.slug, row.path = slug, path


def _path(pattern: str, day: str, slug: str) -> str:
    year, month, date = day.split("-")
    return pattern.format(year=year, month=month, day=date, slug=slug)


def _above(session: Session, row: PostRow) -> str:
    """Return the pattern of a page's address, below its parent's; empty for a post."""
    if row.kind != "page":
        return ""
    parent = session.get(PostRow, row.parent_id) if row.parent_id else None
    path = parent.path if parent and parent.path else "/"
    return path.replace("{", "{{").replace("}", "}}") + "{slug}/"


def _reserved(path: str) -> bool:
    """Whether the engine itself answers at this address."""
    first, *rest = parts = path.strip("/").split("/")
    if first in RESERVED or (not rest and first.isdigit()):
        return True
    # Below an archive stand its feeds, its pages and, below a month, its days.
    below = parts[-1] in BELOW_ARCHIVES or DATE.fullmatch("/".join(parts))
    return len(parts) > 1 and bool(below)


def _taken_like(session: Session, row: PostRow, path: str) -> set[str | None]:
    """Return the addresses of other posts that begin like this one, by one statement."""
    start = path.rstrip("/")
    query = select(PostRow.path).where(
        PostRow.path.startswith(start, autoescape=True), PostRow.id != row.id
    )
    with session.no_autoflush:
        return set(session.scalars(query))


def _remember(session: Session, row: PostRow) -> None:
    assert row.path is not None
    session.execute(delete(PathHistoryRow).where(PathHistoryRow.path == row.path))
    session.add(PathHistoryRow(path=row.path, post_id=row.id, since=utcnow()))


def move_children(
    session: Session, row: PostRow, pattern: str, zone: ZoneInfo
) -> list[tuple[PostRow, str | None]]:
    """Give the pages below a moved page their new addresses; return who moved, and from where."""
    if row.kind != "page":
        return []
    found: list[tuple[PostRow, str | None]] = []
    children = select(PostRow).where(PostRow.parent_id == row.id, PostRow.path.is_not(None))
    for child in session.scalars(children):
        old = child.path
        give_permalink(session, child, pattern, zone)
        session.flush()
        found += [(child, old)] if child.path != old else []
        found += move_children(session, child, pattern, zone)
    return found
