"""Reading the audit trail: each list walks an index from its newest line and stops."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from blogengine.audited import AuditLine
from blogengine.trail import AuditRow

LINES: Select[Any] = select(AuditRow.__table__)

KINDS_OF_ACTORS = ("anonymous", "person", "operator", "engine")


def find_lines(
    connection: Connection,
    *,
    subject: str = "",
    actor: str = "",
    act: str = "",
    since: datetime | None = None,
    limit: int = 50,
    before: int = 0,
) -> tuple[AuditLine, ...]:
    """Return lines, the newest first; a `subject` or `actor` without an id means all of a kind."""
    query = LINES.order_by(AuditRow.id.desc()).limit(limit)
    if subject:
        kind, colon, number = subject.partition(":")
        query = query.where(AuditRow.subject_kind == kind)
        if colon:
            query = query.where(AuditRow.subject_id == number)
    if before:
        query = query.where(AuditRow.id < before)
    if actor:
        query = _by(query, actor)
    if act:
        query = query.where(AuditRow.act == act)
    if since is not None:
        # Ids rise with the time: the first line of the span bounds the walk along any index.
        first = select(AuditRow.id).where(AuditRow.at >= since)
        first = first.order_by(AuditRow.at, AuditRow.id).limit(1)
        query = query.where(AuditRow.id >= func.coalesce(first.scalar_subquery(), 2**62))
    return tuple(_line(row) for row in connection.execute(query))


def line(connection: Connection, number: int) -> AuditLine | None:
    """Return one line, or None."""
    row = connection.execute(LINES.where(AuditRow.id == number)).first()
    return None if row is None else _line(row)


def _by(query: Select[Any], actor: str) -> Select[Any]:
    kind, _, number = actor.partition(":")
    if kind not in KINDS_OF_ACTORS or (number and not number.isdecimal()):
        return query.where(AuditRow.actor_name == actor)
    query = query.where(AuditRow.actor_kind == kind)
    return query.where(AuditRow.actor_id == int(number)) if number else query


def _line(row: Row[Any]) -> AuditLine:
    number = "" if row.actor_id is None else f":{row.actor_id}"
    return AuditLine(
        id=row.id,
        at=row.at,
        act=row.act,
        actor=f"{row.actor_kind}{number}",
        actor_name=row.actor_name,
        subject=f"{row.subject_kind}:{row.subject_id}",
        subject_title=row.subject_title,
        before=json.loads(row.before),
        after=json.loads(row.after),
        plugin=row.plugin,
        request=row.request,
        session=row.session,
        address=row.address,
    )
