"""The tables of the library: files, the words they are found by, and where they are used."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, Text

from blogengine.api import Mapped, UtcDateTime, mapped_column, post_key, table_base

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase as Base
else:
    Base = table_base("media")

LIVE, TRASHED = 0, 1
TEXT, FEATURED = "text", "featured"


class File(Base):
    """An uploaded file. `stem` is what its address is made of, for ever.

    `digest` is the hash of what was uploaded, `content` of what is kept: the picture written anew.
    `sizes` says which copies there are, as JSON: media types with widths. `kept` is how many bytes
    all of them have. `uses` counts the posts that use it.
    """

    __table_args__ = (
        Index("ix_media_file_newest", "state", "id"),
        Index("ix_media_file_kind", "state", "kind", "id"),
        Index("ix_media_file_unused", "state", "uses", "id"),
        Index("ix_media_file_person", "state", "uploaded_by", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    stem: Mapped[str] = mapped_column(String(24), unique=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    content: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[int] = mapped_column(default=LIVE)
    kind: Mapped[str] = mapped_column(String(12))
    media_type: Mapped[str] = mapped_column(String(40))
    suffix: Mapped[str] = mapped_column(String(8))
    size: Mapped[int]
    kept: Mapped[int]
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    frames: Mapped[int] = mapped_column(default=1)
    sizes: Mapped[str] = mapped_column(Text, default="{}")
    name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(200), default="")
    alt: Mapped[str] = mapped_column(Text, default="")
    decorative: Mapped[bool] = mapped_column(default=False)
    caption: Mapped[str] = mapped_column(Text, default="")
    focus_x: Mapped[int] = mapped_column(default=50)
    focus_y: Mapped[int] = mapped_column(default=50)
    uses: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    uploaded_by: Mapped[int | None] = mapped_column(default=None)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    trashed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class Word(Base):
    """A word that a file is found by."""

    word: Mapped[str] = mapped_column(
        # Compared byte by byte: a beginning of a word is looked up by the index.
        String(40).with_variant(String(40, collation="C"), "postgresql"),
        primary_key=True,
    )
    file_id: Mapped[int] = mapped_column(
        ForeignKey("media_file.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Use(Base):
    """A post uses a file: in its text, or as the picture of the post itself."""

    post_id: Mapped[int] = post_key(primary_key=True)
    file_id: Mapped[int] = mapped_column(
        ForeignKey("media_file.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(String(10), primary_key=True)
