"""SQLite's FTS5. Its rows are numbered by `place`, so that the newest are found without sorting."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from blogengine.api import Session
from blogengine_plugins.search.asked import RANKED, Asked, Part
from blogengine_plugins.search.documents import Document

PUT = text("INSERT INTO search_fts (rowid, title, labels, body) VALUES (:place, :t, :l, :b)")
REMOVE = text("DELETE FROM search_fts WHERE rowid = :place")
COUNT = text(
    "SELECT count(*) FROM (SELECT 1 FROM search_fts WHERE search_fts MATCH :asked LIMIT :most)"
)
BEST = text(
    "SELECT rowid FROM search_fts WHERE search_fts MATCH :asked "
    "ORDER BY bm25(search_fts, 8.0, 4.0, 1.0), rowid DESC LIMIT :limit OFFSET :offset"
)
NEWEST = text(
    "SELECT rowid FROM search_fts WHERE search_fts MATCH :asked "
    "ORDER BY rowid DESC LIMIT :limit OFFSET :offset"
)


class SqliteBackend:
    """The backend of a site on SQLite."""

    name = "sqlite"

    def put(self, session: Session | None, documents: Sequence[Document]) -> None:
        rows = [
            {
                "place": one.place,
                "t": " ".join(one.title),
                "l": " ".join(one.labels),
                "b": " ".join(one.body),
            }
            for one in documents
        ]
        if rows and session:
            session.execute(PUT, rows)

    def remove(self, session: Session | None, places: Sequence[int]) -> None:
        if places and session:
            session.execute(REMOVE, [{"place": place} for place in places])

    def clear(self, session: Session | None) -> None:
        assert session is not None
        session.execute(text("DELETE FROM search_fts"))

    def find(
        self, connection: Connection, asked: Asked, *, limit: int, offset: int
    ) -> tuple[Sequence[int], int]:
        said = statement(asked)
        total = connection.execute(COUNT, {"asked": said, "most": RANKED + 1}).scalar_one()
        order = BEST if total <= RANKED else NEWEST
        page = {"asked": said, "limit": limit, "offset": offset}
        return connection.execute(order, page).scalars().all(), total

    def count(self, connection: Connection) -> int:
        return int(connection.execute(text("SELECT count(*) FROM search_fts")).scalar_one())


def statement(asked: Asked) -> str:
    """Return a search in FTS5's language; words are letters and digits alone and stand quoted."""
    said = " AND ".join(_part(part) for part in asked.wanted)
    return f"({said})" + "".join(f" NOT {_part(part)}" for part in asked.unwanted)


def _part(part: Part) -> str:
    words = '"' + " ".join(part.words) + '"'
    if part.beginning:
        return f"({words} *)"
    return "(" + " OR ".join([words, *(f'"{stem}"' for stem in part.stems)]) + ")"
