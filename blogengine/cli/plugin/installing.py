"""`blogengine plugin install` and `plugin upgrade`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from blogengine.cli.plugin.switching import progress
from blogengine.cli.session import Session, json_option
from blogengine.errors import BlogError

if TYPE_CHECKING:
    from blogengine.lifecycle.installing import Ready


@click.command("install")
@click.argument("dist")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@json_option
@click.pass_obj
def install(session: Session, dist: str, yes: bool, as_json: bool) -> None:
    """Put a plugin's distribution in: a name, NAME==VERSION, a wheel, an archive or a folder.

    Everything is checked and tried before anything changes. Installing doesn't enable.
    """
    record = _put_in(session, dist, yes=yes, quiet=as_json)
    _print([record], as_json=as_json, one=True)


@click.command("upgrade")
@click.argument("name", required=False)
@click.option("--yes", is_flag=True, help="Ask nothing.")
@json_option
@click.pass_obj
def upgrade(session: Session, name: str | None, yes: bool, as_json: bool) -> int:
    """Upgrade the distribution of a plugin, or all that brought plugins."""
    from blogengine.lifecycle.installing import distributions_of

    records, failed = [], 0
    for dist in distributions_of(session.config, name):
        try:
            records.append(_put_in(session, dist, yes=yes, quiet=as_json))
        except BlogError as error:
            if name is not None:
                raise
            failed = error.exit_code
            click.echo(f"Error: {dist}: {error.message}\n  {error.action}", err=True)
    _print(records, as_json=as_json)
    return failed


def _put_in(session: Session, dist: str, *, yes: bool, quiet: bool) -> dict[str, Any]:
    from blogengine.lifecycle.installing import prepared, put_in

    if not yes and not sys.stdin.isatty():
        raise click.UsageError("This changes the environment: add --yes where nobody can answer.")
    say = progress(quiet=quiet)
    with prepared(session.config, dist, say=say) as ready:
        if ready is None:
            return {"distribution": dist, "installed": False}
        if not yes:
            _ask(ready)
        serving = put_in(session.config, ready, say=say)
    wheel = ready.fetched.wheel
    return {
        "distribution": wheel.name,
        "installed": True,
        "before": ready.before,
        "version": wheel.version,
        "plugins": list(wheel.plugins),
        "enabled": list(ready.enabled),
        "serving": serving,
        "wheels": [{"file": w.file.name, "sha256": w.sha256} for w in ready.fetched.wheels],
    }


def _ask(ready: Ready) -> None:
    for wheel in ready.fetched.wheels:
        click.echo(f"{wheel.file.name}  sha256 {wheel.sha256}", err=True)
    click.confirm("Put this into the environment?", abort=True, err=True)


def _print(records: list[dict[str, Any]], *, as_json: bool, one: bool = False) -> None:
    if as_json:
        from blogengine.cli.session import print_record, print_rows

        print_record(records[0], as_json=True) if one else print_rows(records, as_json=True)
        return
    for record in records:
        if not record["installed"]:
            click.echo(f"{record['distribution']} is up to date.")
            continue
        came = f" (was {record['before']})" if record["before"] else ""
        click.echo(f"{record['distribution']} {record['version']} is installed{came}.")
        for name in record["plugins"]:
            if name not in record["enabled"]:
                click.echo(f"Enable it with: blogengine plugin enable {name}")
        if record["serving"]:
            click.echo("The serving site has taken it over.")
