"""A site full of posts in seconds: every distinct block is rendered once, rows are written in bulk.

`differences` holds what is written here against what `site.posts.create` writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.orm import Session

from bench.corpus import Piece, Sketch
from blogengine.audit import no_act
from blogengine.audited import AUDITED
from blogengine.db import Model, db
from blogengine.models import (
    ListingCountRow,
    ListingRow,
    PostAuthorRow,
    PostRow,
    PostTermRow,
    TermRow,
)
from blogengine.rendering import Rendering, RenderJob, fingerprint
from blogengine.rendering.events import Event, read
from blogengine.rendering.excerpts import excerpt
from blogengine.rendering.placement import ID_MARK
from blogengine.site import Site
from blogengine.slugs import fold, make_slug
from blogengine.terms.applying import count_terms

BATCH = 1000
COMPARED: tuple[type[Model], ...] = (
    PostRow,
    ListingRow,
    ListingCountRow,
    TermRow,
    PostTermRow,
    PostAuthorRow,
)


class Blocks:
    """Renderings of single blocks, put together to renderings of posts."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._made: dict[Piece, tuple[Rendering, list[Event]]] = {}

    def row(self, sketch: Sketch) -> dict[str, Any]:
        """Return the columns that a rendering fills."""
        html, text, events = [], [], []
        seen: Counter[str] = Counter()
        for piece in sketch.pieces:
            made, those = self._rendered(piece)
            html.append(self._with_own_id(made, seen) if piece.heading else made.html)
            text.append(made.text)
            events += those
        plain = " ".join(text)
        return {
            "html": "\n".join(html),
            "text": plain,
            "words": len(plain.split()),
            "excerpt": excerpt(events, None),
        }

    def _rendered(self, piece: Piece) -> tuple[Rendering, list[Event]]:
        found = self._made.get(piece)
        if found is None:
            made = self._site.posts.renderer.render(RenderJob(piece.source))
            found = self._made[piece] = made, read(made.html)
        return found

    def _with_own_id(self, made: Rendering, seen: Counter[str]) -> str:
        """Number a heading that stood in the post before, as the renderer does."""
        name = made.headings[0].id
        before = seen[name]
        seen[name] += 1
        mark = f'id="{ID_MARK}{name}'
        return made.html.replace(f'{mark}"', f'{mark}-{before}"') if before else made.html


class Filler:
    """Collects the rows of posts, oldest first, and writes them batch by batch."""

    def __init__(self, site: Site, session: Session, author: int) -> None:
        self._blocks = Blocks(site)
        self._session = session
        self._author = author
        self._terms: dict[str, int] = {}
        self._counts: dict[tuple[str, int], tuple[int, datetime]] = {}
        self._rows: dict[type[Model], list[dict[str, Any]]] = {table: [] for table in COMPARED}

    def add(self, number: int, sketch: Sketch) -> None:
        """Take one post in under its id."""
        moment = sketch.published_at
        day = moment.date()
        self._rows[PostRow].append(
            {
                "id": number,
                "guid": f"urn:bench:{sketch.number}",
                "kind": "post",
                "status": "published",
                "visibility": "public",
                "title": sketch.title,
                "slug": sketch.slug,
                "path": f"/{day:%Y/%m}/{sketch.slug}/",
                "source": sketch.source.encode(),
                "format": "markdown",
                "fingerprint": fingerprint(),
                "created_at": moment,
                "updated_at": moment,
                "published_at": moment,
                "local_date": day.isoformat(),
                **self._blocks.row(sketch),
            }
        )
        terms = [self._term(name) for name in sketch.tags]
        for place, term in enumerate(terms):
            self._rows[PostTermRow].append({"post_id": number, "term_id": term, "position": place})
        self._rows[PostAuthorRow].append(
            {"post_id": number, "user_id": self._author, "position": 0}
        )
        scopes = [("home", 0), ("year", day.year), ("month", day.year * 100 + day.month)]
        scopes += [("day", int(f"{day:%Y%m%d}")), ("author", self._author)]
        for scope in [*scopes, *(("term", term) for term in terms)]:
            row = {"scope": scope[0], "scope_id": scope[1]}
            self._rows[ListingRow].append({**row, "published_at": moment, "post_id": number})
            self._counts[scope] = self._counts.get(scope, (0, moment))[0] + 1, moment
        if len(self._rows[PostRow]) >= BATCH:
            self._write()

    def finish(self) -> None:
        """Write what is left, and the counts."""
        self._rows[ListingCountRow] = [
            {"scope": scope, "scope_id": number, "posts": posts, "updated_at": at}
            for (scope, number), (posts, at) in self._counts.items()
        ]
        self._write()
        count_terms(self._session, self._terms.values())

    def _term(self, name: str) -> int:
        if name not in self._terms:
            self._terms[name] = len(self._terms) + 1
            row = {"id": self._terms[name], "taxonomy": "tag", "name": name}
            self._rows[TermRow].append({**row, "slug": make_slug(name), "folded": fold(name)})
        return self._terms[name]

    def _write(self) -> None:
        for table in (PostRow, TermRow, PostTermRow, PostAuthorRow, ListingRow, ListingCountRow):
            if rows := self._rows[table]:
                self._session.execute(insert(table), rows)
                rows.clear()


def fill(site: Site, posts: Iterable[Sketch], author: int) -> None:
    """Write the posts, given oldest first, into an empty site in one transaction."""
    with db.write() as session:
        no_act(session, *AUDITED)
        filler = Filler(site, session, author)
        for number, sketch in enumerate(posts, start=1):
            filler.add(number, sketch)
        filler.finish()


def dump(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Return everything that stands in the compared tables, in order."""
    found = {}
    for model in COMPARED:
        table = model.__table__
        assert isinstance(table, Table)
        rows = connection.execute(select(table).order_by(*table.primary_key.columns))
        found[table.name] = [tuple(row) for row in rows]
    return found


def differences(one: dict[str, list[Any]], other: dict[str, list[Any]]) -> list[str]:
    """Return where two dumps differ, a line each."""
    lines = []
    for table, rows in one.items():
        if len(rows) != len(other[table]):
            lines.append(f"{table}: {len(rows)} rows against {len(other[table])}")
        lines += [
            f"{table}: {mine!r} against {theirs!r}"
            for mine, theirs in zip(rows, other[table], strict=False)
            if mine != theirs
        ]
    return lines
