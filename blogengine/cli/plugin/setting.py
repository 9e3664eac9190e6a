"""`blogengine plugin settings`."""

from __future__ import annotations

import click

from blogengine.cli.session import Session, json_option, print_rows, told_waiting
from blogengine.cli.settings import assign, setting_row


@click.command("settings")
@click.argument("name")
@click.argument("assignments", nargs=-1, metavar="[KEY=VALUE]...")
@json_option
@click.pass_obj
def settings(session: Session, name: str, assignments: tuple[str, ...], as_json: bool) -> None:
    """Show a plugin's settings, or set some."""
    from blogengine.lifecycle.switching import unknown

    status = session.site.host.status(name)
    if status.found is None and not status.enabled:
        raise unknown(name)
    schema = status.manifest.settings if status.manifest else None
    if schema is None:
        raise click.UsageError(f"The plugin {name} has no settings, or isn't running.")
    for assignment in assignments:
        key, sign, value = assignment.partition("=")
        if not sign:
            raise click.UsageError(f"{assignment!r} isn't KEY=VALUE.")
        assign(session.site, name, schema, key, value)
    if assignments and (waiting := told_waiting(session.site)):
        click.echo(waiting, err=True)
    rows = (setting_row(item) for item in session.site.store.explain(name, schema))
    print_rows(rows, as_json=as_json)
