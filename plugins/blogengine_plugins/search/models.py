"""The plugin's own tables; beside them each backend has one of its own for the words' places.

They have no foreign keys to posts: a deleted post's words have to be here until its hook takes
them out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, String, Text

from blogengine.api import Mapped, mapped_column, table_base

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase as Base
else:
    Base = table_base("search")


class Document(Base):
    """A post that is found. `learnt` are the words it gave to the vocabulary."""

    post_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(10))
    stamp: Mapped[str] = mapped_column(String(24))
    learnt: Mapped[str] = mapped_column(Text)


class Word(Base):
    """A word to suggest, and in how many posts it stands."""

    word: Mapped[str] = mapped_column(
        String(64).with_variant(String(64, collation="C"), "postgresql"), primary_key=True
    )
    posts: Mapped[int]


class State(Base):
    """What has to be known of the index as a whole."""

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
