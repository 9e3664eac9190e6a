"""The sample blog: posts to look at, loaded by one command and removed by another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogengine.api import Plugin, Site, hookimpl
from blogengine_plugins.demo import hookspecs
from blogengine_plugins.demo.commands import add_commands

if TYPE_CHECKING:
    from types import ModuleType

    import click

plugin = Plugin(summary=__doc__, api=1)


@hookimpl
def register_commands(site: Site, cli: click.Group) -> None:
    """`blogengine demo load` and `blogengine demo remove`."""
    add_commands(site, cli)


@hookimpl
def register_hookspecs() -> ModuleType:
    """`demo_on_loaded`: for those who have something to add to the samples."""
    return hookspecs
