"""The plugin's tables: what each post is about, how rare that is, and who is near whom.

They have no foreign keys to posts, on purpose. A deleted post's features have to be here still when
its hook runs, to count the others' rarity anew; and until then another save may list it, which must
not fail. Readers never see more than the public posts among those listed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Index, SmallInteger

from blogengine.api import Mapped, mapped_column, table_base

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase as Base
else:
    Base = table_base("related")


class Feature(Base):
    """One thing that a public post holds: a tag, a word, or (`strength` 0) a block of its text."""

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


NEVER = 0


class Choice(Base):
    """A post that a writer wants at a `place` of a post's list, or never (0) in it."""

    __table_args__ = {"sqlite_with_rowid": False}

    post_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    other_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(SmallInteger)


class Neighbour(Base):
    """One entry of a post's list, best first by score, then the newer post."""

    __table_args__ = {"sqlite_with_rowid": False}

    post_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    other_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    score: Mapped[int]
