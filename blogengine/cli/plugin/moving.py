"""Settings of a plugin as a file: written without secrets, read back all at once or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from blogengine.cli.session import print_rows
from blogengine.cli.settings import field
from blogengine.db import db
from blogengine.errors import UserError
from blogengine.schema import check_together
from blogengine.settings import checked, store_setting
from blogengine.site import Site

DOTS = "••••••"


def export_settings(site: Site, name: str, schema: type[Any]) -> None:
    """Print a plugin's settings as JSON, in force here, without secrets."""
    values = {
        item.field.name: item.value
        for item in site.store.explain(name, schema)
        if not item.field.rules.secret
    }
    click.echo(json.dumps({"plugin": name, "settings": values}, ensure_ascii=False, indent=2))


def import_settings(
    site: Site, name: str, schema: type[Any], file: Path, *, dry_run: bool, as_json: bool
) -> None:
    """Set what a file says, in one transaction; print what changes."""
    wanted = _read(name, file)
    before = {item.field.name: item for item in site.store.explain(name, schema)}
    values = {key: checked(name, field(schema, key), value) for key, value in wanted.items()}
    changed = {key: value for key, value in values.items() if before[key].value != value}
    for key in changed:
        if before[key].locked:
            raise UserError(
                f"The setting {key} is fixed by the {before[key].source}.",
                code="setting-locked",
                action="Change it there, or take it out of the file.",
                status=409,
            )
    check_together(schema, {**{key: item.value for key, item in before.items()}, **changed})
    if changed and not dry_run:
        with db.write() as session:
            for key, value in changed.items():
                secret = before[key].field.rules.secret
                store_setting(session, name, key, value, secret=secret)
        site.store.reload(db.reading())
    rows = (
        {
            "key": key,
            "before": DOTS if before[key].field.rules.secret else before[key].value,
            "after": DOTS if before[key].field.rules.secret else value,
        }
        for key, value in changed.items()
    )
    print_rows(rows, as_json=as_json, nothing="Nothing changes.")


def _read(name: str, file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _unusable(file, f"can't be read: {error}") from error
    if not isinstance(found, dict) or not isinstance(found.get("settings"), dict):
        raise _unusable(file, 'has no object "settings"')
    if found.get("plugin", name) != name:
        raise _unusable(file, f"holds the settings of {found['plugin']!r}, not of {name}")
    settings: dict[str, Any] = found["settings"]
    return settings


def _unusable(file: Path, problem: str) -> UserError:
    return UserError(
        f"The file {file} {problem}.",
        code="settings-file-unusable",
        action="Write one with `blogengine plugin settings NAME --export`.",
        status=422,
    )
