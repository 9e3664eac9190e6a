"""`site.operating`: what takes too long for a request, such as switching a plugin on.

It is done by a job, in a process of its own that is the same command an operator would type: a
trial build, the migration, other workers. The page says that it is under way, and later how it
ended.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from blogengine import audit
from blogengine.actors import current_actor, require
from blogengine.children import run_child
from blogengine.clock import utcnow
from blogengine.confirming import require_confirmed
from blogengine.contributions import Job
from blogengine.db import db
from blogengine.errors import UserError
from blogengine.host import Host
from blogengine.host.manifests import declared, dependants_of, required_by
from blogengine.jobs import Jobs
from blogengine.jobs.listing import JobRecord
from blogengine.queries.reports import Report, read_report, write_report
from blogengine.telemetry import Telemetry

if TYPE_CHECKING:
    from blogengine.site import Site

OPERATE = "core.operate"
SECONDS = 240.0
LONGEST_TOLD = 1000
RECENT = timedelta(hours=1)

PERMISSIONS = {
    "enable": "plugins.switch",
    "disable": "plugins.switch",
    "wear": "settings.edit",
    "examine": "jobs.manage",
}
EXAMINED = "health"


@dataclass(frozen=True, slots=True)
class Operation:
    """An act that was asked for: `state` is waiting, running, done or failed.

    `error` says why it failed.
    """

    act: str
    name: str
    state: str
    asked_at: datetime
    error: str = ""


class Operating:
    """Asking for such acts, and seeing how they went."""

    def __init__(self, jobs: Jobs, host: Host, telemetry: Telemetry) -> None:
        self._jobs = jobs
        self._host = host
        self._telemetry = telemetry

    def enable(self, name: str, *, trust: bool = False) -> None:
        """Ask for a plugin to be switched on, with all it needs. Asks for the password once more.

        `trust` agrees to filters that come after the sanitiser.
        """
        self._host.known(name)
        self._ask("enable", name, trust=trust)

    def disable(self, name: str) -> None:
        """Ask for a plugin to be switched off, with all that need it; their data stays."""
        self._host.known(name)
        self._ask("disable", name)

    def wear(self, theme: str) -> None:
        """Ask for the workers to take over a theme that is stored as the site's."""
        self._ask("wear", theme)

    def examine(self) -> None:
        """Ask for the whole site to be looked over, as `blogengine doctor` does."""
        self._ask("examine", "site")

    def call_again(self, name: str) -> None:
        """Let a paused plugin be called again; every process does within a second or two."""
        require("plugins.switch")
        self._host.known(name)
        self._telemetry.call_again(name)
        with db.write() as session:
            audit.record(session, "plugin.retried", subject=f"plugin:{name}")

    def report(self) -> Report | None:
        """Return what the last look over the site found; None when there was none."""
        require("jobs.manage")
        return read_report(EXAMINED)

    def recent(self) -> tuple[Operation, ...]:
        """Return what was asked for in the last hour, the newest first."""
        found = []
        for record in self._jobs.recent(OPERATE, utcnow() - RECENT):
            payload = record.payload
            if PERMISSIONS.get(str(payload["act"])) == "plugins.switch":
                found.append(_operation(record))
        return tuple(found)

    def looking(self) -> bool:
        """Whether the site is being looked over."""
        recent = self._jobs.recent(OPERATE, utcnow() - RECENT)
        unfinished = ("waiting", "running", "failed")
        return any(r.payload["act"] == "examine" and r.state in unfinished for r in recent)

    def needed_by(self, name: str) -> tuple[str, ...]:
        """Return the enabled plugins that need this one."""
        status = {one.name: one.enabled for one in self._host.statuses()}
        return tuple(
            one for one in dependants_of([name], self._requires()) if status.get(one, False)
        )

    def needs(self, name: str) -> tuple[str, ...]:
        """Return the plugins that this one needs and that aren't enabled."""
        status = {one.name: one.enabled for one in self._host.statuses()}
        return tuple(
            one for one in required_by([name], self._requires()) if not status.get(one, False)
        )

    def _requires(self) -> Mapping[str, tuple[str, ...]]:
        found = {name: declared(one).requires for name, one in self._host.found.items()}
        loaded = self._host.loaded.items()
        return found | {name: plugin.manifest.requires for name, plugin in loaded}

    def _ask(self, act: str, name: str, **more: object) -> None:
        require(PERMISSIONS[act])
        if PERMISSIONS[act] == "plugins.switch":
            require_confirmed()
        payload = {"act": act, "name": name, "by": current_actor().id, **more}
        with db.write() as session:
            self._jobs.enqueue(session, OPERATE, payload, key=f"{act}:{name}")


def operate(site: Site, payload: Mapping[str, Any]) -> None:
    """Do what was asked for; raises UserError with what the command said."""
    act, name = str(payload["act"]), str(payload["name"])
    by = ["--by", str(payload["by"])] if payload.get("by") else []
    commands: Mapping[str, Sequence[str]] = {
        "enable": ["plugin", "enable", name, "--with-required", "--quiet", *by]
        + (["--trust"] if payload.get("trust") else []),
        "disable": ["plugin", "disable", name, "--with-dependants", "--quiet", *by],
        "wear": ["theme", "use", name],
        "examine": ["doctor", "--json"],
    }
    command = [sys.executable, "-m", "blogengine", "--site", str(site.config.folder)]
    ended = run_child([*command, *commands[act]], seconds=SECONDS)
    if act == "examine" and ended.code in (0, 1):
        write_report(EXAMINED, json.loads(ended.out))
    elif ended.code != 0:
        said = ended.err.strip() if ended.code is not None and ended.code > 0 else ""
        raise UserError(
            said.removeprefix("Error: ")[:LONGEST_TOLD] or f"It failed: {ended.sentence}.",
            code="operation-failed",
            action="",
        )


def operating_job() -> Job:
    """Return the job, by its name in the core."""
    return Job("operate", operate, max_attempts=1, seconds=SECONDS + 30)


def _operation(record: JobRecord) -> Operation:
    state = {"dead": "failed", "cancelled": "failed"}.get(record.state, record.state)
    act, name = str(record.payload["act"]), str(record.payload["name"])
    return Operation(act, name, state, record.created_at, record.error)
