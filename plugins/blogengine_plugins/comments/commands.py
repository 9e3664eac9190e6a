"""`blogengine comments …`: look through the queue and decide."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict

import click

from blogengine.api import Site
from blogengine_plugins.comments.models import APPROVED, REJECTED, SPAM, STATES, TRASHED
from blogengine_plugins.comments.moderation import Queued, decide, queue, remove

EXCERPT = 60

DECISIONS = {
    "approve": (APPROVED, "Show comments to readers."),
    "reject": (REJECTED, "Keep comments from readers; their text stays stored."),
    "spam": (SPAM, "Mark comments as spam."),
    "trash": (TRASHED, "Put comments into the trash."),
}


def add_commands(site: Site, cli: click.Group) -> None:
    """Add every command to the plugin's group."""
    cli.add_command(_list(site))
    for name, (state, help_text) in DECISIONS.items():
        cli.add_command(_decision(site, name, state, help_text))
    cli.add_command(_delete(site))


def _list(site: Site) -> click.Command:
    @click.command("list")
    @click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
    @click.option("--limit", default=100, show_default=True, type=click.IntRange(1))
    @click.option("--json", "as_json", is_flag=True, help="Print JSON, with the whole texts.")
    def list_comments(state: str | None, limit: int, as_json: bool) -> None:
        """List comments, the newest first."""
        comments = queue(site, state or "", limit=limit)
        if as_json:
            records = [asdict(item) for item in comments]
            click.echo(json.dumps(records, ensure_ascii=False, indent=2, default=str))
            return
        if not comments:
            click.echo("There are no comments." if not state else f"No comment is {state}.")
        for item in comments:
            click.echo(_line(site, item))
            if item.reason:
                click.echo(f"       {item.reason}")

    return list_comments


def _decision(site: Site, name: str, state: str, help_text: str) -> click.Command:
    @click.command(name, help=help_text)
    @_ids
    def command(ids: tuple[int, ...]) -> None:
        for item in decide(site, ids, state):
            was = "already" if item.state == state else f"now (it was {item.state})"
            click.echo(f"Comment {item.id} by {item.author} is {state} {was}.")

    return command


def _delete(site: Site) -> click.Command:
    @click.command("delete")
    @_ids
    @click.option("--dry-run", is_flag=True, help="Say what would be deleted.")
    def command(ids: tuple[int, ...], dry_run: bool) -> None:
        """Delete comments for good; replies to them stay and move up."""
        comments, moving = remove(site, ids, dry_run=dry_run)
        for item in comments:
            click.echo(f"{'Would delete' if dry_run else 'Deleted'} {_line(site, item)}")
        if moving:
            click.echo(f"Replies that {'would move' if dry_run else 'moved'} up: {moving}")

    return command


def _ids(command: Callable[..., None]) -> Callable[..., None]:
    number = click.IntRange(1, 2**31 - 1)
    argument = click.argument("ids", type=number, nargs=-1, required=True, metavar="ID...")
    return argument(command)


def _line(site: Site, item: Queued) -> str:
    start = " ".join(item.source.split())
    excerpt = start if len(start) <= EXCERPT else start[: EXCERPT - 1].rstrip() + "…"
    title = site.posts.get(item.post_id).display_title
    when = item.created_at.date().isoformat()
    return f"{item.id:>5}  {item.state:<8}  {when}  {item.author} on “{title}”: {excerpt}"
