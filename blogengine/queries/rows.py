"""How rows become values: times in the site's zone, addresses, bodies placed where they stand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy import BindParameter, Connection, Row, bindparam, literal, select, union_all

from blogengine.models import (
    ListingCountRow,
    PostAuthorRow,
    PostRow,
    PostTermRow,
    TermRow,
    UserRow,
)
from blogengine.rendering import place
from blogengine.taxonomies import TAG, Taxonomy
from blogengine.values import Author, Heading, Post, Term

POST_COLUMNS = (
    PostRow.id,
    PostRow.guid,
    PostRow.kind,
    PostRow.title,
    PostRow.slug,
    PostRow.path,
    PostRow.status,
    PostRow.visibility,
    PostRow.html,
    PostRow.excerpt,
    PostRow.hand_excerpt,
    PostRow.excerpt_html,
    PostRow.words,
    PostRow.language,
    PostRow.comments_open,
    PostRow.version,
    PostRow.created_at,
    PostRow.updated_at,
    PostRow.published_at,
    PostRow.pinned_from,
    PostRow.pinned_until,
    PostRow.featured_image,
    PostRow.featured_alt,
    PostRow.seo_title,
    PostRow.seo_description,
)

LOOKS = ("image", "colour", "seo_title", "seo_description")
"""Columns of a term that only its own archive shows."""

Labels = Mapping[int, tuple[tuple[Author, ...], tuple[Term, ...]]]


@dataclass(frozen=True, slots=True)
class Mapper:
    """Turns rows into values for one site; cheap to make, made per settings revision."""

    zone: ZoneInfo
    taxonomies: Mapping[str, Taxonomy]

    def local(self, moment: datetime) -> datetime:
        """Return a moment in the site's time zone."""
        return moment.astimezone(self.zone)

    def term(self, row: Any, count: int = 0) -> Term:
        """Return a term from a row with id, taxonomy, slug, name."""
        taxonomy = self.taxonomies.get(row.taxonomy, TAG)
        description = Markup(getattr(row, "description_html", ""))
        url = f"/{taxonomy.path}/{quote(row.path or row.slug)}/"
        looks: list[Any] = [getattr(row, name, "") for name in LOOKS]
        term = Term(row.id, row.taxonomy, row.slug, row.name, url, count, description, *looks)
        if row.internal or getattr(row, "parent_id", None) is not None:
            return replace(term, internal=row.internal, parent_id=getattr(row, "parent_id", None))
        return term

    def author(self, row: Any) -> Author:
        return Author(row.id, row.slug, row.name, f"/author/{quote(row.slug)}/")

    def post(
        self, row: Row[*tuple[Any, ...]], labels: Labels, *, in_list: bool, text: str = ""
    ) -> Post:
        """Return a post placed in a list (headings from h3, prefixed ids) or on its own page."""
        prefix, level = (f"p{row.id}-", 3) if in_list else ("", 2)
        authors, terms = labels.get(row.id, ((), ()))
        headings = getattr(row, "headings", "[]")  # read for a post's own page only
        published = None if row.published_at is None else self.local(row.published_at)
        return Post(
            id=row.id,
            guid=row.guid,
            kind=row.kind,
            title=row.title,
            slug=row.slug,
            url=quote(row.path or ""),
            status=row.status,
            visibility=row.visibility,
            html=Markup(place(row.html, prefix=prefix, level=level)),
            excerpt=row.hand_excerpt or row.excerpt,
            excerpt_html=Markup(place(row.excerpt_html, prefix=prefix, level=level)),
            published_at=published,
            updated_at=self.local(row.updated_at),
            created_at=self.local(row.created_at),
            version=row.version,
            words=row.words,
            language=row.language,
            comments_open=row.comments_open,
            text=text,
            authors=authors,
            terms=tuple(term for term in terms if not term.internal),
            internal=tuple(term for term in terms if term.internal),
            pinned_from=row.pinned_from and self.local(row.pinned_from),
            pinned_until=row.pinned_until and self.local(row.pinned_until),
            featured_image=row.featured_image,
            featured_alt=row.featured_alt,
            seo_title=row.seo_title,
            seo_description=row.seo_description,
            template=getattr(row, "template", ""),
            headings=tuple(Heading(*heading) for heading in json.loads(headings)),
        )


IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)

# Hot statements are made once, with parameters: building one costs more than its answer.
LABELS = union_all(
    select(
        PostTermRow.post_id,
        PostTermRow.position,
        TermRow.taxonomy,
        TermRow.id,
        TermRow.slug,
        TermRow.name,
        TermRow.path,
        TermRow.internal,
    )
    .join(TermRow, TermRow.id == PostTermRow.term_id)
    .where(PostTermRow.post_id.in_(IDS)),
    select(
        PostAuthorRow.post_id,
        PostAuthorRow.position,
        literal("").label("taxonomy"),
        UserRow.id,
        UserRow.slug,
        UserRow.name,
        literal("").label("path"),
        literal(False).label("internal"),
    )
    .join(UserRow, UserRow.id == PostAuthorRow.user_id)
    .where(PostAuthorRow.post_id.in_(IDS)),
)


def read_labels(connection: Connection, mapper: Mapper, ids: Sequence[int]) -> Labels:
    """Return authors and terms of the posts, in the writer's order, by one statement."""
    if not ids:
        return {}
    found: dict[int, tuple[list[Author], list[Term]]] = {number: ([], []) for number in ids}
    rows = connection.execute(LABELS, {"ids": list(ids)}).fetchall()
    for row in sorted(rows, key=lambda row: row.position):
        people, entries = found[row.post_id]
        if row.taxonomy in mapper.taxonomies:
            entries.append(mapper.term(row))
        elif not row.taxonomy:
            people.append(mapper.author(row))
    return {number: (tuple(people), tuple(entries)) for number, (people, entries) in found.items()}


def term_columns() -> tuple[Any, ...]:
    """Return the columns of a term with its count of public posts."""
    return (
        TermRow.id,
        TermRow.taxonomy,
        TermRow.slug,
        TermRow.name,
        TermRow.path,
        TermRow.internal,
        TermRow.parent_id,
        TermRow.description_html,
        *(getattr(TermRow, name) for name in LOOKS),
        ListingCountRow.posts,
        ListingCountRow.updated_at,
    )
