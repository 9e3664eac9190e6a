"""A planned act: each row it changes, before and after. Nothing here asks the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from blogengine.models import TermHistoryRow
from blogengine.tag_tables import GoneTermRow, TermAliasRow
from blogengine.taxonomies import TAG, Taxonomy

TERM, POST, ALIAS, HISTORY, GONE = "term", "post", "alias", "history", "gone"

KEPT: Mapping[str, tuple[Any, str]] = {
    ALIAS: (TermAliasRow, "folded"),
    HISTORY: (TermHistoryRow, "slug"),
    GONE: (GoneTermRow, "slug"),
}
"""The tables beside the terms, with their keys within a taxonomy."""

NEW = -1
"""Stands in a plan for the id of a term that isn't made yet."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row: None where there is none, a tuple of terms for a post, else its columns."""

    before: Any
    after: Any


@dataclass(slots=True)
class Change:
    """An act with its steps by kind and key; `targets` are the terms that posts are moved to."""

    act: str
    summary: str = ""
    steps: dict[tuple[str, str], Step] = field(default_factory=dict)
    targets: tuple[int, ...] = ()
    notes: list[str] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    taxonomy: Taxonomy = TAG

    def plan(self, kind: str, key: object, before: Any, after: Any) -> None:
        """Plan a row; planning it twice keeps the first `before`."""
        place = (kind, str(key))
        if place in self.steps:
            before = self.steps[place].before
        self.steps[place] = Step(before, after)
        if before == after:
            del self.steps[place]

    def of(self, kind: str) -> Iterator[tuple[str, Step]]:
        """Yield key and step of every row of one kind."""
        return ((key, step) for (there, key), step in self.steps.items() if there == kind)

    def posts(self) -> dict[int, tuple[tuple[int, ...], tuple[int, ...]]]:
        """Return the terms of each post before and after."""
        return {int(key): (tuple(s.before), tuple(s.after)) for key, s in self.of(POST)}

    def moved_terms(self) -> set[int]:
        """Return the terms that posts gain or lose."""
        return {
            term
            for before, after in self.posts().values()
            for term in set(before).symmetric_difference(after)
        }

    def touched_terms(self) -> set[int]:
        """Return every term that the act mentions."""
        found = {int(key) for key, _ in self.of(TERM)} | self.moved_terms()
        for kind in KEPT:
            for _, step in self.of(kind):
                found |= set(_mentioned((step.before, step.after)))
        return found


def _mentioned(rows: Iterable[Any]) -> Iterator[int]:
    for row in rows:
        if row is not None:
            number = row.get("term_id", row.get("pointer_id"))
            if number is not None:
                yield number
