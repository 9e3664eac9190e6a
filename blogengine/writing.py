"""Tables around writing: links between posts and to drafts, and acts on many posts at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from blogengine.db import Model, UtcDateTime
from blogengine.names import NAME_LENGTH


class PostLinkRow(Model):
    """A link in the text of one post to another one."""

    __tablename__ = "post_links"

    post_id: Mapped[int] = mapped_column(
        ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True
    )
    target_id: Mapped[int] = mapped_column(
        ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class PreviewLinkRow(Model):
    """A link by which somebody without an account reads a draft, until it expires or is revoked."""

    __tablename__ = "preview_links"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    by: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BulkRunRow(Model):
    """One act on many posts. `value` is a tag's name or an author's slug.

    `actor_id` is the person it is done for, None for the operator. `state` is waiting, running,
    done or undone.
    """

    __tablename__ = "bulk_runs"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    state: Mapped[str] = mapped_column(String(10))
    total: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BulkItemRow(Model):
    """What became of one post of an act: waiting, done, unchanged, refused, undone or kept.

    `before` is JSON of the fields that are changed, before and after, so that undoing it changes
    nothing that somebody wrote afterwards.
    """

    __tablename__ = "bulk_items"
    __table_args__ = (Index("ix_bulk_items_state", "run_id", "state"),)

    run_id: Mapped[int] = mapped_column(
        ForeignKey("bulk_runs.id", ondelete="CASCADE"), primary_key=True
    )
    post_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(10))
    before: Mapped[str] = mapped_column(Text, default="")
    message: Mapped[str] = mapped_column(Text, default="")


class MenuRow(Model):
    """A menu that the owner made, and what it was before; JSON, `null` for none of one's own."""

    __tablename__ = "menus"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    items: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(Text)
