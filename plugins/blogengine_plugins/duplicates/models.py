"""The plugin's tables: paragraphs of all posts, and the marks by which they are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Index, String, Text

from blogengine.api import Mapped, mapped_column, post_key, table_base

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase as Base
else:
    Base = table_base("duplicates")


class Passage(Base):
    """A paragraph of a post, by its place among the post's paragraphs and the mark of its words."""

    __table_args__ = (Index("ix_duplicates_passage_exact", "exact"),)

    post_id: Mapped[int] = post_key(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    exact: Mapped[int] = mapped_column(BigInteger)


class Mark(Base):
    """A mark of a paragraph; that of all its words is among them."""

    __table_args__ = (
        Index("ix_duplicates_mark_post_id", "post_id"),
        {"sqlite_with_rowid": False},
    )

    mark: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    post_id: Mapped[int] = post_key(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class State(Base):
    """What has to be known of the index as a whole."""

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
