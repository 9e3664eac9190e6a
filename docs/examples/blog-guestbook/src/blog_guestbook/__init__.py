"""A guestbook: visitors write on a page of its own, and the owner approves what is shown."""

from __future__ import annotations

import click
from blogengine.api import Blueprint, Plugin, Site, hookimpl

from .moderation import add_commands
from .settings import Settings
from .views import routes

plugin = Plugin(summary=__doc__, api=1, settings=Settings)


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """Answer at `/guestbook/`."""
    return [routes]


@hookimpl
def register_commands(site: Site, cli: click.Group) -> None:
    """Let the owner decide: `blogengine guestbook list`, `approve` and `delete`."""
    add_commands(site, cli)
