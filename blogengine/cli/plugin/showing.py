"""`blogengine plugin list` and `plugin info`."""

from __future__ import annotations

import click

from blogengine.cli.session import Session, json_option, print_record, print_rows
from blogengine.errors import NotFound
from blogengine.head import sources_of
from blogengine.host import PluginStatus
from blogengine.host.outdated import uses_of


@click.command("list")
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
            **({"deprecated": outdated(session, status.name)} if as_json else {}),
        }
        for status in session.site.host.statuses()
    )
    print_rows(rows, as_json=as_json)


@click.command("info")
@click.argument("name")
@json_option
@click.pass_obj
def info(session: Session, name: str, as_json: bool) -> None:
    """Show what is known of a plugin."""
    status = plugin_status(session, name)
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
            "deprecated": outdated(session, name),
            "files": [
                f"{file.asset.path} ({file.asset.kind})"
                for file in session.site.contributions.files.values()
                if file.plugin == name
            ],
            "sources": sources_of(session.site.contributions, name),
        },
        as_json=as_json,
    )


def plugin_status(session: Session, name: str) -> PluginStatus:
    """Return what is known of a plugin; NotFound when there is none of this name."""
    for status in session.site.host.statuses():
        if status.name == name:
            return status
    raise NotFound(
        f"There is no plugin {name!r}.",
        code="plugin-unknown",
        action="See `blogengine plugin list`.",
    )


def outdated(session: Session, name: str) -> list[str]:
    """Return a sentence for each thing a running plugin uses that goes away."""
    plugin = session.site.host.loaded.get(name)
    return [entry.sentence() for entry in uses_of(plugin)] if plugin is not None else []
