"""`blogengine plugin export` and `plugin uninstall`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from blogengine.cli.plugin.switching import progress
from blogengine.cli.session import Session, json_option, print_record


@click.command("export")
@click.argument("name")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@json_option
@click.pass_obj
def export(session: Session, name: str, file: Path | None, as_json: bool) -> None:
    """Write all rows and settings of a plugin into a zip, secrets left out."""
    from blogengine.lifecycle.exporting import export as write

    path, owned = write(session.config, name, file)
    if as_json:
        record = {"file": str(path), "tables": owned.tables, "revision": owned.revision}
        print_record(record, as_json=True)
    else:
        click.echo(f"{path}: {owned.rows} rows of {len(owned.tables)} tables.")


@click.command("uninstall")
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.option("--keep-files", is_flag=True, help="Leave an installed distribution in place.")
@json_option
@click.pass_obj
def uninstall(
    session: Session, name: str, *, dry_run: bool, yes: bool, keep_files: bool, as_json: bool
) -> None:
    """Take a plugin out for good: export its data, then drop all it owns."""
    from blogengine.lifecycle import removing

    removal = removing.plan_removal(session.config, name, keep_files=keep_files)
    record = _record(removal)
    if dry_run:
        print_record(record, as_json=as_json) if as_json else _tell(record)
        return
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("This drops data: look with --dry-run, then add --yes.")
        _tell(record)
        click.confirm(f"Export and drop all this of {name}?", abort=True, err=True)
    done = removing.uninstall(
        session.config, name, keep_files=keep_files, say=progress(quiet=as_json)
    )
    if as_json:
        done_record = {**record, "export": str(done.export), "files_removed": done.files_removed}
        print_record(done_record, as_json=True)
        return
    click.echo(f"The export is {done.export}.")
    click.echo(f"The plugin {name} owns nothing in the database any more.")
    click.echo(_files(record, done.files_removed))


def _record(removal: Any) -> dict[str, Any]:
    owned = removal.owned
    return {
        "name": owned.name,
        "enabled": owned.enabled,
        "tables": owned.tables,
        "settings": sorted(owned.settings),
        "revision": owned.revision,
        "files": removal.files,
        "distribution": removal.distribution,
        "kept_for": list(removal.kept_for),
    }


def _tell(record: dict[str, Any]) -> None:
    if record["enabled"]:
        click.echo("It is enabled and is disabled first.")
    for table, rows in record["tables"].items():
        click.echo(f"Table {table}: {rows} rows")
    click.echo(f"Settings: {', '.join(record['settings']) or 'none'}")
    if record["distribution"]:
        click.echo(f"Files: pip removes the distribution {record['distribution']}")


def _files(record: dict[str, Any], removed: bool) -> str:
    if removed:
        return f"The distribution {record['distribution']} is removed."
    if record["kept_for"]:
        return f"Its files stay: {', '.join(record['kept_for'])} came with them and is enabled."
    if record["files"]:
        return f"Its files stay where they are: {record['files']}."
    return "Its files were gone already."
