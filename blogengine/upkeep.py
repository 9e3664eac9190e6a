"""The engine's own jobs: sending mails, telling of posts, rendering again, taking old rows away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from blogengine import audit, changes
from blogengine.clock import utcnow
from blogengine.contributions import Job
from blogengine.jobs import CORE
from blogengine.mail import sending_job
from blogengine.settings import SiteSettings

if TYPE_CHECKING:
    from blogengine.site import Site

DAY = timedelta(days=1)

KEPT_DONE = 7 * DAY
KEPT_DEAD = 90 * DAY
KEPT_MAILS = 90 * DAY
KEPT_CHANGES = 7 * DAY
"""How long jobs, mails and the change log are kept. A cache that slept longer starts anew."""


def prune(site: Site, payload: Mapping[str, Any]) -> None:  # noqa: ARG001
    """Delete what nobody needs any more."""
    now = utcnow()
    site.jobs.prune(now - KEPT_DONE, now - KEPT_DEAD)
    site.mail.prune(now - KEPT_MAILS)
    changes.prune(now - KEPT_CHANGES)
    site.identity.prune()
    audit.prune(site.settings(SiteSettings).audit_days)


def published(site: Site, payload: Mapping[str, Any]) -> None:
    """Tell plugins of a scheduled post that was published."""
    site.posts.tell_published(int(payload["post"]), payload["fields"])


def core_jobs() -> dict[str, Job]:
    """Return the engine's own jobs by their full names."""
    jobs = (sending_job(), Job("published", published), Job("prune", prune, every=DAY))
    return {f"{CORE}.{job.name}": job for job in jobs}
