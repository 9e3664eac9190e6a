"""Runs of jobs among the figures of requests, for `/metrics`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from blogengine.jobs.times import RunLater

if TYPE_CHECKING:
    from blogengine.site import Site

JOB = "JOB"
WELL, FAILED = 200, 500
"""How they stand there: as a method, and with a status."""


def counted(
    site: Site | None, name: str, run: Callable[[], BaseException | None]
) -> BaseException | None:
    """Run a job and count it; one that was put off isn't counted. Returns what it raised."""
    began = time.perf_counter()
    error = run()
    if site is not None and site.telemetry is not None and not isinstance(error, RunLater):
        took = time.perf_counter() - began
        site.telemetry.figures.observe((name, JOB, FAILED if error else WELL), took, 0, 0)
    return error
