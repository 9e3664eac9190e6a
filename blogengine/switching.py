"""Switching plugins on and off: a trial build in a throw-away process, then a graceful change.

A failed trial changes nothing and says why. Only after a good one the database is written and
the serving workers are replaced.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from sqlalchemy import select

from blogengine import changes
from blogengine.clock import utcnow
from blogengine.config import Config
from blogengine.db import db
from blogengine.errors import UserError
from blogengine.host import find_plugins
from blogengine.models import PluginRow
from blogengine.serving import replace_workers
from blogengine.starting import bare_app, enabled_plugins

TRIAL_SECONDS = 60
SMOKE_PATHS = ("/", "/tags/")
SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Trial:
    """How a trial build went: the state of each plugin, and what the smoke requests answered."""

    states: dict[str, str]
    reasons: dict[str, str]
    faults: list[str]
    problem: str = ""


def switch(config: Config, name: str, *, on: bool) -> bool:
    """Enable or disable a plugin; return whether a serving site took it over at once.

    Raises UserError when the plugin is unknown, when others need it, or when the trial failed.
    """
    found = find_plugins(config.plugin_folder)
    with bare_app(config):
        enabled = set(enabled_plugins())
    if name not in found and not (not on and name in enabled):
        raise UserError(
            f"There is no plugin {name!r}.",
            code="plugin-unknown",
            action="See `blogengine plugin list`.",
            status=404,
        )
    wanted = enabled | {name} if on else enabled - {name}
    if not config.safe:
        _refuse_bad(run_trial(config, wanted), name, enabled if on else wanted, on=on)
    with bare_app(config), db.write() as session:
        row = session.scalars(select(PluginRow).where(PluginRow.name == name)).first()
        if row is None:
            row = PluginRow(name=name, enabled=on, changed_at=utcnow())
            session.add(row)
        row.enabled, row.changed_at = on, utcnow()
        row.version = found[name].version if name in found else row.version
        changes.plugins_changed(session)
        changes.record(session, [f"plugin:{name}"])
    return replace_workers(config)


def _refuse_bad(trial: Trial, name: str, others: Iterable[str], *, on: bool) -> None:
    if trial.problem:
        raise _refused(f"A trial build without serving anybody failed: {trial.problem}")
    if on and trial.states.get(name) != "running":
        reason = trial.reasons.get(name) or "it didn't come up"
        raise _refused(f"The plugin {name} can't run: {reason}")
    for fault in trial.faults:
        if on and fault.startswith(f"{name} "):
            raise _refused(f"The plugin {name} failed in the trial: {fault}")
    if not on:
        needy = [
            other for other in others if f"needs the plugin {name}." in trial.reasons.get(other, "")
        ]
        if needy:
            raise UserError(
                f"{', '.join(sorted(needy))} needs the plugin {name}.",
                code="plugin-needed",
                action="Disable what needs it first.",
                status=409,
            )


def _refused(message: str) -> UserError:
    return UserError(
        message if message.endswith(".") else f"{message}.",
        code="plugin-trial-failed",
        action="Nothing was changed; mend the plugin and try again.",
        status=422,
    )


def run_trial(config: Config, plugins: Iterable[str]) -> Trial:
    """Build the app with these plugins in a child process and ask it for a few pages."""
    command = [sys.executable, "-m", "blogengine.switching", str(config.folder), *sorted(plugins)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=TRIAL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Trial({}, {}, [], f"it took longer than {TRIAL_SECONDS} seconds")
    try:
        return Trial(**json.loads(done.stdout.rpartition("\n#trial ")[2]))
    except (json.JSONDecodeError, TypeError):
        said = (done.stderr.strip().splitlines() or ["it printed nothing"])[-1]
        return Trial({}, {}, [], f"the process ended with code {done.returncode} ({said})")


def build_and_ask(folder: str, plugins: list[str]) -> Trial:
    """Be the throw-away process: migrate the plugins' tables, build, ask, report."""
    from blogengine.app import create_app
    from blogengine.config import load_config
    from blogengine.starting import migrate_plugins

    config = replace(load_config(folder), trial=True)
    migrate_plugins(config, plugins)
    app = create_app(config, plugins=plugins)
    site = app.extensions["blogengine"]
    client = app.test_client()
    with app.app_context():
        newest = site.archives.posts(site.archives.home(), limit=1)
    answers = {
        path: client.get(path).status_code for path in (*SMOKE_PATHS, *(p.url for p in newest))
    }
    bad = [f"{path} answered {code}" for path, code in answers.items() if code >= SERVER_ERROR]
    statuses = site.host.statuses()
    return Trial(
        {status.name: status.state for status in statuses},
        {status.name: status.reason for status in statuses if status.reason},
        [f"{fault.plugin} in {fault.hook}: {fault.error}" for fault in site.guard.faults],
        "; ".join(bad),
    )


def main() -> None:
    """Run as `python -m blogengine.switching SITE PLUGIN…`."""
    folder, *plugins = sys.argv[1:]
    try:
        trial = build_and_ask(folder, plugins)
    except Exception as error:  # whatever it is, the caller wants the sentence
        trial = Trial({}, {}, [], f"{type(error).__name__}: {error}")
    # Plugins may print while they load; the marker tells where the answer begins.
    sys.stdout.write("\n#trial " + json.dumps(asdict(trial)))


if __name__ == "__main__":
    main()
