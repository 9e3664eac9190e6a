"""Where an act is planned: a connection to read with, and the taxonomy it is about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from blogengine.queries import tagging
from blogengine.taxonomies import Taxonomy
from blogengine.terms.change import KEPT, Change

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The terms of one taxonomy, and what is kept beside them."""

    connection: Connection
    taxonomy: Taxonomy

    def change(self, act: str, summary: str = "", targets: tuple[int, ...] = ()) -> Change:
        """Return a change of this taxonomy in which nothing is planned yet."""
        return Change(act, summary, targets=targets, taxonomy=self.taxonomy)

    def by_slug(self, slug: str) -> Row | None:
        return tagging.term_by_slug(self.connection, self.taxonomy.name, slug)

    def by_name(self, name: str) -> Row | None:
        return tagging.term_by_name(self.connection, self.taxonomy.name, name)

    def rows(self, kind: str, **where: Collection[Any]) -> dict[str, Row]:
        """Return rows of aliases, history or gone terms by their key."""
        table, key = KEPT[kind]
        return tagging.rows_by_key(self.connection, table, key, self.taxonomy.name, **where)
