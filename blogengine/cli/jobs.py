"""`blogengine jobs …`: the work that is done after requests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import click

from blogengine.cli.session import Session, json_option, print_rows
from blogengine.errors import UserError
from blogengine.jobs import JobRecord, Outcome

STATES = ("waiting", "running", "failed", "dead", "done", "cancelled")
FOUND_SOMETHING = 1
NUMBER = click.IntRange(1, 2**63 - 1)


@click.group()
def jobs() -> None:
    """Look after the work that is done after requests: mails, scheduled posts, plugins' jobs."""


@jobs.command("list")
@click.option("--state", "states", type=click.Choice(STATES), multiple=True, help="Only these.")
@click.option("--name", default="", help="Only those of a plugin, or one job's such as core.mail.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1))
@json_option
@click.pass_obj
def list_jobs(
    session: Session, *, states: tuple[str, ...], name: str, limit: int, as_json: bool
) -> None:
    """List jobs, the last asked for first."""
    found = session.site.jobs.find(states=states, name=name, limit=limit)
    rows = [asdict(job) for job in found] if as_json else [_row(job) for job in found]
    print_rows(rows, as_json=as_json, nothing="There are no jobs.")


@jobs.command("run")
@click.argument("ids", type=NUMBER, nargs=-1, metavar="[ID]...")
@json_option
@click.pass_obj
def run_jobs(session: Session, *, ids: tuple[int, ...], as_json: bool) -> int:
    """Run what is due now, or these jobs, here and now.

    Exits with 1 when one of them failed.
    """
    service = session.site.jobs
    service.give_back()
    for number in ids:
        service.get(number)
    done = [service.carry_out(number) for number in ids] if ids else service.run_due()
    outcomes = [outcome for outcome in done if outcome is not None]
    rows: Iterable[dict[str, Any]] = [_outcome(outcome) for outcome in outcomes]
    print_rows(rows, as_json=as_json, nothing="Nothing was due.")
    return FOUND_SOMETHING if any(outcome.error for outcome in outcomes) else 0


@jobs.command("retry")
@click.argument("ids", type=NUMBER, nargs=-1, metavar="[ID]...")
@click.option("--all", "every", is_flag=True, help="All that failed or are dead.")
@json_option
@click.pass_obj
def retry(session: Session, *, ids: tuple[int, ...], every: bool, as_json: bool) -> None:
    """Let jobs be tried again now, from their first try."""
    if bool(ids) == every:
        raise click.UsageError("Name jobs, or say --all.")
    again = session.site.jobs.retry(ids)
    rows = [{"id": number, "state": "waiting"} for number in again]
    print_rows(rows, as_json=as_json, nothing="There is nothing to try again.")


@jobs.command("cancel")
@click.argument("ids", type=NUMBER, nargs=-1, required=True, metavar="ID...")
@json_option
@click.pass_obj
def cancel(session: Session, *, ids: tuple[int, ...], as_json: bool) -> None:
    """Give up jobs that wait or are dead."""
    given_up = session.site.jobs.cancel(ids)
    if not given_up:
        raise UserError(
            "None of them waits or is dead.",
            code="job-not-waiting",
            action="See `blogengine jobs list`; a job that runs or is done stays as it is.",
            status=409,
        )
    rows = [{"id": number, "state": "cancelled"} for number in given_up]
    print_rows(rows, as_json=as_json)


@jobs.command("worker")
@click.pass_obj
def worker(session: Session) -> None:
    """Carry out jobs until stopped. `blogengine serve` does this by itself."""
    from blogengine.serving import work_alone

    work_alone(session.config)


def _row(job: JobRecord) -> dict[str, Any]:
    when = job.ended_at or job.not_before
    return {
        "id": job.id,
        "job": job.name,
        "state": job.state,
        "tries": job.attempts,
        "asked": f"{job.created_at:%Y-%m-%d %H:%M}",
        "when": f"{when:%Y-%m-%d %H:%M}" if when else "",
        "error": job.error[:80],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    state = "dead" if outcome.dead else "failed" if outcome.error else "done"
    return {"id": outcome.id, "job": outcome.name, "state": state, "error": outcome.error}
