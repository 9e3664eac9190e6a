"""Which posts link to which, and which post stands at an address."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Connection, literal, select, union_all

from blogengine.models import PathHistoryRow, PostRow
from blogengine.writing import PostLinkRow

AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Place:
    """A post at an address, today's or an older one of it; `path` is today's."""

    post_id: int
    path: str
    public: bool


def posts_at(connection: Connection, paths: Collection[str]) -> Mapping[str, Place]:
    """Return the posts that stand or once stood at these paths; today's address comes first."""
    found: dict[str, Place] = {}
    wanted = sorted(paths)
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        columns = (PostRow.id, PostRow.path, PostRow.status, PostRow.visibility)
        here = select(PostRow.path.label("asked"), literal(1).label("now"), *columns)
        before = select(PathHistoryRow.path.label("asked"), literal(0).label("now"), *columns)
        before = before.join(PostRow, PostRow.id == PathHistoryRow.post_id)
        here, before = (
            here.where(PostRow.path.in_(some)),
            before.where(PathHistoryRow.path.in_(some)),
        )
        both: CompoundSelect[Any] = union_all(here, before)
        for row in sorted(connection.execute(both), key=lambda row: int(row.now)):
            public = row.status == "published" and row.visibility != "private"
            if row.path:
                found[row.asked] = Place(row.id, row.path, public)
    return found


def linking_to(connection: Connection, post_id: int) -> Sequence[int]:
    """Return the posts whose text links to this one."""
    query = select(PostLinkRow.post_id).where(PostLinkRow.target_id == post_id)
    return list(connection.execute(query.order_by(PostLinkRow.post_id)).scalars())
