"""`blogengine widget …`: where widgets stand."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from blogengine.cli.session import Session, json_option, print_rows


@click.group()
def widget() -> None:
    """Decide where widgets stand, in which order, and under which title."""


@widget.command("list")
@json_option
@click.pass_obj
def list_widgets(session: Session, as_json: bool) -> None:
    """List all widgets, region by region in reading order."""
    rows = (asdict(state) for state in session.site.widgets.all())
    print_rows(rows, as_json=as_json, nothing="No enabled plugin has a widget.")


@widget.command("place")
@click.argument("name", metavar="WIDGET")
@click.argument("region")
@click.option("--before", default="", metavar="WIDGET", help="Stand before this one.")
@click.option("--position", type=click.IntRange(min=1), help="Stand at this place, from 1.")
@json_option
@click.pass_obj
def place(session: Session, /, name: str, region: str, as_json: bool, **where: Any) -> None:
    """Let a widget stand in a region, at its end when nothing else is said."""
    if where["before"] and where["position"]:
        raise click.UsageError("Give --before or --position, not both.")
    before, position = where["before"], where["position"] or 0
    session.site.widgets.place(name, region, before=before, position=position)
    _show(session, name, as_json=as_json)


@widget.command("hide")
@click.argument("name", metavar="WIDGET")
@json_option
@click.pass_obj
def hide(session: Session, name: str, as_json: bool) -> None:
    """Show a widget nowhere; its place is kept."""
    session.site.widgets.hide(name)
    _show(session, name, as_json=as_json)


@widget.command("show")
@click.argument("name", metavar="WIDGET")
@json_option
@click.pass_obj
def show(session: Session, name: str, as_json: bool) -> None:
    """Show a hidden widget again."""
    session.site.widgets.show(name)
    _show(session, name, as_json=as_json)


@widget.command("title")
@click.argument("name", metavar="WIDGET")
@click.argument("title")
@json_option
@click.pass_obj
def entitle(session: Session, name: str, title: str, as_json: bool) -> None:
    """Give a widget another title; "" is its own again."""
    session.site.widgets.entitle(name, title)
    _show(session, name, as_json=as_json)


@widget.command("reset")
@click.argument("names", nargs=-1, metavar="[WIDGET]...")
@json_option
@click.pass_obj
def reset(session: Session, names: tuple[str, ...], as_json: bool) -> None:
    """Forget what was decided about these widgets, or about all."""
    session.site.widgets.reset(*names)
    rows = (asdict(state) for state in session.site.widgets.all())
    print_rows(rows, as_json=as_json, nothing="No enabled plugin has a widget.")


def _show(session: Session, name: str, *, as_json: bool) -> None:
    """Print the region in which a widget now stands."""
    states = session.site.widgets.all()
    region = next(state.region for state in states if state.name == name)
    rows = (asdict(state) for state in states if state.region == region)
    print_rows(rows, as_json=as_json)
