"""`blogengine logs`: what the engine itself knows of a request."""

from __future__ import annotations

import click

from blogengine.cli.session import Session, json_option, print_record, print_rows
from blogengine.errors import NotFound
from blogengine.telemetry import KnownFailure

WHOSE_TURN = {
    "user": "whoever sent it",
    "denied": "whoever sent it",
    "retryable": "nobody's: it may go through in a moment",
    "operator": "yours, who run the site",
    "plugin": "the plugin's author; you can switch it off",
    "bug": "the engine's developers; please report it",
}


@click.group()
def logs() -> None:
    """Look up what happened."""


@logs.command()
@click.argument("request_id")
@click.option("--trace", is_flag=True, help="Show where the error was raised.")
@json_option
@click.pass_obj
def explain(session: Session, request_id: str, *, trace: bool, as_json: bool) -> None:
    """Say what happened to the request REQUEST_ID, whose turn it is, and what to do.

    The last failed requests are known. Lines of all others stand in the server's log, under
    `trace.id`.
    """
    from blogengine.db import db
    from blogengine.guard import open_sharing
    from blogengine.starting import bare_app
    from blogengine.telemetry import Failures

    with bare_app(session.config):
        faults = [fault for fault in open_sharing().faults() if fault.request == request_id]
        found = Failures(db.runtime_engine).find(request_id)
    if not found and not faults:
        raise NotFound(
            f"Nothing is known of a failed request {request_id}.",
            code="request-unknown",
            action="It may have gone well, be of an address that isn't there, or lie too far back: "
            "look for it in the server's log.",
        )
    if as_json:
        print_rows([_row(one) for one in found], as_json=True)
        return
    for one in found:
        print_record(_told(one), as_json=False)
        if trace and one.trace:
            click.echo(one.trace.rstrip())
    for fault in faults:
        click.echo(f"The plugin {fault.plugin} failed in {fault.hook}: {fault.error}")
        click.echo(f"  Look at it with: blogengine plugin errors {fault.plugin} --trace")


def _row(failure: KnownFailure) -> dict[str, object]:
    names = KnownFailure.__dataclass_fields__
    return {**{name: getattr(failure, name) for name in names}, "turn": _turn(failure)}


def _told(failure: KnownFailure) -> dict[str, object]:
    said = {
        "what": f"{failure.method} {failure.path} was answered {failure.status}",
        "when": f"{failure.at:%Y-%m-%d %H:%M:%S} UTC",
        "route": failure.route,
        "happened": failure.message,
        "code": f"{failure.code} ({failure.kind})",
        "error": failure.error,
        "plugin": failure.plugin,
        "whose turn": _turn(failure),
        "to do": failure.action,
    }
    return {name: value for name, value in said.items() if value}


def _turn(failure: KnownFailure) -> str:
    return WHOSE_TURN.get(failure.kind, failure.kind)
