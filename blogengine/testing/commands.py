"""`blogengine plugin new` and `plugin check`: what authors of plugins use."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from blogengine.cli.session import Session, json_option, print_record
from blogengine.config import PREFIX
from blogengine.errors import NotFound
from blogengine.testing.scaffolding import KINDS, write_distribution, write_drop_in

if TYPE_CHECKING:
    from blogengine.testing.checking import Report


@click.command("new")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(tuple(KINDS)),
    default="widget",
    show_default=True,
    help="What it begins as.",
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Where to write it; else a folder named like the distribution, here.",
)
@click.option("--drop-in", is_flag=True, help="Write it into this site's plugins, unpackaged.")
@json_option
@click.pass_obj
def new(  # noqa: PLR0917 - click hands them by name
    session: Session, name: str, kind: str, folder: Path | None, drop_in: bool, as_json: bool
) -> None:
    """Write a new plugin with its tests, ready to be installed and changed."""
    if drop_in and folder is not None:
        raise click.UsageError("--drop-in writes into the site; it takes no --folder.")
    if drop_in:
        written = write_drop_in(name, kind, session.config.plugin_folder)
    else:
        written = write_distribution(name, kind, folder)
    if as_json:
        files = [str(file) for file in written.files]
        place = {"folder": str(written.folder), "files": files, "next": written.commands}
        print_record(place, as_json=True)
        return
    click.echo(f"The plugin {name} stands in {written.folder}. Next:")
    for command in written.commands:
        click.echo(f"  {command}")


@click.command("check")
@click.argument("name", required=False)
@click.option("--all", "every", is_flag=True, help="Check every plugin that is there, a line each.")
@json_option
@click.pass_obj
def check(session: Session, name: str | None, every: bool, as_json: bool) -> int:
    """Check a plugin in a throw-away site: numbered checks and the level they come to.

    Ends with 1 when a check of the level starter fails. The site itself isn't touched.
    """
    from blogengine.host import find_plugins
    from blogengine.testing.checking import check_plugin

    plugins = site_plugins(session)
    found = find_plugins(plugins)
    if every == (name is not None):
        raise click.UsageError("Name a plugin, or say --all.")
    if name is not None and name not in found:
        raise NotFound(
            f"There is no plugin {name!r}.",
            code="plugin-unknown",
            action="See `blogengine plugin list`; a package is installed first.",
        )
    reports = []
    for plugin in [name] if name else sorted(found):
        reports.append(check_plugin(plugin, plugins))
        if every and not as_json:
            click.echo(summary(reports[-1]))
    if as_json:
        rows = [record(report) for report in reports]
        click.echo(json.dumps(rows if every else rows[0], ensure_ascii=False, indent=2))
    elif not every:
        tell(reports[0])
    return 0 if all(report.level for report in reports) else 1


def site_plugins(session: Session) -> Path:
    """Return the drop-ins of the site, which need not be one: a package has none around it."""
    return Path(session.folder or os.environ.get(f"{PREFIX}SITE") or ".").resolve() / "plugins"


def summary(report: Report) -> str:
    """Return a report in a line."""
    failed = ", ".join(result.number for result in report.failed)
    return f"{report.plugin}: {report.level or 'no level'}{f', failed {failed}' if failed else ''}"


def record(report: Report) -> dict[str, object]:
    """Return a report as data."""
    return {
        "plugin": report.plugin,
        "level": report.level,
        "checks": [asdict(result) for result in report.results],
    }


def tell(report: Report) -> None:
    """Print a report."""
    from blogengine.testing.checks import ALL

    about = {item.number: item for item in ALL}
    for result in report.results:
        item = about[result.number]
        click.echo(f"{item.number} {result.state:7} {item.title} ({item.level})")
        for finding in result.findings:
            click.echo(f"       {finding}")
        if result.state == "failed":
            click.echo(f"       {item.mend}")
    click.echo(summary(report))
