"""Be the throw-away process: build the app with some plugins, ask for pages, report, and end.

Run as `python -m blogengine.lifecycle.trying PLAN`. A file takes the report, because plugins print
what they like.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from blogengine.config import Config, load_config
from blogengine.errors import BlogError

SMOKE_PATHS = ("/", "/tags/")
LARGEST_TEXT = 1024 * 1024


def main() -> None:
    """Carry out the plan and leave without waiting for what plugins may have started."""
    plan = json.loads(sys.argv[1])
    faulthandler.dump_traceback_later(plan["seconds"], exit=True)
    try:
        report = carry_out(plan)
    except BlogError as error:
        told = {"message": error.message, "code": error.code, "action": error.action}
        report = {"problem": str(error), "error": {**told, "exit_code": error.exit_code}}
    except BaseException as error:  # whatever it is, the caller wants the sentence
        report = {"problem": f"{type(error).__name__}: {error}"}
    Path(plan["report"]).write_text(json.dumps(report, default=str), "utf-8")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def carry_out(plan: dict[str, Any]) -> dict[str, Any]:
    """Build the app, ask for the planned pages, and tell what became of each plugin."""
    from blogengine.app import create_app
    from blogengine.starting import migrate_plugins

    loaded = load_config(plan["site"], create=False)
    config = replace(loaded, trial=True, safe=plan["safe"])
    late: dict[str, str] = {}
    plugins = plan["plugins"]
    if plan["migrate"]:
        failed = migrate_plugins(config, plugins).failed
        late = {owner: error.message for owner, error in failed}
    app = create_app(config, plugins=plugins)
    site = app.extensions["blogengine"]
    answers = ask(app, plan["paths"]) if plan["ask"] else {}
    statuses = site.host.statuses()
    site.posts.renderer.close()
    return {
        "states": {status.name: status.state for status in statuses},
        "reasons": {s.name: late.get(s.name) or s.reason for s in statuses if s.reason},
        # First calls in a new process, beside visitors: how long they took says nothing. What hangs
        # ends the trial all the same.
        "faults": [
            [fault.plugin, fault.hook, fault.error]
            for fault in site.guard.faults
            if fault.kind != "slow"
        ],
        "answers": answers,
        "plugins": [shown(status, site) for status in statuses],
        **described(config, plan["describe"]),
        "trusted": trusted_of(site),
        "waiting": waiting(app) if plan["waiting"] else 0,
    }


def waiting(app: Any) -> int:
    """Return how many texts other plugins or settings rendered."""
    with app.app_context():
        return len(app.extensions["blogengine"].posts.waiting())


def trusted_of(site: Any) -> dict[str, list[str]]:
    """Return the names of each plugin's filters that come after the sanitiser."""
    trusted: dict[str, list[str]] = {}
    for plugin, item in site.contributions.html_filters:
        if item.trusted:
            trusted.setdefault(plugin, []).append(item.name)
    return trusted


def ask(app: Any, paths: list[str]) -> dict[str, Any]:
    """Ask for the home page, the tags, the newest post and the given paths."""
    site = app.extensions["blogengine"]
    client = app.test_client()
    with app.app_context():
        newest = site.archives.posts(site.archives.home(), limit=1)
    answers = {}
    for path in dict.fromkeys([*SMOKE_PATHS, *(post.url for post in newest), *paths]):
        began = time.perf_counter()
        answer = client.get(path)
        took = (time.perf_counter() - began) * 1000
        text = answer.get_data(as_text=True)[:LARGEST_TEXT] if path in paths else ""
        answers[path] = {"status": answer.status_code, "ms": round(took, 1), "text": text}
    return answers


def shown(status: Any, site: Any) -> dict[str, Any]:
    """Return what a list of plugins shows of one."""
    from blogengine.head import files_of, sources_of
    from blogengine.host.outdated import uses_of

    found, manifest = status.found, status.manifest
    loaded = site.host.loaded.get(status.name)
    return {
        "name": status.name,
        "state": status.state,
        "enabled": status.enabled,
        "reason": status.reason,
        "door": found.door if found else "",
        "location": found.location if found else "",
        "version": found.version if found else "",
        "summary": found.summary if found else "",
        "homepage": manifest.homepage if manifest else "",
        "requires": list(manifest.requires) if manifest else [],
        "hooks": list(status.hooks),
        "offers": list(site.hooks.offered_by(status.name)),
        "deprecated": [entry.sentence() for entry in uses_of(loaded)] if loaded else [],
        "files": files_of(site.contributions, status.name),
        "sources": sources_of(site.contributions, status.name),
    }


def described(config: Config, names: list[str]) -> dict[str, Any]:
    """Return of some plugins what only running them tells: requires, and settings kept secret."""
    from blogengine.host import find_plugins
    from blogengine.host.loading import Unfit, load_one
    from blogengine.schema import setting_fields

    found = find_plugins(config.plugin_folder)
    requires: dict[str, list[str]] = {}
    secrets: dict[str, list[str]] = {}
    for name in names:
        try:
            manifest = load_one(found[name]).manifest
        except (Unfit, KeyError):
            requires[name] = []
            continue
        requires[name] = list(manifest.requires)
        fields = setting_fields(manifest.settings) if manifest.settings else ()
        secrets[name] = [item.name for item in fields if item.rules.secret]
    return {"requires": requires, "secrets": secrets}


if __name__ == "__main__":
    main()
