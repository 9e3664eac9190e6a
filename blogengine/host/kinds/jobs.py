"""Jobs: work that is done after the request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from blogengine.contributions import Job
from blogengine.guard import Guard
from blogengine.host.kinds.kind import Kind, Owned, check_call, check_text, must_be

NAME = re.compile(r"[a-z][a-z0-9_]{0,58}")
MOST_ATTEMPTS = 20
SHORTEST_PERIOD = timedelta(seconds=10)
LONGEST_SECONDS = 3600.0


def check(plugin: str, values: list[Job], others: list[Owned[Job]]) -> None:  # noqa: ARG001
    taken: set[str] = set()
    for job in values:
        what = f"The job {job.name!r}"
        check_text(what, name=job.name)
        must_be(NAME.fullmatch(job.name), f"{what} must be named by small letters, digits and _.")
        must_be(job.name not in taken, f"There is already a job called {job.name!r}.")
        taken.add(job.name)
        check_call(f"{what}: run", job.run)
        sound = job.every is None or isinstance(job.every, timedelta)
        must_be(sound, f"{what}: every must be a timedelta or None.")
        rare = job.every is None or job.every >= SHORTEST_PERIOD
        must_be(rare, f"{what}: every must be at least {SHORTEST_PERIOD.total_seconds():g} s.")
        tries = isinstance(job.max_attempts, int) and 1 <= job.max_attempts <= MOST_ATTEMPTS
        must_be(tries, f"{what}: max_attempts must be a number from 1 to {MOST_ATTEMPTS}.")
        bounded = isinstance(job.seconds, int | float) and 0 < job.seconds <= LONGEST_SECONDS
        must_be(bounded, f"{what}: seconds must be more than 0 and at most {LONGEST_SECONDS:g}.")


def guarded(plugin: str, job: Job, guard: Guard) -> Job:  # noqa: ARG001
    """The service of jobs guards each run, since it has to know how that ended."""
    return job


def gather(owned: list[Owned[Job]]) -> Mapping[str, object]:
    return {"jobs": {f"{plugin}.{job.name}": job for plugin, job in owned}}


JOBS = Kind("register_jobs", Job, check, guarded, gather)
