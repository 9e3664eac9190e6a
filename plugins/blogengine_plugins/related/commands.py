"""`blogengine related rebuild`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogengine.api import Site
from blogengine_plugins.related.refreshing import rebuild

if TYPE_CHECKING:
    import click


def add(site: Site, cli: click.Group) -> None:
    """Put the commands on the plugin's group."""
    import click

    @cli.command("rebuild")
    def rebuild_command() -> None:
        """Find related posts anew for the whole blog.

        Needed once after switching the plugin on for a blog with more than 50 posts, or after it
        was off for a while; otherwise every save keeps the lists right.
        """
        with click.progressbar(length=1, label="Reading posts") as bar:

            def progress(done: int, total: int) -> None:
                bar.length = total
                bar.update(done - bar.pos)

            count = rebuild(site, progress)
        click.echo(f"Related posts are found for {count} {'post' if count == 1 else 'posts'}.")
