"""`blogengine token …`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from blogengine.cli.session import Session, json_option, print_record, print_rows
from blogengine.identity import TokenInfo
from blogengine.identity.lifetimes import TOKEN_DAYS


@click.group()
def token() -> None:
    """Look after the API tokens of programs."""


@token.command("list")
@click.argument("who", required=False)
@json_option
@click.pass_obj
def list_tokens(session: Session, who: str | None, as_json: bool) -> None:
    """List all tokens, or those of WHO."""
    identity = session.site.identity
    slugs = {person.id: person.slug for person in identity.people.all()}
    tokens = identity.tokens
    found = tokens.of(identity.people.find(who).id) if who else tokens.all()
    rows = (_row(one, slugs) for one in found)
    print_rows(rows, as_json=as_json, nothing="There are no tokens.")


@token.command("create")
@click.argument("who")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, help="A permission; repeatable.")
@click.option("--expires", default=TOKEN_DAYS, show_default=True, help="After so many days.")
@json_option
@click.pass_obj
def create(
    session: Session, *, who: str, name: str, scopes: tuple[str, ...], expires: int, as_json: bool
) -> None:
    """Make a token for a program called NAME that acts as WHO. Its secret is shown this once."""
    identity = session.site.identity
    person = identity.people.find(who)
    secret, made = identity.tokens.create(person.id, name, scopes, days=expires)
    print_record({"secret": secret, **_row(made, {person.id: person.slug})}, as_json=as_json)


@token.command("revoke")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@json_option
@click.pass_obj
def revoke(session: Session, ids: tuple[str, ...], as_json: bool) -> None:
    """End tokens by their ids."""
    ended = [session.site.identity.tokens.revoke(one).id for one in ids]
    print_record({"ended": ended}, as_json=as_json)


def _row(one: TokenInfo, slugs: Mapping[int, str]) -> dict[str, Any]:
    return {
        "id": one.id,
        "of": slugs.get(one.user_id, ""),
        "name": one.name,
        "scopes": list(one.scopes),
        "expires": f"{one.expires_at:%Y-%m-%d}",
        "last_used": f"{one.used_at:%Y-%m-%d %H:%M}" if one.used_at else "",
    }
