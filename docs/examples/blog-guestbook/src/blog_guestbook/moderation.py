"""`blogengine guestbook …`: the owner reads what waits, and decides."""

from __future__ import annotations

from collections.abc import Callable

import click
from blogengine.api import NotFound, Site

from . import entries

LISTED = 100


def add_commands(site: Site, cli: click.Group) -> None:
    """Add the three commands to the plugin's group."""

    @cli.command("list")
    @click.option("--shown", is_flag=True, help="List what is shown, not what waits.")
    def list_entries(shown: bool) -> None:
        """List the entries that wait for you, the newest first."""
        found = entries.newest(site, LISTED, waiting=not shown)
        for entry in found:
            click.echo(f"{entry.id}  {entry.at:%Y-%m-%d}  {entry.name}: {entry.text}")
        if not found:
            click.echo("No entry is shown." if shown else "No entry waits.")

    @cli.command("approve")
    @click.argument("number", type=int)
    def approve(number: int) -> None:
        """Show an entry to everybody."""
        decide(entries.approve, number, "is shown")

    @cli.command("delete")
    @click.argument("number", type=int)
    def delete(number: int) -> None:
        """Delete an entry for good."""
        decide(entries.remove, number, "is deleted")

    def decide(action: Callable[[Site, int], bool], number: int, done: str) -> None:
        if not action(site, number):
            raise NotFound(
                f"There is no entry {number}.",
                code="guestbook-entry-missing",
                action="See `blogengine guestbook list`.",
            )
        click.echo(f"Entry {number} {done}.")
