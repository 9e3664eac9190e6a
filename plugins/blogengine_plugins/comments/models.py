"""The table of comments."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, Text

from blogengine.api import Mapped, UtcDateTime, mapped_column, post_key, table_base

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase as Base
else:
    Base = table_base("comments")

WAITING, APPROVED, SPAM, REJECTED, TRASHED = "waiting", "approved", "spam", "rejected", "trashed"
STATES = (WAITING, APPROVED, SPAM, REJECTED, TRASHED)


class Comment(Base):
    """A comment: the reader's text as it came, and its one rendering.

    `sender` is a keyed hash of the day and the network address: it tells senders apart for the
    limit and can't be turned back into an address. `reason` says to the owner why the comment was
    held when it came; `decided_by` is whoever decided about it last.
    """

    __table_args__ = (
        Index("ix_comments_comment_thread", "post_id", "state"),
        Index("ix_comments_comment_queue", "state", "created_at"),
        Index("ix_comments_comment_sender", "sender", "created_at"),
        # Ids stand in links and receipts: a deleted comment's must not come back as another's.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = post_key(index=False)
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("comments_comment.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[str] = mapped_column(String(10))
    author: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254), default="")
    website: Mapped[str] = mapped_column(String(4000), default="")
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    sender: Mapped[str] = mapped_column(String(32), default="")
    reason: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(200), default="", server_default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
