"""`blogengine theme new` and `theme check`: what makers of themes use."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from blogengine.cli.session import Session, json_option
from blogengine.errors import NotFound
from blogengine.testing.commands import site_plugins
from blogengine.testing.scaffolding import (
    check_new_name,
    refuse_taken,
    templates,
    words_for,
    write,
    write_drop_in,
)


@click.command("new")
@click.argument("name")
@click.option("--parent", default="", help="A theme to build on, such as paper.")
@click.pass_obj
def new(session: Session, name: str, parent: str) -> None:
    """Write a theme into this site's plugins, ready to be changed."""
    folder = session.config.plugin_folder
    if parent:
        owner = session.site.contributions.theme_owners.get(parent)
        if owner is None:
            raise NotFound(
                f"There is no theme {parent!r} to build on.",
                code="theme-unknown",
                action="See `blogengine theme list`; its plugin has to be enabled.",
            )
        check_new_name(name)
        target: Path = folder / name
        refuse_taken(target)
        words = {**words_for(name, "theme"), "PARENT": parent, "OWNER": owner}
        list(write(list(templates("child/package", target, words))))
    else:
        target = write_drop_in(name, "theme", folder).folder
    click.echo(f"The theme {name} stands in {target}. Next:")
    for command in (f"plugin enable {name}", f"theme use {name}", f"theme check {name}"):
        click.echo(f"  blogengine {command}")


@click.command("check")
@click.argument("name")
@json_option
@click.pass_obj
def check(session: Session, name: str, as_json: bool) -> int:
    """Check a theme in a throw-away site: templates, pages, style sheets, by number.

    Ends with 1 when a check fails. The site itself isn't touched.
    """
    from blogengine.testing.theming import ALL
    from blogengine.testing.theming.trying import check_theme

    results = check_theme(name, site_plugins(session))
    failed = [result for result in results if result.state == "failed"]
    if as_json:
        checks = [asdict(result) for result in results]
        click.echo(json.dumps({"theme": name, "checks": checks}, ensure_ascii=False, indent=2))
        return 1 if failed else 0
    about = {item.number: item for item in ALL}
    for result in results:
        item = about[result.number]
        click.echo(f"{item.number} {result.state:7} {item.title}")
        for finding in result.findings:
            click.echo(f"       {finding}")
        if result.state == "failed":
            click.echo(f"       {item.mend}")
    click.echo(f"{name}: {len(results) - len(failed)} of {len(results)} checks hold.")
    return 1 if failed else 0
