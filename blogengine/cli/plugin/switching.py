"""`blogengine plugin enable` and `plugin disable`."""

from __future__ import annotations

import click

from blogengine.cli.session import Session


@click.command("enable")
@click.argument("name")
@click.option("--quiet", is_flag=True, help="Print nothing when all is well.")
@click.pass_obj
def enable(session: Session, name: str, quiet: bool) -> None:
    """Switch a plugin on, after a trial build that serves nobody."""
    _switch(session, name, on=True, quiet=quiet)


@click.command("disable")
@click.argument("name")
@click.option("--quiet", is_flag=True, help="Print nothing when all is well.")
@click.pass_obj
def disable(session: Session, name: str, quiet: bool) -> None:
    """Switch a plugin off; its data is kept."""
    _switch(session, name, on=False, quiet=quiet)


def _switch(session: Session, name: str, *, on: bool, quiet: bool) -> None:
    from blogengine.switching import switch

    serving = switch(session.config, name, on=on)
    if not quiet:
        click.echo(f"The plugin {name} is {'enabled' if on else 'disabled'}.")
        if serving:
            click.echo("The serving site has taken it over.")
