"""The plugin's tables: what each post is about, how rare that is, and who is near whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Index, SmallInteger

from blogengine.api import Mapped, mapped_column, post_key, table_base

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase as Base
else:
    Base = table_base("related")


class Feature(Base):
    """One thing that a public post holds: a tag, a word, or (`strength` 0) a block of its text.

    There is no foreign key to the post on purpose: when it is deleted its rows have to be here
    still, to count the others' rarity anew. `refreshing.follow` removes them.
    """

    __table_args__ = (
        Index("ix_related_feature_post_id", "post_id"),
        {"sqlite_with_rowid": False},
    )

    feature: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    post_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    strength: Mapped[int] = mapped_column(SmallInteger)


class Frequency(Base):
    """How many posts hold a feature; `weight` is what sharing it says, 0 when it isn't rare."""

    feature: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    base: Mapped[int]
    posts: Mapped[int]
    weight: Mapped[int]


class Neighbour(Base):
    """One entry of a post's list, best first by score, then the newer post."""

    __table_args__ = (
        Index("ix_related_neighbour_other_id", "other_id"),
        {"sqlite_with_rowid": False},
    )

    post_id: Mapped[int] = post_key(primary_key=True)
    other_id: Mapped[int] = post_key(primary_key=True)
    score: Mapped[int]
