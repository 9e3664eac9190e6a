"""`blogengine media …`: bring files in, list them, and look the library over."""

from __future__ import annotations

import json
from pathlib import Path

import click

from blogengine.api import BlogError, Site
from blogengine_plugins.media.checking import check, mend
from blogengine_plugins.media.queries import Wanted, find
from blogengine_plugins.media.receiving import receive
from blogengine_plugins.media.storing import Words, purge, restore, trash
from blogengine_plugins.media.values import MediaFile

KINDS = ("picture", "document", "archive", "audio", "video")
FOUND = 1


def add_commands(site: Site, cli: click.Group) -> None:
    """Add every command to the plugin's group."""
    for command in (_add(site), _list(site), _check(site), *_moves(site)):
        cli.add_command(command)


def _add(site: Site) -> click.Command:
    @click.command("add")
    @click.argument(
        "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path)
    )
    @click.option("--alt", default="", help="What the picture shows, for who doesn't see it.")
    @click.option("--decorative", is_flag=True, help="The picture says nothing that is missed.")
    @click.option("--caption", default="", help="A line below it.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    def add(
        files: tuple[Path, ...], alt: str, decorative: bool, caption: str, as_json: bool
    ) -> None:
        """Bring files into the library; those it has already stay as they are."""
        records, failed = [], None
        for path in files:
            try:
                with path.open("rb") as stream:
                    words = Words(alt=alt, decorative=decorative, caption=caption)
                    made = receive(site, stream, path.name, words)
            except BlogError as error:
                failed = error
                click.echo(f"{path}: {error}", err=True)
                continue
            except OSError as error:
                raise click.ClickException(f"{path} can't be read: {error.strerror}") from error
            records.append({**made.file.as_json(), "new": made.new})
            if not as_json:
                click.echo(f"{made.file.url}  {'new' if made.new else 'was there'}  {path.name}")
        if as_json:
            click.echo(json.dumps(records, ensure_ascii=False, indent=2))
        if failed is not None:
            raise failed

    return add


def _list(site: Site) -> click.Command:
    @click.command("list")
    @click.option("--search", default="", help="Only files with words that begin so.")
    @click.option("--kind", type=click.Choice(KINDS), help="Only those of this kind.")
    @click.option("--unused", is_flag=True, help="Only those that no post uses.")
    @click.option("--trashed", is_flag=True, help="What is in the trash.")
    @click.option("--before", default=0, help="Go on below this id.")
    @click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 1000))
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    def list_files(  # noqa: PLR0917 - one for each option
        search: str,
        kind: str | None,
        unused: bool,
        trashed: bool,
        before: int,
        limit: int,
        as_json: bool,
    ) -> None:
        """List files, the newest first."""
        wanted = Wanted(search, kind or "", unused, trashed, before=before)
        found = find(site, wanted, limit)
        if as_json:
            records = [file.as_json() for file in found.files]
            click.echo(json.dumps(records, ensure_ascii=False, indent=2))
            return
        for file in found.files:
            click.echo(_line(file))
        if not found.files:
            click.echo("There are no such files.")
        if found.more:
            click.echo(f"There are more: --before {found.more}")

    return list_files


def _check(site: Site) -> click.Command:
    @click.command("check")
    @click.option("--fix", is_flag=True, help="Delete orphans; ask for copies that are missing.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    def check_library(fix: bool, as_json: bool) -> None:
        """Compare the library with what is kept: orphans, and files that are missing."""
        found = check(site)
        if as_json:
            click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
        else:
            for line in found.lines():
                click.echo(line)
        if fix:
            click.echo(mend(site, found), err=as_json)
        if not found.well:
            click.get_current_context().exit(FOUND)

    return check_library


def _moves(site: Site) -> tuple[click.Command, ...]:
    @click.command("trash")
    @click.argument("number", type=int, metavar="ID")
    @click.option("--dry-run", is_flag=True, help="Say what would happen.")
    def trash_file(number: int, dry_run: bool) -> None:
        """Move a file to the trash; `media restore` brings it back."""
        from blogengine_plugins.media.queries import get

        file = get(site, number) if dry_run else trash(site, number)
        used = f" {file.uses} posts use it." if file.uses else ""
        click.echo(f"{'Would move' if dry_run else 'Moved'} to the trash: {_line(file)}{used}")

    @click.command("restore")
    @click.argument("number", type=int, metavar="ID")
    def restore_file(number: int) -> None:
        """Bring a file back from the trash."""
        click.echo(f"Restored: {_line(restore(site, number))}")

    @click.command("delete")
    @click.argument("number", type=int, metavar="ID")
    def delete_file(number: int) -> None:
        """Delete a file of the trash for good."""
        click.echo(f"Deleted: {_line(purge(site, number))}")

    return trash_file, restore_file, delete_file


def _line(file: MediaFile) -> str:
    size = f"{file.width}×{file.height}" if file.is_picture else file.media_type
    return f"{file.id:>6}  {file.url}  {size}  used {file.uses}  {file.name}"
