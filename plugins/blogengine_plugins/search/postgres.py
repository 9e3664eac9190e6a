"""PostgreSQL's text search. The words are ours, so that both databases find the same."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text

from blogengine_plugins.search.asked import Asked, Part
from blogengine_plugins.search.database import DatabaseBackend
from blogengine_plugins.search.documents import Document

LAST_PLACE = 16_383
"""PostgreSQL counts no further within one text."""

TITLE, LABELS, BODY = "A", "B", ""


class PostgresBackend(DatabaseBackend):
    """The backend of a site on PostgreSQL."""

    name = "postgresql"
    insert = text(
        "INSERT INTO search_vector (place, vector) VALUES (:place, CAST(:vector AS tsvector))"
    )
    delete = text("DELETE FROM search_vector WHERE place = :place")
    some = text(
        "SELECT count(*) FROM (SELECT 1 FROM search_vector "
        "WHERE vector @@ CAST(:asked AS tsquery) LIMIT :most) AS found"
    )
    best = text(
        "SELECT place FROM search_vector WHERE vector @@ CAST(:asked AS tsquery) "
        "ORDER BY ts_rank('{0.1, 0.2, 0.5, 1.0}', vector, CAST(:asked AS tsquery)) DESC, "
        "place DESC LIMIT :limit OFFSET :offset"
    )
    newest = text(
        "SELECT place FROM search_vector WHERE vector @@ CAST(:asked AS tsquery) "
        "ORDER BY place DESC LIMIT :limit OFFSET :offset"
    )
    empty = text("DELETE FROM search_vector")
    total = text("SELECT count(*) FROM search_vector")

    def row(self, document: Document) -> Mapping[str, object]:
        return {"place": document.place, "vector": vector(document)}

    def statement(self, asked: Asked) -> str:
        """Return a search in PostgreSQL's language; words are letters and digits, and quoted."""
        said = " & ".join(_part(part) for part in asked.wanted)
        return said + "".join(f" & !{_part(part)}" for part in asked.unwanted)


def vector(document: Document) -> str:
    """Return a document as a tsvector is written: each word with its places and weight."""
    places: dict[str, list[str]] = {}
    place = 0
    for words, weight in (
        (document.title, TITLE),
        (document.labels, LABELS),
        (document.body, BODY),
    ):
        for place, word in enumerate(words, start=place + 1):  # noqa: B020
            places.setdefault(word, []).append(f"{min(place, LAST_PLACE)}{weight}")
        place += 1
    return " ".join(f"'{word}':{','.join(where)}" for word, where in places.items())


def _part(part: Part) -> str:
    words = " <-> ".join(f"'{word}'" for word in part.words)
    if part.beginning:
        return f"({words}:*)"
    return "(" + " | ".join([f"({words})", *(f"'{stem}'" for stem in part.stems)]) + ")"
