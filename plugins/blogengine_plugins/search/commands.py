"""`blogengine search …`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from blogengine.api import Site
from blogengine_plugins.search.finding import find
from blogengine_plugins.search.rebuilding import rebuild

if TYPE_CHECKING:
    import click


def add(site: Site, cli: click.Group) -> None:
    """Put the commands on the plugin's group."""
    import click

    @cli.command("rebuild")
    def rebuild_command() -> None:
        """Make the index anew from all public posts.

        Needed after the plugin was off for a while and nobody wants to wait for the job that
        catches up by itself, after the setting `backend` was changed, and when `blogengine doctor`
        says so.
        """
        with click.progressbar(length=1, label="Reading posts") as bar:

            def progress(done: int, total: int) -> None:
                bar.length = total
                bar.update(done - bar.pos)

            count = rebuild(site, progress)
        click.echo(f"{count} {'text is' if count == 1 else 'texts are'} in the index.")

    @cli.command("find")
    @click.argument("words", nargs=-1, required=True)
    @click.option("--limit", default=10, show_default=True, help="How many results to show.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    def find_command(words: tuple[str, ...], limit: int, as_json: bool) -> None:
        """Search as readers do."""
        found = find(site, " ".join(words), limit=limit)
        if as_json:
            said = [
                {"id": one.post.id, "title": one.post.title, "url": one.post.url}
                for one in found.results
            ]
            click.echo(json.dumps({"total": found.total, "results": said}, ensure_ascii=False))
            return
        for one in found.results:
            click.echo(f"{one.post.id:>6}  {one.post.display_title}  {one.post.url}")
        click.echo(f"{found.total} found.")
