"""`blogengine plugin enable` and `plugin disable`."""

from __future__ import annotations

from collections.abc import Callable

import click

from blogengine.cli.session import Session, told_waiting


@click.command("enable")
@click.argument("name")
@click.option("--with-required", is_flag=True, help="Enable what it requires together with it.")
@click.option("--trust", is_flag=True, help="Agree to filters that come after the sanitiser.")
@click.option("--quiet", is_flag=True, help="Print nothing when all is well.")
@click.pass_obj
def enable(session: Session, name: str, with_required: bool, trust: bool, quiet: bool) -> None:
    """Switch a plugin on, after a trial on a copy of the site."""
    from blogengine.lifecycle import switching

    done = switching.enable(
        session.config,
        name,
        with_required=with_required,
        trust=trust,
        say=progress(quiet=quiet),
    )
    _tell(session, done, "enabled", quiet=quiet)


@click.command("disable")
@click.argument("name")
@click.option("--with-dependants", is_flag=True, help="Disable what needs it together with it.")
@click.option("--quiet", is_flag=True, help="Print nothing when all is well.")
@click.pass_obj
def disable(session: Session, name: str, with_dependants: bool, quiet: bool) -> None:
    """Switch a plugin off; its data is kept."""
    from blogengine.lifecycle import switching

    done = switching.disable(
        session.config, name, with_dependants=with_dependants, say=progress(quiet=quiet)
    )
    _tell(session, done, "disabled", quiet=quiet)


def progress(*, quiet: bool = False) -> Callable[[str], None]:
    """Return what tells of slow steps, on standard error."""
    return lambda text: None if quiet else click.echo(text, err=True)


def _tell(session: Session, done: object, what: str, *, quiet: bool) -> None:
    from blogengine.lifecycle.looking import texts_waiting
    from blogengine.lifecycle.switching import Switched

    assert isinstance(done, Switched)
    if quiet:
        return
    for name in done.names:
        click.echo(f"The plugin {name} is {what}.")
    if done.serving:
        click.echo("The serving site has taken it over.")
    # Counted elsewhere: a plugin that ends the process must not make a finished switch look failed.
    if waiting := told_waiting(0 if session.config.safe else texts_waiting(session.config)):
        click.echo(waiting)
