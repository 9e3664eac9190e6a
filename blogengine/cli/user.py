"""`blogengine user …`."""

from __future__ import annotations

import click

from blogengine.cli.session import Session, json_option, print_record, print_rows
from blogengine.permissions import ROLES


@click.group()
def user() -> None:
    """Look after the people who write."""


@user.command("list")
@json_option
@click.pass_obj
def list_users(session: Session, as_json: bool) -> None:
    """List the people who write."""
    rows = ({"slug": author.slug, "name": author.name} for author in session.site.users.all())
    print_rows(rows, as_json=as_json, nothing="There is nobody yet.")


@user.command("create")
@click.argument("name")
@click.option("--email", default="", help="E-mail address; never shown to readers.")
@click.option("--role", type=click.Choice(ROLES), default="author", show_default=True)
@click.option("--quiet", is_flag=True, help="Print nothing.")
@json_option
@click.pass_obj
def create(
    session: Session, *, name: str, email: str, role: str, quiet: bool, as_json: bool
) -> None:
    """Make a person."""
    author = session.site.users.create(name, email=email, role=role)
    if not quiet:
        print_record({"slug": author.slug, "name": author.name}, as_json=as_json)
