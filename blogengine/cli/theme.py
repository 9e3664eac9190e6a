"""`blogengine theme …`."""

from __future__ import annotations

from importlib import import_module

import click

from blogengine.cli.session import Session, json_option, print_rows
from blogengine.cli.settings import assign
from blogengine.looks import find_look
from blogengine.serving import replace_workers
from blogengine.settings import SITE, SiteSettings


@click.group()
def theme() -> None:
    """Choose how the site looks."""


@theme.command("list")
@json_option
@click.pass_obj
def list_themes(session: Session, as_json: bool) -> None:
    """List the themes of enabled plugins."""
    active = session.site.settings(SiteSettings).theme
    rows = (
        {
            "name": item.name,
            "title": item.title,
            "parent": item.parent,
            "active": item.name == active,
            "problem": item.problem,
        }
        for item in session.site.themes.all()
    )
    print_rows(rows, as_json=as_json, nothing="No enabled plugin brings a theme.")


@theme.command("use")
@click.argument("name")
@click.pass_obj
def use(session: Session, name: str) -> None:
    """Give the site another look; "" is the engine's plain pages."""
    wear(session, name)


def wear(session: Session, name: str) -> None:
    """Check that the theme is there, store it, and replace the serving workers."""
    if name:
        find_look(session.site.contributions.themes, name)
    assign(session.site, SITE, SiteSettings, "theme", name)
    replace_workers(session.config)
    click.echo(f"The site now wears {name or 'the plain pages'}.")


# The tools for authors stand above the command line, as those of plugins do.
for tool in ("new", "check"):
    theme.add_command(getattr(import_module("blogengine.testing.theming.commands"), tool))
