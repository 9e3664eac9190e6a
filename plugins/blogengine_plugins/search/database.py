"""What both databases do alike: put, remove, count, and find the best or the newest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from sqlalchemy import Connection, TextClause

from blogengine.api import Session
from blogengine_plugins.search.asked import RANKED, Asked
from blogengine_plugins.search.documents import Document


class DatabaseBackend:
    """A backend in the site's own database. Its table has a row for each `place`.

    `best` and `newest` take `asked`, `limit` and `offset`; `some` counts up to `most`.
    """

    name: str
    insert: ClassVar[TextClause]
    delete: ClassVar[TextClause]
    some: ClassVar[TextClause]
    best: ClassVar[TextClause]
    newest: ClassVar[TextClause]
    empty: ClassVar[TextClause]
    total: ClassVar[TextClause]

    def row(self, document: Document) -> Mapping[str, object]:
        """Return what `insert` takes."""
        raise NotImplementedError

    def statement(self, asked: Asked) -> str:
        """Return a search in the database's own language."""
        raise NotImplementedError

    def put(self, session: Session | None, documents: Sequence[Document]) -> None:
        if documents and session:
            session.execute(self.insert, [self.row(one) for one in documents])

    def remove(self, session: Session | None, places: Sequence[int]) -> None:
        if places and session:
            session.execute(self.delete, [{"place": place} for place in places])

    def clear(self, session: Session | None) -> None:
        assert session is not None
        session.execute(self.empty)

    def find(
        self, connection: Connection, asked: Asked, *, limit: int, offset: int
    ) -> tuple[Sequence[int], int]:
        said = self.statement(asked)
        total = connection.execute(self.some, {"asked": said, "most": RANKED + 1}).scalar_one()
        order = self.best if total <= RANKED else self.newest
        page = {"asked": said, "limit": limit, "offset": offset}
        return connection.execute(order, page).scalars().all(), total

    def count(self, connection: Connection) -> int:
        return int(connection.execute(self.total).scalar_one())
