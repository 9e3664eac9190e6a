"""The owner's menus, and what their entries lead to now."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import Connection, select

from blogengine.models import PostRow, TermRow
from blogengine.writing import MenuRow

MAIN = "main"
TAGS = "tag"


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry of a menu: of `kind` page (a post or page by its id), tag (by its id) or address.

    An empty `label` is the title or name of what it leads to, whatever that becomes.
    """

    kind: str
    target: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class MenuLine:
    """An entry as readers see it; `note` says why they don't, where they don't."""

    item: MenuItem
    title: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A menu as it is stored: None where nobody made one; `before` is what it was last."""

    items: tuple[MenuItem, ...] | None = None
    before: tuple[MenuItem, ...] | None = None
    changed: bool = False


def read_menu(connection: Connection, name: str = MAIN) -> Kept:
    """Return what the owner made."""
    query = select(MenuRow.items, MenuRow.before).where(MenuRow.name == name)
    row = connection.execute(query).first()
    return Kept() if row is None else Kept(unpacked(row.items), unpacked(row.before), changed=True)


def packed(items: Sequence[MenuItem] | None) -> str:
    """Return a menu as it is stored; None for "as the site makes it" is `null`."""
    if items is None:
        return "null"
    return json.dumps([[item.kind, item.target, item.label] for item in items], ensure_ascii=False)


def unpacked(text: str) -> tuple[MenuItem, ...] | None:
    """Return the menu of such a text."""
    found = json.loads(text)
    return None if found is None else tuple(MenuItem(*entry) for entry in found)


def usual_menu(connection: Connection) -> tuple[MenuLine, ...]:
    """Return the menu of a site whose owner made none: the public top-level pages by title."""
    pages = (
        select(PostRow.id, PostRow.path, PostRow.title)
        .where(PostRow.kind == "page", PostRow.parent_id.is_(None))
        .where(PostRow.status == "published", PostRow.visibility == "public")
        .order_by(PostRow.title, PostRow.id)
    )
    return tuple(
        MenuLine(MenuItem("page", str(number)), title or "Untitled", path or "")
        for number, path, title in connection.execute(pages)
    )


def menu_lines(connection: Connection, items: Sequence[MenuItem]) -> tuple[MenuLine, ...]:
    """Return where the entries lead now: one statement for the pages, one for the tags."""
    posts, tags = _posts(connection, items), _tags(connection, items)
    lines = []
    for item in items:
        if item.kind == "page":
            title, url, note = posts.get(item.target, ("Gone", "", "It doesn’t exist any more."))
        elif item.kind == "tag":
            title, url, note = tags.get(item.target, ("Gone", "", "It doesn’t exist any more."))
        else:
            title, url, note = item.target, item.target, ""
        lines.append(MenuLine(item, item.label or title, url, note))
    return tuple(lines)


def shown_menu(connection: Connection) -> list[list[str]]:
    """Return address and title of what stands in the main menu now."""
    items = read_menu(connection).items
    lines = usual_menu(connection) if items is None else menu_lines(connection, items)
    return [[line.url, line.title] for line in lines if line.url and not line.note]


def _posts(connection: Connection, items: Sequence[MenuItem]) -> dict[str, tuple[str, str, str]]:
    ids = [int(item.target) for item in items if item.kind == "page"]
    if not ids:
        return {}
    query = select(PostRow.id, PostRow.path, PostRow.title, PostRow.status, PostRow.visibility)
    found = {}
    for row in connection.execute(query.where(PostRow.id.in_(ids))):
        public = row.status == "published" and row.visibility != "private"
        note = "" if public else "It isn’t public, so readers don’t see it."
        found[str(row.id)] = (row.title or "Untitled", row.path or "", note)
    return found


def _tags(connection: Connection, items: Sequence[MenuItem]) -> dict[str, tuple[str, str, str]]:
    ids = [int(item.target) for item in items if item.kind == "tag"]
    if not ids:
        return {}
    query = select(TermRow.id, TermRow.slug, TermRow.name, TermRow.internal)
    query = query.where(TermRow.id.in_(ids), TermRow.taxonomy == TAGS)
    return {
        str(row.id): (
            row.name,
            f"/tag/{quote(row.slug)}/",
            "It is internal, so readers don’t see it." if row.internal else "",
        )
        for row in connection.execute(query)
    }
