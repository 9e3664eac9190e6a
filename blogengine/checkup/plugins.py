"""Plugins that don't run as the owner wants them to."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from blogengine.checkup.trouble import Trouble
from blogengine.config import Config
from blogengine.db import db
from blogengine.host import find_plugins
from blogengine.lifecycle.looking import look
from blogengine.models import SettingRow
from blogengine.settings import SITE
from blogengine.starting import bare_app

FIXES = {
    "missing": "blogengine plugin disable {0}, or put its files back",
    "failed": "blogengine plugin info {0}",
    "blocked": "blogengine plugin info {0}",
    "paused": "blogengine plugin errors {0}",
}


def check_plugins(config: Config) -> Iterator[Trouble]:
    """Ask a process of its own what became of each enabled plugin."""
    for record in look(config):
        name, state = record["name"], record["state"]
        if record["enabled"] and state in FIXES:
            said = f"{name} is {state}: {record['reason']}"
            yield Trouble("plugins", said, FIXES[state].format(name))
        if record["changed"]:
            said = f"The files of {name} are others than when it was enabled."
            yield Trouble("plugins", said, f"blogengine plugin enable {name}", "warn")
    found = find_plugins(config.plugin_folder)
    with bare_app(config):
        owners = db.reading().execute(select(SettingRow.owner).distinct()).scalars().all()
    for owner in sorted(set(owners) - {SITE, *found}):
        said = f"There are settings of {owner}, which isn't there."
        yield Trouble("orphans", said, f"Put {owner} back, or leave them there.", "warn")
