"""`site.menus`: what stands in the menu of the public pages.

Until the owner makes one it holds the public top-level pages. It is worked out when something
changes and read with the state of the site, so that no page asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from blogengine import audit, changes
from blogengine.actors import require
from blogengine.db import db
from blogengine.errors import NotFound, UserError
from blogengine.names import check_name
from blogengine.posts.listing import sync_menu
from blogengine.queries.menus import (
    MAIN,
    Kept,
    MenuItem,
    MenuLine,
    menu_lines,
    packed,
    read_menu,
    usual_menu,
)
from blogengine.writing import MenuRow

EDIT = "menus.edit"
KEY = "menu"
"""The surrogate key of every page that shows the menu."""

KINDS = ("page", "tag", "address")
MOST = 50
LONGEST = 500
ADDRESS = re.compile(r"(?:/(?![/\\])|https?://[^\s/]|mailto:[^\s@]+@)[^\s\x00-\x1f\x7f\\]*")


class Menus:
    """The menu of the site. Every method needs an application context."""

    def lines(self) -> tuple[MenuLine, ...]:
        """Return the entries as they are, those that readers don't see too."""
        connection = db.reading()
        items = read_menu(connection).items
        return usual_menu(connection) if items is None else menu_lines(connection, items)

    def made(self) -> bool:
        """Whether somebody made the menu; else it holds the site's pages by itself."""
        return read_menu(db.reading()).items is not None

    def undoable(self) -> bool:
        """Whether the last change can be taken back."""
        return read_menu(db.reading()).changed

    def add(self, item: MenuItem, *, position: int = 0) -> MenuLine:
        """Add an entry at a position from 1, or at the end; return it as readers see it.

        The first entry that somebody adds stands behind the pages that were there by themselves.
        Raises UserError for an address that can't be one, NotFound for what doesn't exist.
        """
        require(EDIT)
        sound = _sound(item)
        (line,) = menu_lines(db.reading(), [sound])
        if (sound.kind != "address" and not line.title) or (line.title == "Gone" and not line.url):
            raise _unknown(sound)

        def change(items: list[MenuItem]) -> None:
            if len(items) >= MOST:
                raise UserError(
                    f"The menu has {MOST} entries already.",
                    code="menu-full",
                    action="Take one out first.",
                    status=422,
                )
            items.insert(position - 1 if position else len(items), sound)

        self._change("menu.added", change, line.title)
        return line

    def move(self, number: int, to: int) -> None:
        """Let the entry at a position stand at another one; both count from 1."""

        def change(items: list[MenuItem]) -> None:
            item = items.pop(_index(items, number))
            items.insert(min(max(to, 1), len(items) + 1) - 1, item)

        self._change("menu.moved", change)

    def rename(self, number: int, label: str) -> None:
        """Give an entry another text; an empty one is that of what it leads to."""
        text = check_name(label, field="label", what="text") if label.strip() else ""

        def change(items: list[MenuItem]) -> None:
            index = _index(items, number)
            items[index] = replace(items[index], label=text)

        self._change("menu.renamed", change, text)

    def remove(self, number: int) -> None:
        """Take an entry out."""
        self._change("menu.removed", lambda items: items.pop(_index(items, number)))

    def reset(self) -> None:
        """Forget what was made: the menu holds the site's pages by itself again."""
        require(EDIT)
        with db.write() as session:
            kept = read_menu(session.connection())
            _store(session, "menu.reset", kept, None)

    def undo(self) -> None:
        """Take the last change back; once more does it again. Raises UserError without one."""
        require(EDIT)
        with db.write() as session:
            kept = read_menu(session.connection())
            if not kept.changed:
                raise UserError(
                    "Nobody has changed the menu.",
                    code="menu-unchanged",
                    action="There is nothing to take back.",
                    status=409,
                )
            _store(session, "menu.undone", kept, kept.before)

    def _change(self, act: str, change: object, title: str = "") -> None:
        require(EDIT)
        with db.write() as session:
            connection = session.connection()
            kept = read_menu(connection)
            begun = kept.items
            if begun is None:
                begun = tuple(line.item for line in usual_menu(connection))[:MOST]
            items = list(begun)
            change(items)  # type: ignore[operator]
            if tuple(items) != begun or kept.items is None:
                _store(session, act, kept, items, title)


def _store(
    session: Session, act: str, kept: Kept, items: Sequence[MenuItem] | None, title: str = ""
) -> None:
    """Write a menu with what it was before, its line in the trail, and what pages show of it."""
    row = session.get(MenuRow, MAIN) or MenuRow(name=MAIN)
    row.items, row.before = packed(items), packed(kept.items)
    session.add(row)
    session.flush()
    told = [_told(one) for one in (kept.items, items)]
    audit.record(
        session,
        act,
        subject=f"menu:{MAIN}",
        title=title,
        before={"menu": told[0]},
        after={"menu": told[1]},
    )
    sync_menu(session)
    changes.record(session, [KEY])


def _told(items: Sequence[MenuItem] | None) -> list[str] | str:
    if items is None:
        return "the site’s pages"
    return [f"{one.kind} {one.target}" + (f" ({one.label})" if one.label else "") for one in items]


def _index(items: Sequence[MenuItem], number: int) -> int:
    if not 1 <= number <= len(items):
        raise NotFound(
            f"The menu has no entry {number}.",
            code="menu-entry-unknown",
            action="See `blogengine menu list`.",
        )
    return number - 1


def _sound(item: MenuItem) -> MenuItem:
    """Return an entry that can be stored."""
    target, label = item.target.strip(), ""
    if item.label.strip():
        label = check_name(item.label, field="label", what="text")
    if item.kind == "address":
        if not ADDRESS.fullmatch(target) or len(target) > LONGEST:
            raise UserError(
                f"{target!r:.80} isn’t an address that a menu can lead to.",
                code="menu-address",
                action="Begin it with / for a page of this site, or with https://.",
                field="target",
                status=422,
            )
    elif item.kind not in KINDS or not (target.isascii() and target.isdigit() and len(target) < 10):
        raise _unknown(item)
    return MenuItem(item.kind, target, label)


def _unknown(item: MenuItem) -> NotFound:
    return NotFound(
        f"There is no {item.kind} {item.target!r:.40} for the menu.",
        code="menu-target-unknown",
        action="Choose one that exists.",
        field="target",
    )
