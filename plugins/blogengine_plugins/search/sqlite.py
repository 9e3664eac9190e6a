"""SQLite's FTS5. Its rows are numbered by `place`, so that the newest are found without sorting."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text

from blogengine_plugins.search.asked import Asked, Part
from blogengine_plugins.search.database import DatabaseBackend
from blogengine_plugins.search.documents import Document


class SqliteBackend(DatabaseBackend):
    """The backend of a site on SQLite."""

    name = "sqlite"
    insert = text("INSERT INTO search_fts (rowid, title, labels, body) VALUES (:place, :t, :l, :b)")
    delete = text("DELETE FROM search_fts WHERE rowid = :place")
    some = text(
        "SELECT count(*) FROM (SELECT 1 FROM search_fts WHERE search_fts MATCH :asked LIMIT :most)"
    )
    best = text(
        "SELECT rowid FROM search_fts WHERE search_fts MATCH :asked "
        "ORDER BY bm25(search_fts, 8.0, 4.0, 1.0), rowid DESC LIMIT :limit OFFSET :offset"
    )
    newest = text(
        "SELECT rowid FROM search_fts WHERE search_fts MATCH :asked "
        "ORDER BY rowid DESC LIMIT :limit OFFSET :offset"
    )
    empty = text("DELETE FROM search_fts")
    total = text("SELECT count(*) FROM search_fts")

    def row(self, document: Document) -> Mapping[str, object]:
        return {
            "place": document.place,
            "t": " ".join(document.title),
            "l": " ".join(document.labels),
            "b": " ".join(document.body),
        }

    def statement(self, asked: Asked) -> str:
        """Return a search in FTS5's language; words are letters and digits, and quoted."""
        said = " AND ".join(_part(part) for part in asked.wanted)
        return f"({said})" + "".join(f" NOT {_part(part)}" for part in asked.unwanted)


def _part(part: Part) -> str:
    words = '"' + " ".join(part.words) + '"'
    if part.beginning:
        return f"({words} *)"
    return "(" + " OR ".join([words, *(f'"{stem}"' for stem in part.stems)]) + ")"
