"""`blogengine redirects …`: rules from the command line."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from blogengine.api import Site, select
from blogengine_plugins.redirects.models import Rule
from blogengine_plugins.redirects.rules import STATUSES, Wanted, add, checked, read_csv, remove


def add_commands(site: Site, cli: click.Group) -> None:
    """Add every command to the plugin's group."""

    @cli.command("list")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    def list_rules(as_json: bool) -> None:
        """List all rules by their path."""
        query = select(Rule.path, Rule.target, Rule.status).order_by(Rule.path)
        _print([Wanted(*row) for row in site.db.reading().execute(query)], as_json=as_json)

    @cli.command("add")
    @click.argument("path")
    @click.argument("target", default="")
    @click.option("--status", type=click.Choice([str(one) for one in STATUSES]), default="301")
    @click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    def add_rule(path: str, target: str, status: str, dry_run: bool, as_json: bool) -> None:
        """Let PATH lead to TARGET: a path of this site or a whole address; 410 needs none."""
        _print(add(site, [checked(path, target, status)], dry_run=dry_run), as_json=as_json)

    @cli.command("remove")
    @click.argument("path")
    def remove_rule(path: str) -> None:
        """Forget the rule of PATH."""
        _print([remove(site, path)], as_json=False)

    @cli.command("import")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    def import_rules(file: Path, dry_run: bool, as_json: bool) -> None:
        """Take rules from a CSV file of path, target, status; all lines or none."""
        rules = read_csv(file.read_text("utf-8", "replace"))
        _print(add(site, rules, dry_run=dry_run), as_json=as_json)

    @cli.command("missing")
    @click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000))
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    def missing(limit: int, as_json: bool) -> None:
        """List the addresses most asked for that nobody answers."""
        found = site.missing.top(limit)
        if as_json:
            rows = [asdict(one) for one in found]
            click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
            return
        for one in found:
            click.echo(f"{one.count:6}  {one.path}")
        if not found:
            click.echo("Everything that was asked for was found.")


def _print(rules: list[Wanted], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([asdict(rule) for rule in rules], ensure_ascii=False, indent=2))
        return
    for rule in rules:
        click.echo(f"{rule.path} → {rule.target or 'gone'} ({rule.status})")
    if not rules:
        click.echo("There is no rule yet.")
