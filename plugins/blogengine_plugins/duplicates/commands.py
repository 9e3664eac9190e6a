"""`blogengine duplicates …`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from blogengine.api import Site, func, select
from blogengine_plugins.duplicates.indexing import catch_up
from blogengine_plugins.duplicates.marks import passages_of
from blogengine_plugins.duplicates.models import Passage
from blogengine_plugins.duplicates.repeats import repeats_of
from blogengine_plugins.duplicates.showing import beginning

if TYPE_CHECKING:
    import click


def report(site: Site, limit: int) -> list[dict[str, object]]:
    """Return the paragraphs that stand in most posts, with the posts that hold them."""
    times = func.count(Passage.post_id.distinct()).label("times")
    query = select(Passage.exact, times).group_by(Passage.exact).having(times > 1)
    query = query.order_by(times.desc(), Passage.exact).limit(limit)
    connection = site.db.reading()
    found: list[dict[str, object]] = []
    for exact, number in connection.execute(query).all():
        holders = select(Passage.post_id).where(Passage.exact == exact).order_by(Passage.post_id)
        ids = list(connection.execute(holders.limit(20)).scalars())
        texts = passages_of(str(site.posts.get(ids[0]).html))
        text = next((one.text for one in texts if one.exact == exact), "")
        found.append({"times": number, "posts": ids, "text": text})
    return found


def add(site: Site, cli: click.Group) -> None:
    """Put the commands on the plugin's group."""
    import click

    @cli.command("report")
    @click.option("--limit", default=20, show_default=True, help="How many paragraphs to list.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    def report_command(limit: int, as_json: bool) -> None:
        """List the paragraphs that stand in more than one post, the most frequent first."""
        found = report(site, limit)
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=False))
            return
        for one in found:
            ids = ", ".join(map(str, one["posts"]))  # type: ignore[call-overload]
            click.echo(f"{one['times']} posts ({ids}): {str(one['text'])[:100]}")
        click.echo(f"{len(found)} repeated paragraphs.")

    @cli.command("show")
    @click.argument("post_id", type=int)
    def show_command(post_id: int) -> None:
        """List the paragraphs of a post that stand, or nearly stand, in another one."""
        found = repeats_of(site, site.posts.get(post_id))
        for one in found:
            click.echo(f"{one.likeness:.0%} of “{beginning(one)}”: {one.other.id} {one.other.url}")
        click.echo(f"{len(found)} repeated paragraphs.")

    @cli.command("rebuild")
    def rebuild_command() -> None:
        """Note the paragraphs of all posts; a job does so after the plugin was switched on."""
        with click.progressbar(length=1, label="Reading posts") as bar:

            def progress(done: int, total: int) -> None:
                bar.length = total
                bar.update(done - bar.pos)

            count = catch_up(site, progress)
        click.echo(f"The paragraphs of {count} posts are known.")
