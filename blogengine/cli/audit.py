"""`blogengine audit …`: who changed what."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from blogengine.audited import AuditLine
from blogengine.cli.session import Session, json_option, print_record, print_rows

WHEN = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"])


@click.group()
def audit() -> None:
    """See who changed what, and what it was before and after."""


@audit.command("list")
@click.option("--subject", default="", metavar="KIND[:ID]", help='Such as "post:7" or "setting".')
@click.option(
    "--actor",
    default="",
    metavar="WHO",
    help='A name, "person:3", or a kind: person, operator, engine, anonymous.',
)
@click.option("--act", default="", help='Such as "post.published".')
@click.option("--since", type=WHEN, help="From this day or time on, in the site's time zone.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@json_option
@click.pass_obj
def list_lines(session: Session, /, since: datetime | None, as_json: bool, **asked: Any) -> None:
    """List acts, the newest first."""
    site = session.site
    moment = site.local(since) if since else None
    lines = site.audit.find(since=moment, **asked)
    if as_json:
        print_rows((asdict(line) for line in lines), as_json=True)
        return
    rows = ({**_row(line), "at": f"{site.local(line.at):%Y-%m-%d %H:%M:%S}"} for line in lines)
    print_rows(rows, as_json=False, nothing="Nothing was done, or it is too long ago.")


@audit.command("show")
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@json_option
@click.pass_obj
def show(session: Session, number: int, as_json: bool) -> None:
    """Show one act with everything that is known of it."""
    line = session.site.audit.get(number)
    if as_json:
        print_record(asdict(line), as_json=True)
        return
    told = asdict(line)
    before, after = told.pop("before"), told.pop("after")
    print_record({name: value for name, value in told.items() if value != ""}, as_json=False)
    changes = (
        {"field": name, "before": _shown(before.get(name)), "after": _shown(after.get(name))}
        for name in sorted({*before, *after})
    )
    click.echo()
    print_rows(changes, as_json=False, nothing="No field differs.")


def _row(line: AuditLine) -> dict[str, Any]:
    """Return what stands in a line of the list: the fields that differ by name only."""
    return {
        "id": line.id,
        "at": line.at,
        "actor": line.actor_name or line.actor,
        "act": line.act,
        "subject": line.subject,
        "title": line.subject_title[:40],
        "fields": sorted({*line.before, *line.after}),
    }


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dict) and set(value) == {"sha256", "length"}:
        return f"{value['length']} characters, sha256 {str(value['sha256'])[:12]}…"
    return value if isinstance(value, str) else str(value)
