"""`blogengine import NAME SOURCE`: whatever importers the enabled plugins bring."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from blogengine.cli.session import Progress, Session, json_option
from blogengine.contributions import Importer, ImportReport

LEFT_OUT = 65


class Importers(click.Group):
    """One command for each registered importer."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        session = ctx.find_object(Session)
        return sorted(session.site.contributions.importers) if session else []

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        session = ctx.find_object(Session)
        importer = session.site.contributions.importers.get(cmd_name) if session else None
        return command(importer) if importer else None


@click.group("import", cls=Importers)
def import_content() -> None:
    """Bring content of another program in; what can't be used is named and left out."""


def command(importer: Importer) -> click.Command:
    """Return the command of one importer."""

    @click.command(importer.name, help=f"{importer.title}")
    @click.argument("source", type=click.Path(exists=True, path_type=Path))
    @click.option("--dry-run", is_flag=True, help="Write nothing; say what would happen.")
    @click.option(
        "--report",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write the report as JSON.",
    )
    @json_option
    @click.pass_obj
    def run(
        session: Session, source: Path, dry_run: bool, report: Path | None, as_json: bool
    ) -> int:
        done = importer.run(session.site, source, dry_run, Progress("Importing"))
        if report is not None:
            report.write_text(json.dumps(_data(done), ensure_ascii=False, indent=2) + "\n")
        if as_json:
            click.echo(json.dumps(_data(done), ensure_ascii=False, indent=2))
        else:
            _print(done, dry_run=dry_run)
        return LEFT_OUT if done.skipped else 0

    return run


def _data(report: ImportReport) -> dict[str, Any]:
    return {
        "created": list(report.created),
        "updated": list(report.updated),
        "unchanged": list(report.unchanged),
        "skipped": [{"item": item.item, "reason": item.reason} for item in report.skipped],
        "notes": list(report.notes),
    }


def _print(report: ImportReport, *, dry_run: bool) -> None:
    verb = "would be imported" if dry_run else "imported"
    click.echo(
        f"{len(report.created)} {verb}, {len(report.updated)} changed, "
        f"{len(report.unchanged)} were there already."
    )
    for note in report.notes:
        click.echo(f"Note: {note}")
    if report.skipped:
        click.echo(f"{len(report.skipped)} left out:")
    for item in report.skipped:
        click.echo(f"  {item.item}: {item.reason}")
