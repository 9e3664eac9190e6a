"""The engine's own jobs: sending mails, telling of posts, rendering again, taking old rows away."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from blogengine import audit, changes
from blogengine.actors import THE_ENGINE
from blogengine.clock import utcnow
from blogengine.contributions import Job
from blogengine.db import db
from blogengine.errors import UserError
from blogengine.jobs import CORE
from blogengine.mail import sending_job
from blogengine.operating import operating_job
from blogengine.settings import SiteSettings

if TYPE_CHECKING:
    from blogengine.site import Site
    from blogengine.values import Post

DAY, HOUR = timedelta(days=1), timedelta(hours=1)

STOP = "stop"
RENDER = "core.render"
AT_A_TIME = 20.0
"""Seconds after which rendering lets other jobs come first."""

KEPT_DONE = 7 * DAY
KEPT_DEAD = 90 * DAY
KEPT_MAILS = 90 * DAY
KEPT_CHANGES = 7 * DAY
"""How long jobs, mails and the change log are kept. A cache that slept longer starts anew."""


log = logging.getLogger(__name__)


def prune(site: Site, payload: Mapping[str, Any]) -> None:  # noqa: ARG001
    """Delete what nobody needs any more."""
    now = utcnow()
    site.jobs.prune(now - KEPT_DONE, now - KEPT_DEAD)
    site.mail.prune(now - KEPT_MAILS)
    changes.prune(now - KEPT_CHANGES)
    site.autosaves.prune()
    site.previews.prune()
    site.identity.prune()
    site.limits.prune()
    site.terms.prune()
    audit.prune(site.settings(SiteSettings).audit_days)


def ask_to_render(site: Site) -> None:
    """Ask for the rendering of texts that another pipeline or other settings rendered, if any."""
    if site.posts.waiting():
        with db.write() as session:
            site.jobs.enqueue(session, RENDER, {"after": 0, "done": 0}, key="stale")


def render(site: Site, payload: Mapping[str, Any]) -> None:
    """Render stale texts again for a while, then ask for the rest.

    `after` is the last post that was looked at, so that one which can't be rendered any more is
    tried once. `done` and `of` tell how far it is.
    """
    after, done = int(payload["after"]), int(payload["done"])
    numbers = sorted(number for number in site.posts.waiting() if number > after)
    total = done + len(numbers)
    end = time.monotonic() + AT_A_TIME
    for number in numbers:
        try:
            site.posts.edit(number, by=THE_ENGINE.name)
        except UserError as error:
            log.warning("Post %d keeps its older rendering: %s", number, error)
        done += 1
        if time.monotonic() > end and done < total:
            rest = {"after": number, "done": done, "of": total}
            with db.write() as session:
                site.jobs.enqueue(session, RENDER, rest, key="stale")
                site.jobs.finish(session)
            return


def published(site: Site, payload: Mapping[str, Any]) -> None:
    """Tell plugins of a scheduled post that was published."""
    site.posts.tell_published(int(payload["post"]), payload["fields"])


def bulk(site: Site, payload: Mapping[str, Any]) -> None:
    """Go on with an act on many posts."""

    def look(post: Post) -> str:
        found = [one.sentence for _check, one in site.findings(post) if one.severity == STOP]
        return " ".join(["To be mended first:", *found]) if found else ""

    site.bulk.carry_on(int(payload["run"]), look)


def rank(site: Site, payload: Mapping[str, Any]) -> None:  # noqa: ARG001
    """Sort anew what plugins sort by numbers that change without them."""
    site.terms.rank()


def repath(site: Site, payload: Mapping[str, Any]) -> None:  # noqa: ARG001
    """Give all posts the addresses that the pattern says now; the old ones redirect."""
    site.posts.repath()


def core_jobs() -> dict[str, Job]:
    """Return the engine's own jobs by their full names."""
    jobs = (
        sending_job(),
        Job("published", published),
        Job("render", render),
        Job("bulk", bulk),
        Job("prune", prune, every=DAY),
        Job("rank", rank, every=HOUR),
        Job("repath", repath, seconds=600),
        operating_job(),
    )
    return {f"{CORE}.{job.name}": job for job in jobs}
