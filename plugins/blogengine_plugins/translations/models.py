"""Which posts, and which tags, say the same in different languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String

from blogengine.api import Mapped, mapped_column, table_base

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase as Base
else:
    Base = table_base("translations")

POST, TAG = "post", "tag"


class Member(Base):
    """One of a family: a post by its id, or a tag by its slug with the language it is in."""

    kind: Mapped[str] = mapped_column(String(4), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    family: Mapped[int] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(String(35), default="")
