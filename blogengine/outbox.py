"""Tables of what was asked for and is still to be done: jobs, their times, and mails.

They stand in the site's own database, since a row is written in the transaction of the edit that
asks for it: both are there or neither.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from blogengine.db import Model, UtcDateTime
from blogengine.mailboxes import ADDRESS_LENGTH

WAITING, RUNNING, DONE, DEAD, CANCELLED = "waiting", "running", "done", "dead", "cancelled"

NAME_LENGTH = 100
KEY_LENGTH = 200
SUBJECT_LENGTH = 500


class JobRow(Model):
    """One request to do something, from the asking to the doing.

    `claim` names the process that runs it, `lease_until` when that one is given up. `payload` is
    JSON. A request without `not_before` is due at once.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_due", "state", "not_before"),
        Index("ix_jobs_same", "name", "key"),
        # An id stands in other places: a deleted one must not come back as another's.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    payload: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claim: Mapped[str] = mapped_column(String(80))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(Text)


class JobTimeRow(Model):
    """When a job that comes again and again is due next."""

    __tablename__ = "job_times"

    name: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailRow(Model):
    """A mail as it was written, and what became of it.

    `message_id` is made once, so that a mail which is sent again is known to be the same. What is
    `secret` holds a link or code that lets its reader in.
    """

    __tablename__ = "mails"
    __table_args__ = (
        Index("ix_mails_state", "state", "created_at"),
        Index("ix_mails_sent", "sent_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    plugin: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(ADDRESS_LENGTH))
    reply_to: Mapped[str] = mapped_column(String(ADDRESS_LENGTH))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(Text)
    secret: Mapped[bool] = mapped_column(default=False)
