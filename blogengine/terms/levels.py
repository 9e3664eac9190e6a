"""Terms that stand below others, in taxonomies that have levels."""

from __future__ import annotations

from typing import Any

from blogengine.errors import UserError
from blogengine.queries import tagging
from blogengine.terms.change import TERM, Change
from blogengine.terms.shelf import Shelf

MOST_LEVELS = 5
TAKEN = frozenset(("feed", "page"))
"""Addresses below an archive that are its own."""


def find_parent(shelf: Shelf, term: dict[str, Any], slug: str) -> int | None:
    """Return the id of the term that another shall stand below; None for an empty slug.

    Raises UserError for one that isn't there, stands below the term itself, or lies too deep.
    """
    if not slug:
        return None
    above = shelf.by_slug(slug)
    if above is None or term["slug"] in TAKEN:
        raise _refused(f"{term['name']!r} can't stand below {slug!r}.", "Choose another one.")
    found: int = above["id"]
    depth = 1
    while above is not None:
        depth += 1
        if above["id"] == term["id"]:
            raise _refused("It can't stand below itself.", "Choose another one.")
        if depth > MOST_LEVELS:
            raise _refused(f"There are {MOST_LEVELS} levels at most.", "Choose a higher one.")
        number = above["parent_id"]
        above = tagging.term_rows(shelf.connection, [number]).get(number) if number else None
    return found


def lift(shelf: Shelf, change: Change, term: dict[str, Any], onto: int | None) -> None:
    """Plan that what stands below a term that goes stands below another then, or at the top."""
    if not shelf.taxonomy.levels:
        return
    for row in tagging.children_of(shelf.connection, term["id"]):
        if row["id"] != onto:
            change.names[row["id"]] = row["name"]
            change.plan(TERM, row["id"], row, {**row, "parent_id": onto})


def _refused(message: str, action: str) -> UserError:
    return UserError(message, code="tag-field-invalid", action=action, field="parent", status=422)
