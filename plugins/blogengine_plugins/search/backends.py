"""What every place to search in can do, and which one this site uses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Connection

from blogengine.api import Session, Site
from blogengine_plugins.search.asked import Asked
from blogengine_plugins.search.documents import Document
from blogengine_plugins.search.postgres import PostgresBackend
from blogengine_plugins.search.settings import SearchSettings
from blogengine_plugins.search.sqlite import SqliteBackend


class SearchBackend(Protocol):
    """Keeps documents by their words and finds them again.

    That of the site's database writes in the transaction of the edit itself, through `session`. One
    that another plugin brings is told by a job that the edit asks for, and gets no session. A
    document is kept under its `place`; what is put isn't there yet.
    """

    name: str

    def put(self, session: Session | None, documents: Sequence[Document]) -> None:
        """Take documents in."""

    def remove(self, session: Session | None, places: Sequence[int]) -> None:
        """Take out what stands at these places; some may not be there."""

    def clear(self, session: Session | None) -> None:
        """Forget everything."""

    def find(
        self, connection: Connection, asked: Asked, *, limit: int, offset: int
    ) -> tuple[Sequence[int], int]:
        """Return places of a page, the best or the newest first, and how many there are in all.

        The number may stop at any that is greater than `RANKED`.
        """

    def count(self, connection: Connection) -> int:
        """Return how many documents there are."""


def own_backend(site: Site) -> SearchBackend:
    """Return the backend of the site's database."""
    if site.db.reading().dialect.name == "postgresql":
        return PostgresBackend()
    return SqliteBackend()


def foreign_backend(site: Site) -> SearchBackend | None:
    """Return the backend that the setting names, when another plugin brings it."""
    named = site.settings(SearchSettings).backend
    if not named or named in (SqliteBackend.name, PostgresBackend.name):
        return None
    brought: list[SearchBackend] = [
        one for answer in site.hooks.search_register_backends() for one in answer
    ]
    return next((one for one in brought if one.name == named), None)
