"""`blogengine doctor` and `blogengine probe`: is the site well, and does it answer?"""

from __future__ import annotations

from datetime import timedelta

import click

from blogengine.cli.session import Session, json_option, print_rows

FOUND_SOMETHING = 1
SERVICE_DOWN = 69
TRY_AGAIN = 75


@click.command()
@click.option("--fix", is_flag=True, help="Mend what can be mended without losing anything.")
@json_option
@click.pass_obj
def doctor(session: Session, *, fix: bool, as_json: bool) -> int:
    """Look the site over: files, database, lists, clock, plugins, and what they check themselves.

    Ends with 1 when something is wrong that wasn't mended.
    """
    from blogengine.checkup import examine

    findings, checks, left = [], 0, 0
    for name, troubles in examine(session.config, lambda: session.site):
        checks += 1
        for trouble in troubles:
            mended = trouble.mend() if fix and trouble.mend is not None else ""
            left += not mended
            findings.append(
                {
                    "check": name,
                    "area": trouble.area,
                    "state": trouble.state,
                    "sentence": trouble.sentence,
                    "fix": trouble.fix,
                    "mended": mended,
                }
            )
            if not as_json:
                click.echo(f"{trouble.state.upper():<5} {trouble.area}: {trouble.sentence}")
                click.echo(f"      {mended or trouble.fix}")
    if as_json:
        print_rows(findings, as_json=True)
    else:
        found = "nothing is wrong" if not findings else f"{len(findings)} found, {left} left"
        click.echo(f"{checks} checks: {found}.")
    return FOUND_SOMETHING if left else 0


@click.command()
@click.argument("url", required=False)
@click.option(
    "--feed-age", type=click.IntRange(1), help="Days the feed's newest entry may be old at most."
)
@json_option
@click.pass_obj
def probe(session: Session, url: str | None, *, feed_age: int | None, as_json: bool) -> int:
    """Ask a running site as a visitor would: URL, else the site's public address.

    Asks for life, home, newest post, a tag, the feed and an address that isn't there. Ends with
    69 when one of them fails, and with 75 when the site says it is busy.
    """
    from blogengine.checkup import probe as ask

    base = url or session.site.base_url
    if not base.startswith(("http://", "https://")):
        raise click.UsageError("Name the address to probe, such as http://127.0.0.1:8000.")
    oldest = timedelta(days=feed_age) if feed_age else None
    steps = list(ask(base, oldest_feed=oldest))
    rows = [
        {
            "step": step.name,
            "state": step.state,
            "milliseconds": step.milliseconds,
            "address": step.address,
            "problem": step.said,
        }
        for step in steps
    ]
    print_rows(rows, as_json=as_json)
    states = {step.state for step in steps}
    if "fail" in states:
        return SERVICE_DOWN
    return TRY_AGAIN if "busy" in states else 0
