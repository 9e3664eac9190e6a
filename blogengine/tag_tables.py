"""Tables beside `terms`: other names and lost addresses of tags, and what was done to tags.

An act keeps every row it changed, before and after, for as long as it can be undone. Its ids and
keys refer to no other table, so that an act outlives what it changed.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from blogengine.db import Model, UtcDateTime
from blogengine.names import NAME_LENGTH


class TermAliasRow(Model):
    """Another name of a term: whoever writes it on a post, or visits its address, gets the term."""

    __tablename__ = "term_aliases"
    __table_args__ = (Index("ix_term_aliases_slug", "taxonomy", "slug"),)

    taxonomy: Mapped[str] = mapped_column(String(30), primary_key=True)
    folded: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    slug: Mapped[str] = mapped_column(String(NAME_LENGTH))
    term_id: Mapped[int] = mapped_column(ForeignKey("terms.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class TermPlaceRow(Model):
    """Where a post stands in a term's archive that is sorted by hand; low numbers come first.

    It is kept when the post loses the term, so that taking an act back restores the order.
    """

    __tablename__ = "term_places"

    term_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    post_id: Mapped[int] = mapped_column(
        ForeignKey("posts.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )
    place: Mapped[int]


class GoneTermRow(Model):
    """A slug of a deleted term: it answers 410, and points at another term if one was named."""

    __tablename__ = "gone_terms"

    taxonomy: Mapped[str] = mapped_column(String(30), primary_key=True)
    slug: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    pointer_id: Mapped[int | None] = mapped_column(
        ForeignKey("terms.id", ondelete="SET NULL"), index=True
    )
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class TermActRow(Model):
    """One act on tags. `terms` are the ids of all it touched, `targets` those it moved posts to."""

    __tablename__ = "term_acts"
    __table_args__ = (Index("ix_term_acts_at", "at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(NAME_LENGTH))
    act: Mapped[str] = mapped_column(String(20))
    summary: Mapped[str] = mapped_column(Text)
    posts: Mapped[int]
    terms: Mapped[str] = mapped_column(Text)
    targets: Mapped[str] = mapped_column(Text)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taxonomy: Mapped[str] = mapped_column(String(30), default="tag", server_default="tag")


class TermStepRow(Model):
    """One row that an act changed: `before` and `after` as JSON, null where there was none."""

    __tablename__ = "term_steps"

    act_id: Mapped[int] = mapped_column(
        ForeignKey("term_acts.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    key: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
