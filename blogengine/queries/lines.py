"""The writer's list: posts of any state without their texts, narrowed, sorted, in slices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from blogengine.models import PostAuthorRow, PostRow, PostTermRow, TermRow, UserRow
from blogengine.queries.rows import Mapper, read_labels
from blogengine.queries.slices import Slice, SortBy, take_slice
from blogengine.slugs import fold
from blogengine.values import KINDS, STATUSES, Author, Term

STATES = ("draft", "scheduled", "published", "private", "password", "pinned", "trashed")
"""What the list can be narrowed to; without one it leaves out the trash."""

MOST_IDS = 20_000
LONGEST_SEARCH = 100

POSTS = PostRow.__table__.c
KEY = POSTS.id

SORTS = (
    SortBy("changed", "Changed", POSTS.updated_at, descending=True),
    SortBy("title", "Title", POSTS.title),
    SortBy("made", "Made", KEY, descending=True),
)

COLUMNS: tuple[Any, ...] = (
    PostRow.id,
    PostRow.title,
    PostRow.kind,
    PostRow.status,
    PostRow.visibility,
    PostRow.path,
    PostRow.updated_at,
    PostRow.published_at,
    PostRow.pinned_from,
    PostRow.pinned_until,
)


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post in the writer's list."""

    id: int
    title: str
    kind: str
    status: str
    visibility: str
    url: str
    updated_at: datetime
    published_at: datetime | None
    pinned_from: datetime | None
    pinned_until: datetime | None
    authors: tuple[Author, ...]
    terms: tuple[Term, ...]

    @property
    def display_title(self) -> str:
        return self.title or "Untitled"

    @property
    def tags(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.taxonomy == "tag")


def narrowed(statement: Select[Any], chosen: Mapping[str, str], owner: int | None) -> Select[Any]:
    """Return the statement with what the arguments state, kind, author and tag ask for.

    With an `owner` only posts that name this person among their authors.
    """
    state = chosen.get("state", "")
    if state in STATUSES:
        statement = statement.where(PostRow.status == state)
    else:
        # Not as a list of states: that would lead away from the index that sorts.
        statement = statement.where(PostRow.status != "trashed")
    if state in ("private", "password"):
        statement = statement.where(PostRow.visibility == state)
    if state == "pinned":
        statement = statement.where(PostRow.pinned_from.is_not(None))
    if (kind := chosen.get("kind", "")) in KINDS:
        statement = statement.where(PostRow.kind == kind)
    if author := chosen.get("author", ""):
        person = select(UserRow.id).where(UserRow.slug == author).scalar_subquery()
        statement = statement.where(PostRow.id.in_(_by(person)))
    if owner is not None:
        statement = statement.where(PostRow.id.in_(_by(owner)))
    if tag := chosen.get("tag", ""):
        term = select(TermRow.id).where(TermRow.taxonomy == "tag", TermRow.slug == tag)
        carrying = select(PostTermRow.post_id).where(PostTermRow.term_id.in_(term))
        statement = statement.where(PostRow.id.in_(carrying))
    return statement


def _by(person: Any) -> Select[int]:
    return select(PostAuthorRow.post_id).where(PostAuthorRow.user_id == person)


def matching(chosen: Mapping[str, str]) -> ColumnElement[bool] | None:
    """Return what a search asks of a title; None without one."""
    typed = chosen.get("q", "").replace("\x00", "")[:LONGEST_SEARCH].strip()
    if not typed:
        return None
    # SQLite knows capitals of ASCII only; what was typed as it stands is found anyway.
    folded = func.lower(PostRow.title).contains(fold(typed), autoescape=True)
    return or_(folded, PostRow.title.contains(typed, autoescape=True))


def post_lines(
    connection: Connection, mapper: Mapper, chosen: Mapping[str, str], owner: int | None
) -> tuple[Slice, tuple[PostLine, ...]]:
    """Return one slice of the list, and its rows as values: two statements, three with a search."""
    everything: Select[Any] = select(*COLUMNS)
    statement = narrowed(everything, chosen, owner)
    found = take_slice(connection, statement, chosen, sorts=SORTS, key=KEY, match=matching(chosen))
    labels = read_labels(connection, mapper, [row.id for row in found.rows])
    lines = []
    for row in found.rows:
        authors, terms = labels[row.id]
        lines.append(
            PostLine(
                row.id,
                row.title,
                row.kind,
                row.status,
                row.visibility,
                quote(row.path or ""),
                mapper.local(row.updated_at),
                row.published_at and mapper.local(row.published_at),
                row.pinned_from and mapper.local(row.pinned_from),
                row.pinned_until and mapper.local(row.pinned_until),
                authors,
                terms,
            )
        )
    return found, tuple(lines)


def ids_of(connection: Connection, chosen: Mapping[str, str], owner: int | None) -> Sequence[int]:
    """Return the ids of all posts that the arguments ask for, without slices."""
    query = narrowed(select(PostRow.id), chosen, owner)
    if (match := matching(chosen)) is not None:
        query = query.where(match)
    return list(connection.execute(query.order_by(PostRow.id).limit(MOST_IDS)).scalars())
