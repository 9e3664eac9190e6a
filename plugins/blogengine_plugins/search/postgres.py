"""PostgreSQL's text search. The words are ours, so that both databases find the same."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from blogengine.api import Session
from blogengine_plugins.search.asked import RANKED, Asked, Part
from blogengine_plugins.search.documents import Document

PUT = text("INSERT INTO search_vector (place, vector) VALUES (:place, CAST(:vector AS tsvector))")
REMOVE = text("DELETE FROM search_vector WHERE place = :place")
MATCHING = "FROM search_vector WHERE vector @@ CAST(:asked AS tsquery)"
COUNT = text(f"SELECT count(*) FROM (SELECT 1 {MATCHING} LIMIT :most) AS found")
BEST = text(
    f"SELECT place {MATCHING} "
    "ORDER BY ts_rank('{0.1, 0.2, 0.5, 1.0}', vector, CAST(:asked AS tsquery)) DESC, place DESC "
    "LIMIT :limit OFFSET :offset"
)
NEWEST = text(f"SELECT place {MATCHING} ORDER BY place DESC LIMIT :limit OFFSET :offset")

LAST_PLACE = 16_383
"""PostgreSQL counts no further within one text."""

TITLE, LABELS, BODY = "A", "B", ""


class PostgresBackend:
    """The backend of a site on PostgreSQL."""

    name = "postgresql"

    def put(self, session: Session | None, documents: Sequence[Document]) -> None:
        rows = [{"place": one.place, "vector": vector(one)} for one in documents]
        if rows and session:
            session.execute(PUT, rows)

    def remove(self, session: Session | None, places: Sequence[int]) -> None:
        if places and session:
            session.execute(REMOVE, [{"place": place} for place in places])

    def clear(self, session: Session | None) -> None:
        assert session is not None
        session.execute(text("DELETE FROM search_vector"))

    def find(
        self, connection: Connection, asked: Asked, *, limit: int, offset: int
    ) -> tuple[Sequence[int], int]:
        said = statement(asked)
        total = connection.execute(COUNT, {"asked": said, "most": RANKED + 1}).scalar_one()
        order = BEST if total <= RANKED else NEWEST
        page = {"asked": said, "limit": limit, "offset": offset}
        return connection.execute(order, page).scalars().all(), total

    def count(self, connection: Connection) -> int:
        return int(connection.execute(text("SELECT count(*) FROM search_vector")).scalar_one())


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


def statement(asked: Asked) -> str:
    """Return a search in PostgreSQL's language; words are letters and digits and stand quoted."""
    said = " & ".join(_part(part) for part in asked.wanted)
    return said + "".join(f" & !{_part(part)}" for part in asked.unwanted)


def _part(part: Part) -> str:
    words = " <-> ".join(f"'{word}'" for word in part.words)
    if part.beginning:
        return f"({words}:*)"
    return "(" + " | ".join([f"({words})", *(f"'{stem}'" for stem in part.stems)]) + ")"
