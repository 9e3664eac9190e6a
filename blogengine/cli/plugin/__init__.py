"""`blogengine plugin …`: look after plugins; a few commands a file, each added here."""

from __future__ import annotations

from importlib import import_module

import click

from blogengine.cli.plugin.bisecting import bisect
from blogengine.cli.plugin.errors import errors
from blogengine.cli.plugin.installing import install, upgrade
from blogengine.cli.plugin.removing import export, uninstall
from blogengine.cli.plugin.setting import settings
from blogengine.cli.plugin.showing import info, list_plugins
from blogengine.cli.plugin.switching import disable, enable


@click.group()
def plugin() -> None:
    """Look after plugins."""


for command in (
    list_plugins,
    info,
    enable,
    disable,
    settings,
    export,
    uninstall,
    bisect,
    errors,
    install,
    upgrade,
):
    plugin.add_command(command)

# The tools for authors stand above the command line; like the root's commands, by their names.
for name in ("new", "check"):
    plugin.add_command(getattr(import_module("blogengine.testing.commands"), name))
