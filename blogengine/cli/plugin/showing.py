"""`blogengine plugin list` and `plugin info`."""

from __future__ import annotations

from typing import Any

import click

from blogengine.cli.session import Session, json_option, print_record, print_rows

CHANGED = "changed since it was enabled"


@click.command("list")
@json_option
@click.pass_obj
def list_plugins(session: Session, as_json: bool) -> None:
    """List all plugins that are there, with their states."""
    from blogengine.lifecycle.looking import look

    rows = (
        {
            "name": record["name"],
            "state": record["state"],
            "door": record["door"],
            "version": record["version"],
            "changed": record["changed"] if as_json else (CHANGED if record["changed"] else ""),
            "summary": record["reason"] or record["summary"],
            **({"deprecated": record["deprecated"]} if as_json else {}),
        }
        for record in look(session.config)
    )
    print_rows(rows, as_json=as_json)


@click.command("info")
@click.argument("name")
@json_option
@click.pass_obj
def info(session: Session, name: str, as_json: bool) -> None:
    """Show what is known of a plugin."""
    record = known(session, name)
    if not as_json:
        words = {True: CHANGED, False: "no", None: "not known"}
        record["changed"] = words[record["changed"]] if record["enabled"] else ""
    print_record(record, as_json=as_json)


def known(session: Session, name: str) -> dict[str, Any]:
    """Return what is known of a plugin; UserError when there is none of this name."""
    from blogengine.lifecycle.looking import look, times
    from blogengine.lifecycle.switching import unknown

    for record in look(session.config):
        if record["name"] == name:
            return {**record, "times": times(session.config, name)}
    raise unknown(name)
