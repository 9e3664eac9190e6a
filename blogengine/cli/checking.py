"""`blogengine post check`, and what it finds when a post is to be published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from blogengine.cli.session import Session, json_option, print_rows
from blogengine.contributions import Finding
from blogengine.errors import UserError

FOUND = 1

anyway_option = click.option(
    "--anyway", is_flag=True, help="Publish it although a check says to mend something first."
)


@click.command("check")
@click.argument("post_id", type=int)
@json_option
@click.pass_obj
def check(session: Session, post_id: int, as_json: bool) -> None:
    """Look at a post as before publishing it; ends with 1 when something was found."""
    site = session.site
    found = site.findings(site.posts.get(post_id))
    nothing = "The checks found nothing."
    if not site.contributions.publish_checks:
        nothing = "No check is on. To have some: blogengine plugin enable writing_checks"
    print_rows(map(_row, found), as_json=as_json, nothing=nothing)
    if found:
        raise click.exceptions.Exit(FOUND)


def look_before_publishing(session: Session, post_id: int, *, anyway: bool) -> None:
    """Print what the checks find; raises UserError for what has to be mended, but not `anyway`."""
    site = session.site
    if not site.contributions.publish_checks:
        return
    found = site.findings(site.posts.get(post_id))
    for _check, finding in found:
        click.echo(_line(finding), err=True)
    stopping = [finding for _check, finding in found if finding.severity == "stop"]
    if stopping and not anyway:
        raise _stopped(post_id, stopping)


def _stopped(post_id: int, stopping: Sequence[Finding]) -> UserError:
    what = "something" if len(stopping) == 1 else f"{len(stopping)} things"
    return UserError(
        f"Post {post_id} isn't published: the checks found {what} to mend first.",
        code="publish-stopped",
        action="Mend what is named above, or publish it with --anyway.",
        status=422,
    )


def _row(found: tuple[str, Finding]) -> dict[str, Any]:
    check, finding = found
    return {
        "severity": finding.severity,
        "check": check,
        "position": finding.position,
        "sentence": finding.sentence,
    }


def _line(finding: Finding) -> str:
    where = f"{finding.position}: " if finding.position else ""
    return f"{finding.severity.capitalize()}: {where}{finding.sentence}"
