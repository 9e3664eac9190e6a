"""`blogengine plugin settings`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from blogengine.cli.plugin.moving import export_settings, import_settings
from blogengine.cli.session import Session, json_option, print_rows, told_waiting
from blogengine.cli.settings import assign, setting_row


@click.command("settings")
@click.argument("name")
@click.argument("assignments", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--export", is_flag=True, help="Print them as JSON, without secrets.")
@click.option(
    "--import",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Set what such a file says, all of it or nothing.",
)
@click.option("--dry-run", is_flag=True, help="With --import: only show what would change.")
@json_option
@click.pass_obj
def settings(
    session: Session, /, name: str, assignments: tuple[str, ...], as_json: bool, **moving: Any
) -> None:
    """Show a plugin's settings, set some, or move them by a file."""
    if bool(assignments) + moving["export"] + (moving["file"] is not None) > 1:
        raise click.UsageError("Give KEY=VALUE, --export or --import, one of them.")
    if moving["dry_run"] and moving["file"] is None:
        raise click.UsageError("--dry-run goes with --import.")
    from blogengine.lifecycle.switching import unknown

    status = session.site.host.status(name)
    if status.found is None and not status.enabled:
        raise unknown(name)
    schema = status.manifest.settings if status.manifest else None
    if schema is None:
        raise click.UsageError(f"The plugin {name} has no settings, or isn't running.")
    if moving["export"]:
        export_settings(session.site, name, schema)
        return
    if moving["file"] is not None:
        dry_run = moving["dry_run"]
        import_settings(
            session.site, name, schema, moving["file"], dry_run=dry_run, as_json=as_json
        )
        return
    for assignment in assignments:
        key, sign, value = assignment.partition("=")
        if not sign:
            raise click.UsageError(f"{assignment!r} isn't KEY=VALUE.")
        assign(session.site, name, schema, key, value)
    if assignments and (waiting := told_waiting(len(session.site.posts.waiting()))):
        click.echo(waiting, err=True)
    rows = (setting_row(item) for item in session.site.store.explain(name, schema))
    print_rows(rows, as_json=as_json)
