"""For whoever runs the site: how many comments there are, and whether some wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from blogengine.api import Health, HealthCheck, Metric, Site, func, select, utcnow
from blogengine_plugins.comments.models import REJECTED, SPAM, STATES, WAITING, Comment

LONG = timedelta(days=7)


def by_state(site: Site) -> Mapping[str, float]:
    """Count the comments of each state, by the queue's index."""
    query = select(Comment.state, func.count()).group_by(Comment.state)
    found = {state: number for state, number in site.db.reading().execute(query)}
    return {state: found.get(state, 0) for state in STATES}


def nobody_waits_long(site: Site) -> Health:
    """Look for comments that have been waiting for a week."""
    query = select(func.count()).where(
        Comment.state == WAITING, Comment.created_at < utcnow() - LONG
    )
    number = site.db.reading().execute(query).scalar_one()
    if not number:
        return Health()
    who = "1 comment has" if number == 1 else f"{number} comments have"
    return Health("warn", f"{who} waited for more than a week.", "blogengine comments list")


def refused(site: Site) -> float:
    """Count the comments that somebody or a filter has refused, for good."""
    counts = by_state(site)
    return counts[SPAM] + counts[REJECTED]


METRICS = [
    Metric("comments", "Comments, by state.", by_state, labels=("state",)),
    Metric("comments_rejected_total", "Comments that were refused.", refused, kind="counter"),
]
CHECKS = [HealthCheck("comments_waiting", "No comment waits for long", nobody_waits_long)]
