"""The table of the audit trail: who changed what, and what it was before and after.

Append only: triggers of the database refuse to change a line, and to delete one that is younger
than the shortest time lines can be kept. (A batch migration of this table on SQLite loses them.)
Nothing refers to another table, so a line outlives what it tells of.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from blogengine.audited import TRAIL
from blogengine.db import Model, UtcDateTime

SHORTEST_DAYS = 30
"""Days that the database itself keeps a line; the triggers say the same number."""


class AuditRow(Model):
    """One act: on one subject, by one actor; `before` and `after` are JSON of what differs."""

    __tablename__ = TRAIL
    __table_args__ = (
        Index("ix_audit_subject", "subject_kind", "subject_id", "id"),
        Index("ix_audit_actor", "actor_kind", "actor_id", "id"),
        Index("ix_audit_name", "actor_name", "id"),
        Index("ix_audit_act", "act", "id"),
        Index("ix_audit_at", "at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    act: Mapped[str] = mapped_column(String(80))
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(200))
    plugin: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(200))
    subject_title: Mapped[str] = mapped_column(String(300))
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    request: Mapped[str] = mapped_column(String(80))
    session: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(50))
