"""`blogengine plugin bisect`."""

from __future__ import annotations

import sys
from typing import Any

import click

from blogengine.cli.plugin.switching import progress
from blogengine.cli.session import Session, json_option, print_record

FOUND_SOMETHING = 1


@click.command("bisect")
@click.option("--path", default="", help="Ask for this page; it is bad from status 500 on.")
@click.option("--contains", default="", help="The page is bad when it contains this text.")
@click.option("--lacks", default="", help="The page is bad when it lacks this text.")
@click.option("--slower-than", type=float, metavar="MS", help="Or took longer.")
@click.option("--run", "command", default="", help="A set is bad when this command fails.")
@click.option("--ask", is_flag=True, help="Serve each set and ask whether it is good.")
@json_option
@click.pass_obj
def bisect(
    session: Session,
    /,
    *,
    command: str,
    ask: bool,
    as_json: bool,
    **page: Any,
) -> int:
    """Find the guilty plugin by trying sets of the enabled ones on copies of the site.

    Without an option a set is bad when the site can't be built, a page fails or a plugin does.
    """
    from blogengine.lifecycle import bisecting, outside

    criterion = bisecting.checked(bisecting.Criterion(**page))
    ways = [bool(command), ask, criterion != bisecting.Criterion()]
    if sum(ways) > 1:
        raise click.UsageError("Choose one: a page with --path, --run, or --ask.")
    judge = bisecting.by_trial(session.config, criterion)
    if command:
        judge = outside.by_command(session.config, command)
    elif ask:
        if not sys.stdin.isatty():
            raise click.UsageError("--ask needs a terminal; --run takes a command instead.")
        judge = outside.by_asking(session.config, _good)
    verdict = bisecting.bisect(session.config, judge, say=progress())
    if as_json:
        record = {
            "outcome": verdict.outcome,
            "guilty": list(verdict.guilty),
            "beside": list(verdict.beside),
            "why": verdict.why,
            "trials": verdict.trials,
        }
        print_record(record, as_json=True)
    else:
        _tell(verdict.outcome, verdict.guilty, verdict.beside, verdict.why)
    return 0 if verdict.outcome == "good" else FOUND_SOMETHING


def _good(address: str, names: tuple[str, ...]) -> bool:
    shown = ", ".join(names) or "no plugin"
    return click.confirm(f"{address} is served with {shown}. Is it good?", err=True)


def _tell(outcome: str, guilty: tuple[str, ...], beside: tuple[str, ...], why: str) -> None:
    if outcome == "good":
        click.echo("It is good with all enabled plugins together: nothing to find.")
        return
    if outcome == "none":
        click.echo(f"It is bad without any plugin: {why}. No plugin is guilty.")
        return
    if len(guilty) == 1:
        click.echo(f"The plugin {guilty[0]} is guilty: {why}.")
    else:
        click.echo(f"Only together they are bad: {', '.join(guilty)}: {why}.")
    if beside:
        click.echo(f"Tried with what it requires: {', '.join(beside)}.")
    click.echo(f"Switch it off with: blogengine plugin disable {guilty[0]}")
