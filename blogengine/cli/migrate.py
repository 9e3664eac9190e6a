"""`blogengine migrate`: tables of the core and of enabled plugins."""

from __future__ import annotations

import click

from blogengine.cli.session import Session, json_option, print_rows
from blogengine.errors import NotFound

FOUND_SOMETHING = 1


@click.group(invoke_without_command=True)
@click.option("--status", "show_status", is_flag=True, help="Only say where the tables stand.")
@json_option
@click.pass_context
def migrate(ctx: click.Context, show_status: bool, as_json: bool) -> int:
    """Bring all tables up to date."""
    from blogengine import starting

    if ctx.invoked_subcommand is not None:
        return 0
    config = ctx.find_object(Session).config  # type: ignore[union-attr]
    if show_status:
        rows = (
            {
                "owner": state.owner,
                "applied": state.current or "nothing",
                "newest": state.newest or "nothing",
                "pending": state.pending,
            }
            for state in starting.migration_status(config)
        )
        print_rows(rows, as_json=as_json)
        return 0
    done = starting.migrate(config)
    for owner in done.moved:
        click.echo(f"The tables of {owner} are up to date now.", err=True)
    for error in done.failures:
        click.echo(f"Error: {error.message}\n  {error.action}", err=True)
    return FOUND_SOMETHING if done.failures else 0


@migrate.command("make")
@click.argument("owner")
@click.argument("message")
@click.pass_obj
def make(session: Session, owner: str, message: str) -> None:
    """Write the next migration of OWNER (core or a plugin) from its models."""
    from blogengine import starting
    from blogengine.db import db
    from blogengine.migrations import make_revision

    found = starting.owner_named(session.config, owner)
    if found is None or found.metadata is None:
        raise NotFound(
            f"{owner!r} has no models, or isn't an enabled plugin.",
            code="owner-unknown",
            action="A plugin needs a folder `migrations` and a module `models`.",
        )
    with starting.bare_app(session.config):
        click.echo(make_revision(db.write_engine, found, message))
