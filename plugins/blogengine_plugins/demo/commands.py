"""`blogengine demo …`."""

from __future__ import annotations

import click

from blogengine.api import Site
from blogengine_plugins.demo.loading import load, was_loaded
from blogengine_plugins.demo.removing import Removal, plan, remove


def add_commands(site: Site, cli: click.Group) -> None:
    """Add both commands to the plugin's group."""

    @cli.command("load")
    @click.option("--once", is_flag=True, help="Do nothing if it was ever loaded.")
    def load_command(once: bool) -> None:
        """Load the sample blog; posts that are there already are left alone."""
        if once and was_loaded(site):
            click.echo("The sample blog was loaded before; nothing to do.")
            return
        posts = load(site, show_step)
        click.echo(f"Loaded {len(posts)} posts and pages of the sample blog.")
        if posts:
            click.echo("To start your own, remove them with: blogengine demo remove")

    @cli.command("remove")
    @click.option("--dry-run", is_flag=True, help="Say what would be removed.")
    def remove_command(dry_run: bool) -> None:
        """Remove the sample blog: posts, their comments, and tags and authors only they use.

        What you have written stays: your own posts, and samples whose title or text you changed.
        """
        removal = plan(site)
        if dry_run:
            show_plan(removal)
            return
        tags, authors = remove(site, removal, show_step)
        click.echo(f"Removed {len(removal.posts)} posts and pages, {tags} tags, {authors} authors.")
        show_kept(removal)


def show_step(number: int, total: int, title: str) -> None:
    """Show one finished step of long work."""
    width = len(str(total))
    click.echo(f"[{number:>{width}}/{total}] {title}")


def show_plan(removal: Removal) -> None:
    """Show what would be removed, and what not."""
    for post in removal.posts:
        click.echo(f"Would remove: {post.title}")
    click.echo(
        f"Would remove {len(removal.posts)} posts and pages with their comments, and those of "
        f"{len(removal.tags)} tags and {len(removal.authors)} authors that nothing else uses."
    )
    show_kept(removal)


def show_kept(removal: Removal) -> None:
    """Name the samples that are the owner's by now."""
    for title in removal.kept:
        click.echo(f"Kept, because you have changed it: {title}")
