"""Running the jobs of a test's site in the test itself."""

from __future__ import annotations

from blogengine.db import db
from blogengine.jobs import Jobs

MOST_ROUNDS = 50
"""Jobs that ask for themselves again and again must not hang a test."""


def work_off(jobs: Jobs) -> list[str]:
    """Run what is due until nothing is left; raises the first error that a job raised."""
    ran: list[str] = []
    raised: list[BaseException] = []
    for _round in range(MOST_ROUNDS):
        db.end_reading()
        outcomes = jobs.run_due()
        if not outcomes:
            break
        ran += [outcome.name for outcome in outcomes]
        raised += [one.raised for one in outcomes if one.error and one.raised is not None]
    db.end_reading()
    if raised:
        raise raised[0]
    return ran
