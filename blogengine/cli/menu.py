"""`blogengine menu …`: what stands in the menu of the site."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from blogengine.cli.session import Session, json_option, print_rows
from blogengine.menus import KINDS
from blogengine.queries.menus import MenuItem, MenuLine


@click.group()
def menu() -> None:
    """Make the menu of the site: pages, tags and addresses of your own."""


@menu.command("list")
@json_option
@click.pass_obj
def list_entries(session: Session, as_json: bool) -> None:
    """List the entries in their order; `note` says why readers don't see one."""
    _show(session, as_json=as_json)


@menu.command("add")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("target")
@click.option("--label", default="", help="Its text; else the title of what it leads to.")
@click.option("--position", type=click.IntRange(min=1), help="Its place, from 1; else the end.")
@json_option
@click.pass_obj
def add(session: Session, /, kind: str, target: str, as_json: bool, **how: Any) -> None:
    """Add a page (by its id), a tag (by its slug) or an address."""
    if kind == "tag" and not target.isdigit():
        target = str(session.site.terms.get(target).id)
    item = MenuItem(kind, target, how["label"])
    session.site.menus.add(item, position=how["position"] or 0)
    _show(session, as_json=as_json)


@menu.command("move")
@click.argument("number", type=int)
@click.argument("to", type=int)
@json_option
@click.pass_obj
def move(session: Session, number: int, to: int, as_json: bool) -> None:
    """Let the entry at a place stand at another one."""
    session.site.menus.move(number, to)
    _show(session, as_json=as_json)


@menu.command("rename")
@click.argument("number", type=int)
@click.argument("label")
@json_option
@click.pass_obj
def rename(session: Session, number: int, label: str, as_json: bool) -> None:
    """Give an entry another text; "" is that of what it leads to."""
    session.site.menus.rename(number, label)
    _show(session, as_json=as_json)


@menu.command("remove")
@click.argument("number", type=int)
@json_option
@click.pass_obj
def remove(session: Session, number: int, as_json: bool) -> None:
    """Take an entry out."""
    session.site.menus.remove(number)
    _show(session, as_json=as_json)


@menu.command("undo")
@json_option
@click.pass_obj
def undo(session: Session, as_json: bool) -> None:
    """Take the last change of the menu back."""
    session.site.menus.undo()
    _show(session, as_json=as_json)


@menu.command("reset")
@json_option
@click.pass_obj
def reset(session: Session, as_json: bool) -> None:
    """Let the menu hold the site's pages by itself again."""
    session.site.menus.reset()
    _show(session, as_json=as_json)


def _show(session: Session, *, as_json: bool) -> None:
    rows = _rows(session.site.menus.lines())
    print_rows(rows, as_json=as_json, nothing="The menu is empty.")


def _rows(lines: Iterable[MenuLine]) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "title": line.title,
            "kind": line.item.kind,
            "url": line.url,
            "note": line.note,
        }
        for number, line in enumerate(lines, start=1)
    ]
