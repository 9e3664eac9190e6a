"""What the demo remembers: which samples it made, and that it made them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import String

from blogengine.api import Mapped, UtcDateTime, mapped_column, table_base

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase as Base
else:
    Base = table_base("demo")

POST, TAG, AUTHOR = "post", "tag", "author"


class Item(Base):
    """One thing the demo made. `name` is a post's guid, a tag's name or an author's slug.

    `mark` is a digest of a post's text as it was loaded: another one means that the owner has
    written in it since.
    """

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    name: Mapped[str] = mapped_column(String(500), primary_key=True)
    mark: Mapped[str] = mapped_column(String(64), default="")


class Load(Base):
    """One completed loading; it stays when the samples are removed, so that `--once` means it."""

    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
