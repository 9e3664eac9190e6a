"""`blogengine plugin errors`: what plugins did wrong, and calling a paused one again."""

from __future__ import annotations

import click

from blogengine.cli.session import Session, json_option, print_rows
from blogengine.guard import KnownFault


@click.command("errors")
@click.argument("name", required=False)
@click.option("--trace", is_flag=True, help="Show the last traceback of each.")
@click.option("--retry", is_flag=True, help="Call a paused plugin again.")
@click.option("--clear", is_flag=True, help="Forget its failures and times.")
@json_option
@click.pass_obj
def errors(
    session: Session, name: str | None, *, trace: bool, retry: bool, clear: bool, as_json: bool
) -> None:
    """Show failures of all plugins, or of NAME, as all processes of the site saw them."""
    from blogengine.clock import utcnow
    from blogengine.guard import open_sharing
    from blogengine.starting import bare_app

    if (retry or clear) and not name:
        raise click.UsageError("Name the plugin to --retry or --clear.")
    with bare_app(session.config):
        sharing = open_sharing()
        if name and (retry or clear):
            sharing.forget(name, faults=clear)
            click.echo(f"The plugin {name} is called again.", err=as_json)
        pauses = {pause.plugin: pause for pause in sharing.pauses(utcnow())}
        faults = sharing.faults(name or "")
    if as_json:
        paused = {one.plugin: one.until for one in pauses.values()}
        rows = (
            {**_row(fault), "trace": fault.trace, "paused_until": paused.get(fault.plugin)}
            for fault in faults
        )
        print_rows(rows, as_json=True)
        return
    for pause in pauses.values():
        if not name or pause.plugin == name:
            click.echo(f"{pause.plugin} is paused until {pause.until:%H:%M:%S} UTC: {pause.why}")
            click.echo(f"  Call it again: blogengine plugin errors {pause.plugin} --retry")
            click.echo(f"  Switch it off: blogengine plugin disable {pause.plugin}")
    print_rows(map(_row, faults), as_json=False, nothing="No plugin has failed.")
    if trace:
        for fault in faults:
            click.echo(f"\n{fault.plugin} in {fault.hook}:\n{fault.trace or '(none)'}")


def _row(fault: KnownFault) -> dict[str, object]:
    return {
        "plugin": fault.plugin,
        "hook": fault.hook,
        "kind": fault.kind,
        "count": fault.count,
        "last": f"{fault.last_at:%Y-%m-%d %H:%M:%S}",
        "request": fault.request,
        "error": fault.error,
    }
