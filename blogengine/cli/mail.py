"""`blogengine mail …`: what was written to whom, and whether it was sent."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from blogengine.cli.session import Session, json_option, print_record, print_rows
from blogengine.mail import MailRecord
from blogengine.mail.states import STATES

NUMBER = click.IntRange(1, 2**63 - 1)


@click.group()
def mail() -> None:
    """Look at the mails that the blog writes."""


@mail.command("list")
@click.option("--state", "states", type=click.Choice(STATES), multiple=True, help="Only these.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1))
@json_option
@click.pass_obj
def list_mails(session: Session, *, states: tuple[str, ...], limit: int, as_json: bool) -> None:
    """List mails, the last written first."""
    found = session.site.mail.find(states=states, limit=limit)
    rows = [asdict(one) for one in found] if as_json else [_row(one) for one in found]
    print_rows(rows, as_json=as_json, nothing="There are no mails.")


@mail.command("show")
@click.argument("mail_id", type=NUMBER, metavar="ID")
@json_option
@click.pass_obj
def show(session: Session, *, mail_id: int, as_json: bool) -> None:
    """Show a mail with its text."""
    found = session.site.mail.get(mail_id)
    record = asdict(found)
    if as_json:
        print_record(record, as_json=True)
        return
    heads = ("id", "state", "to", "reply_to", "subject", "created_at", "sent_at", "error")
    print_record({name: record[name] for name in heads if record[name]}, as_json=False)
    click.echo(f"\n{found.text}")


@mail.command("send")
@click.argument("ids", type=NUMBER, nargs=-1, metavar="[ID]...")
@click.option("--all", "every", is_flag=True, help="All that were kept or failed.")
@json_option
@click.pass_obj
def send(session: Session, *, ids: tuple[int, ...], every: bool, as_json: bool) -> None:
    """Let mails be sent that weren't, or may not have been."""
    if bool(ids) == every:
        raise click.UsageError("Name mails, or say --all.")
    again = session.site.mail.send_again(ids)
    rows = [{"id": number, "state": "waiting"} for number in again]
    print_rows(rows, as_json=as_json, nothing="There is nothing to send.")


def _row(one: MailRecord) -> dict[str, Any]:
    return {
        "id": one.id,
        "state": one.state,
        "to": one.to,
        "subject": one.subject,
        "written": f"{one.created_at:%Y-%m-%d %H:%M}",
        "sent": f"{one.sent_at:%Y-%m-%d %H:%M}" if one.sent_at else "",
        "error": one.error[:80],
    }
