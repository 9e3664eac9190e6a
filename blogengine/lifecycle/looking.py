"""What there is to know of all plugins, from a look in a process of its own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from blogengine.clock import utcnow
from blogengine.config import Config
from blogengine.db import db
from blogengine.errors import OperatorError
from blogengine.guard import Pause, open_sharing
from blogengine.host import Found, find_plugins
from blogengine.host.files import changed_since
from blogengine.host.manifests import declared
from blogengine.lifecycle.trials import Plan, run_here
from blogengine.models import PluginRow
from blogengine.starting import bare_app

MISSING = "It was enabled, but its files are gone. Its data is kept."


def texts_waiting(config: Config) -> int:
    """Return how many texts would be rendered again; 0 when nobody can say."""
    return run_here(config, Plan(None, migrate=False, ask=False, waiting=True)).waiting


def look(config: Config) -> list[dict[str, Any]]:
    """Return a record for each plugin that is there or enabled.

    Raises OperatorError when there is no site to look at. A plugin that ends the process that
    looks doesn't: then the records say what files and database know.
    """
    trial = run_here(config, Plan(None, migrate=False, ask=False, safe=config.safe))
    if trial.error:
        raise OperatorError(**trial.error)
    found = find_plugins(config.plugin_folder)
    with bare_app(config):
        rows = db.reading().execute(
            select(
                PluginRow.name,
                PluginRow.enabled,
                PluginRow.version,
                PluginRow.files_hash,
                PluginRow.trusted,
            )
        )
        known = {row.name: row[1:] for row in rows}
        pauses = {pause.plugin: pause for pause in open_sharing().pauses(utcnow())}
    records = [dict(record) for record in trial.plugins]
    if trial.problem:
        enabled = {name for name, row in known.items() if row[0]}
        records = [
            _from_files(name, found.get(name), name in enabled, trial.problem)
            for name in sorted({*found, *enabled})
        ]
    for record in records:
        name = record["name"]
        _enabled, version, hashed, trusted = known.get(name, (False, "", "", False))
        there = found.get(name)
        on = record["enabled"] and there is not None
        record["changed"] = changed_since(there, version, hashed) if on and there else None
        if record["state"] == "running" and name in pauses:
            record["state"], record["reason"] = "paused", paused(pauses[name])
        record["enabled_version"] = version if record["enabled"] else ""
        record["trusted_filters"] = list(trial.trusted.get(name, ()))
        record["trusted"] = trusted
        record["hosts"] = hosts_of(there)
    return records


def hosts_of(found: Found | None) -> list[str]:
    """Return the machines a plugin talks to, as its file declares them: "any" when it doesn't."""
    hosts = declared(found).hosts if found else None
    return ["any"] if hosts is None else list(hosts)


def paused(pause: Pause) -> str:
    """Return why a plugin isn't called now, until when, and what to do."""
    return (
        f"{pause.why} Not called until {pause.until:%Y-%m-%d %H:%M:%S} UTC; "
        f"call it again with: blogengine plugin errors {pause.plugin} --retry"
    )


def times(config: Config, name: str) -> list[str]:
    """Return what each hook of a plugin cost, over all processes, the dearest first."""
    with bare_app(config):
        costs = open_sharing().costs(name).items()
    return [
        f"{hook}: {cost.calls} calls, {cost.total / max(cost.calls, 1) / 1e6:.2f} ms each, "
        f"at most {cost.worst / 1e6:.1f} ms"
        + (f", {cost.slow} slow" if cost.slow else "")
        + (f", {cost.failures} failed" if cost.failures else "")
        for hook, cost in costs
    ]


def secrets_of(config: Config, name: str) -> set[str] | None:
    """Return which of a plugin's settings are secret; None when it won't say."""
    plan = Plan([], migrate=False, ask=False, safe=True, describe=[name])
    found = run_here(config, plan).secrets.get(name)
    return None if found is None else set(found)


def _from_files(name: str, found: Found | None, enabled: bool, problem: str) -> dict[str, Any]:
    state, reason = ("enabled", f"Unknown: {problem}.") if enabled else ("found", "")
    if found is None:
        state, reason = "missing", MISSING
    return {
        "name": name,
        "state": state,
        "enabled": enabled,
        "reason": reason,
        "door": found.door if found else "",
        "location": found.location if found else "",
        "version": found.version if found else "",
        "summary": found.summary if found else "",
        "homepage": "",
        "requires": [],
        "hooks": [],
        "offers": [],
        "deprecated": [],
        "files": [],
        "sources": [],
    }
