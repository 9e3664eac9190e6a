"""`blogengine plugin enable` and `plugin disable`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from blogengine.cli.session import Session, told_waiting
from blogengine.config import Config


@click.command("enable")
@click.argument("name")
@click.option("--with-required", is_flag=True, help="Enable what it requires together with it.")
@click.option("--trust", is_flag=True, help="Agree to filters that come after the sanitiser.")
@click.option("--quiet", is_flag=True, help="Print nothing when all is well.")
@click.option("--by", type=int, help="Act for the person with this id, by what they may do.")
@click.pass_obj
def enable(
    session: Session, /, *, name: str, with_required: bool, trust: bool, quiet: bool, by: int | None
) -> None:
    """Switch a plugin on, after a trial on a copy of the site."""
    from blogengine.lifecycle import switching

    with acting_for(session.config, by):
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
@click.option("--by", type=int, help="Act for the person with this id, by what they may do.")
@click.pass_obj
def disable(
    session: Session, /, *, name: str, with_dependants: bool, quiet: bool, by: int | None
) -> None:
    """Switch a plugin off; its data is kept."""
    from blogengine.lifecycle import switching

    with acting_for(session.config, by):
        done = switching.disable(
            session.config, name, with_dependants=with_dependants, say=progress(quiet=quiet)
        )
    _tell(session, done, "disabled", quiet=quiet)


@contextmanager
def acting_for(config: Config, person: int | None) -> Iterator[None]:
    """Let a person act who asked for it in the admin and gave their password there."""
    if person is None:
        yield
        return
    from blogengine.actors import PERSON, Actor, acting
    from blogengine.clock import utcnow
    from blogengine.db import db
    from blogengine.identity.accounts import the_account
    from blogengine.starting import bare_app

    with bare_app(config):
        who = the_account(db.reading(), person).person()
    with acting(Actor(PERSON, who.id, who.name, who.role, confirmed_at=utcnow())):
        yield


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
