"""The sample blog: posts to look at, loaded by one command and removed by another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogengine.api import Plugin, Site, hookimpl
from blogengine_plugins.demo.commands import add_commands

if TYPE_CHECKING:
    import click

plugin = Plugin(summary=__doc__, api=1)


@hookimpl
def register_commands(site: Site, cli: click.Group) -> None:
    """`blogengine demo load` and `blogengine demo remove`."""
    add_commands(site, cli)
