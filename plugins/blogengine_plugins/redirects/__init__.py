"""Old addresses that lead somewhere, and a list of those that nobody answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogengine.api import (
    AdminPage,
    Blueprint,
    Markup,
    Permission,
    Plugin,
    Redirection,
    Site,
    Widget,
    WidgetContext,
    hookimpl,
    may,
)
from blogengine_plugins.redirects import pages
from blogengine_plugins.redirects.rules import EDIT, find

if TYPE_CHECKING:
    import click

plugin = Plugin(summary=__doc__, api=1)

READ = "audit.read"
ENDINGS = (".php", ".asp", ".aspx", ".env", ".git", ".jsp", ".cgi")
"""What only programs ask for that look for holes; it would fill the list."""


@hookimpl
def not_found(site: Site, path: str) -> Redirection | None:
    """Follow a rule; else count what was asked for."""
    found = find(site, path)
    if found is None and not path.rstrip("/").endswith(ENDINGS) and "\x00" not in path:
        site.missing.note(path)
    return found


@hookimpl
def register_permissions() -> list[Permission]:
    """`redirects.edit`: to say where old addresses lead."""
    return [Permission(EDIT, "say where old addresses lead")]


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """The addresses below `/admin/redirects/`."""
    return [pages.blueprint]


@hookimpl
def register_admin_pages() -> list[AdminPage]:
    """Rules, and what visitors ask for in vain."""
    return [
        AdminPage("rules", "Redirects", path=pages.HERE, section="site", permission=EDIT, order=60)
    ]


@hookimpl
def register_widgets() -> list[Widget]:
    """The addresses most asked for in vain, on the first page of the admin."""
    return [Widget("missing", "Asked for in vain", show_missing, region="admin_home", order=60)]


def show_missing(ctx: WidgetContext) -> Markup | None:
    """Return the first ten that were asked for more than once."""
    if not may(READ) or not may(EDIT):
        return None
    missed = [one for one in ctx.site.missing.top(10) if one.count > 1]
    return ctx.render("redirects/missing.html", missed=missed) if missed else None


@hookimpl
def register_commands(site: Site, cli: click.Group) -> None:
    """`blogengine redirects …`."""
    from blogengine_plugins.redirects.commands import add_commands

    add_commands(site, cli)
