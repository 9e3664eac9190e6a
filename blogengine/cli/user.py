"""`blogengine user …`."""

from __future__ import annotations

import sys
from typing import Any

import click

from blogengine.cli.session import Session, json_option, print_record, print_rows
from blogengine.identity import OneUse, Person, SessionInfo
from blogengine.permissions import ROLES

WHO = "Slug, e-mail address or number of the person."


@click.group()
def user() -> None:
    """Look after the people who write.

    A person is named by slug, e-mail address or number.
    """


@user.command("list")
@json_option
@click.pass_obj
def list_users(session: Session, as_json: bool) -> None:
    """List the people who write."""
    rows = (_row(person) for person in session.site.identity.people.all())
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
    """Make a person who can't sign in yet; `passwd` or `invite` lets them."""
    author = session.site.users.create(name, email=email, role=role)
    if not quiet:
        print_record({"slug": author.slug, "name": author.name}, as_json=as_json)


@user.command("invite")
@click.argument("name")
@click.argument("email", required=False, default="")
@click.option("--role", type=click.Choice(ROLES), default="author", show_default=True)
@json_option
@click.pass_obj
def invite(session: Session, *, name: str, email: str, role: str, as_json: bool) -> None:
    """Invite NAME at EMAIL, who chooses a password by the link; without EMAIL once more."""
    people = session.site.identity.people
    link = people.invite(name, email, role) if email else people.invite_again(people.find(name).id)
    _print_link(link, as_json=as_json)


@user.command("passwd")
@click.argument("who")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--link", is_flag=True, help="Print a link by which they choose it themselves.")
@click.option("--quiet", is_flag=True, help="Print nothing.")
@json_option
@click.pass_obj
def passwd(
    session: Session, *, who: str, from_stdin: bool, link: bool, quiet: bool, as_json: bool
) -> None:
    """Give WHO a new password; all their sessions end."""
    identity = session.site.identity
    person = identity.people.find(who)
    if link:
        _print_link(identity.passwords.link(person.id), as_json=as_json)
        return
    identity.passwords.set(person.id, new_password(from_stdin=from_stdin))
    if not quiet:
        print_record(_row(identity.people.find(who)), as_json=as_json)


@user.command("role")
@click.argument("who")
@click.argument("role", type=click.Choice(ROLES))
@json_option
@click.pass_obj
def role(session: Session, who: str, role: str, as_json: bool) -> None:
    """Give WHO another role; their sessions end."""
    people = session.site.identity.people
    print_record(_row(people.set_role(people.find(who).id, role)), as_json=as_json)


@user.command("disable")
@click.argument("who")
@json_option
@click.pass_obj
def disable(session: Session, who: str, as_json: bool) -> None:
    """Let WHO sign in no more; sessions and tokens are dead, posts stay."""
    people = session.site.identity.people
    print_record(_row(people.disable(people.find(who).id)), as_json=as_json)


@user.command("enable")
@click.argument("who")
@json_option
@click.pass_obj
def enable(session: Session, who: str, as_json: bool) -> None:
    """Let WHO sign in again."""
    people = session.site.identity.people
    print_record(_row(people.enable(people.find(who).id)), as_json=as_json)


@user.command("second-factor")
@click.argument("who")
@click.option("--off", is_flag=True, help="Take it away, for somebody whose phone is gone.")
@json_option
@click.pass_obj
def second_factor(session: Session, who: str, off: bool, as_json: bool) -> None:
    """Show whether WHO signs in with codes of an app, or take that away."""
    identity = session.site.identity
    person = identity.people.find(who)
    if off:
        identity.second_factor.disable(person.id)
        person = identity.people.find(who)
    left = identity.second_factor.recovery_codes_left(person.id)
    passkeys = [one.name for one in identity.passkeys.of(person.id)]
    record = {**_row(person), "recovery_codes_left": left, "passkeys": passkeys}
    print_record(record, as_json=as_json)


@user.command("sessions")
@click.argument("who")
@json_option
@click.pass_obj
def sessions(session: Session, who: str, as_json: bool) -> None:
    """List where WHO is signed in."""
    identity = session.site.identity
    found = identity.sessions(identity.people.find(who).id)
    print_rows((_session(one) for one in found), as_json=as_json, nothing="Nowhere.")


@user.command("revoke")
@click.argument("who")
@click.argument("sessions", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="End all of them.")
@json_option
@click.pass_obj
def revoke(
    session: Session, *, who: str, sessions: tuple[str, ...], everything: bool, as_json: bool
) -> None:
    """End SESSIONS of WHO by their ids, or all."""
    if bool(sessions) == everything:
        raise click.UsageError("Name sessions (blogengine user sessions lists them), or say --all.")
    identity = session.site.identity
    person = identity.people.find(who)
    if everything:
        ended = identity.revoke_all(person.id)
    else:
        ended = sum(identity.revoke(person.id, one) for one in sessions)
    print_record({"slug": person.slug, "ended": ended}, as_json=as_json)


def new_password(*, from_stdin: bool = False) -> str:
    """Ask for a new password twice, or read one line; it never stands among the arguments."""
    if from_stdin or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = click.prompt("New password", hide_input=True, confirmation_prompt="Once more")
    return asked


def _row(person: Person) -> dict[str, Any]:
    return {
        "slug": person.slug,
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "state": person.state or "no sign-in",
        "second_factor": person.second_factor,
    }


def _session(one: SessionInfo) -> dict[str, Any]:
    return {
        "id": one.id,
        "device": one.device,
        "address": one.address,
        "created": f"{one.created_at:%Y-%m-%d %H:%M}",
        "last_seen": f"{one.seen_at:%Y-%m-%d %H:%M}",
    }


def _print_link(link: OneUse, *, as_json: bool) -> None:
    record = {"link": link.address, "expires": f"{link.expires_at:%Y-%m-%d %H:%M} UTC"}
    print_record(record, as_json=as_json)
