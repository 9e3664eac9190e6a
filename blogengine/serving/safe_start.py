"""A site whose workers die while they start, and nobody can say why, starts without plugins."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from blogengine.clock import utcnow
from blogengine.config import Config
from blogengine.guard import Lost

DEATHS = 2
WITHIN_SECONDS = 120.0

log = logging.getLogger(__name__)


def start_safely(config: Config, run: Path, lost: Sequence[Lost]) -> Config:
    """Return the configuration to start with: safe after two unexplained deaths in a row.

    A death in a plugin's code is that plugin's, which is then left out. Safe mode stays until
    the set of plugins changes or the site is served anew.
    """
    mark = run / "safe-mode"
    deaths = run / "boot-deaths"
    now = utcnow().timestamp()
    for one in lost:
        if one.role == "worker" and one.booting and not one.calls:
            with deaths.open("a", encoding="ascii") as file:
                file.write(f"{now}\n")
    if not mark.exists() and _recent(deaths, now) >= DEATHS:
        mark.write_text(f"Workers died {DEATHS} times while they started.\n", encoding="ascii")
        log.error(
            "Workers died %d times while they started; the site is served without plugins. "
            "Find the guilty one with `blogengine plugin bisect`, then serve again.",
            DEATHS,
        )
    return replace(config, safe=True) if mark.exists() else config


def _recent(deaths: Path, now: float) -> int:
    if not deaths.exists():
        return 0
    times = (float(line) for line in deaths.read_text(encoding="ascii").split())
    return sum(now - moment < WITHIN_SECONDS for moment in times)
