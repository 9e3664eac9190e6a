"""`blogengine plugin …`: list, switch, set."""

from __future__ import annotations

from typing import Any

import click

from blogengine.cli.session import Session, json_option, print_record, print_rows
from blogengine.errors import NotFound
from blogengine.host import PluginStatus
from blogengine.settings import SettingValue


@click.group()
def plugin() -> None:
    """Look after plugins."""


@plugin.command("list")
@json_option
@click.pass_obj
def list_plugins(session: Session, as_json: bool) -> None:
    """List all plugins that are there, with their states."""
    rows = (
        {
            "name": status.name,
            "state": status.state,
            "door": status.found.door if status.found else "",
            "version": status.found.version if status.found else "",
            "summary": status.reason or (status.found.summary if status.found else ""),
        }
        for status in session.site.host.statuses()
    )
    print_rows(rows, as_json=as_json)


@plugin.command("info")
@click.argument("name")
@json_option
@click.pass_obj
def info(session: Session, name: str, as_json: bool) -> None:
    """Show what is known of a plugin."""
    status = _status(session, name)
    found, manifest = status.found, status.manifest
    print_record(
        {
            "name": name,
            "state": status.state,
            "enabled": status.enabled,
            "reason": status.reason,
            "door": found.door if found else "",
            "location": found.location if found else "",
            "version": found.version if found else "",
            "summary": found.summary if found else "",
            "homepage": manifest.homepage if manifest else "",
            "requires": list(manifest.requires) if manifest else [],
            "hooks": list(status.hooks),
        },
        as_json=as_json,
    )


def _status(session: Session, name: str) -> PluginStatus:
    for status in session.site.host.statuses():
        if status.name == name:
            return status
    raise NotFound(
        f"There is no plugin {name!r}.",
        code="plugin-unknown",
        action="See `blogengine plugin list`.",
    )


@plugin.command("enable")
@click.argument("name")
@click.option("--quiet", is_flag=True, help="Print nothing when all is well.")
@click.pass_obj
def enable(session: Session, name: str, quiet: bool) -> None:
    """Switch a plugin on, after a trial build that serves nobody."""
    _switch(session, name, on=True, quiet=quiet)


@plugin.command("disable")
@click.argument("name")
@click.option("--quiet", is_flag=True, help="Print nothing when all is well.")
@click.pass_obj
def disable(session: Session, name: str, quiet: bool) -> None:
    """Switch a plugin off; its data is kept."""
    _switch(session, name, on=False, quiet=quiet)


def _switch(session: Session, name: str, *, on: bool, quiet: bool) -> None:
    from blogengine.switching import switch

    serving = switch(session.config, name, on=on)
    if not quiet:
        click.echo(f"The plugin {name} is {'enabled' if on else 'disabled'}.")
        if serving:
            click.echo("The serving site has taken it over.")


@plugin.command("settings")
@click.argument("name")
@click.argument("assignments", nargs=-1, metavar="[KEY=VALUE]...")
@json_option
@click.pass_obj
def settings(session: Session, name: str, assignments: tuple[str, ...], as_json: bool) -> None:
    """Show a plugin's settings, or set some."""
    from blogengine.cli.settings import assign

    status = _status(session, name)
    schema = status.manifest.settings if status.manifest else None
    if schema is None:
        raise click.UsageError(f"The plugin {name} has no settings, or isn't running.")
    for assignment in assignments:
        key, sign, value = assignment.partition("=")
        if not sign:
            raise click.UsageError(f"{assignment!r} isn't KEY=VALUE.")
        assign(session.site, name, schema, key, value)
    rows = (setting_row(item) for item in session.site.store.explain(name, schema))
    print_rows(rows, as_json=as_json)


def setting_row(item: SettingValue) -> dict[str, Any]:
    """Return what is shown of a setting; a secret only as dots."""
    secret = item.field.rules.secret and item.value
    return {
        "key": item.field.name,
        "value": "••••••" if secret else item.value,
        "source": item.source,
        "title": item.field.rules.title,
    }
