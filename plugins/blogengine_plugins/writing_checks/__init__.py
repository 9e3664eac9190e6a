"""Look at a post before it is published: images without a text, empty links, and the like."""

from __future__ import annotations

from blogengine.api import Plugin, PostChange, PublishCheck, Reject, Site, hookimpl
from blogengine_plugins.writing_checks.checks import CHECKS, STOP
from blogengine_plugins.writing_checks.settings import CheckSettings

plugin = Plugin(summary=__doc__, api=1, settings=CheckSettings)

TO_COME = ("scheduled", "published")


@hookimpl
def register_publish_checks() -> tuple[PublishCheck, ...]:
    """What `blogengine post check` runs, and publishing asks."""
    return CHECKS


@hookimpl
def on_post_saving(site: Site, change: PostChange) -> None:
    """Refuse to publish what has to be mended first, where the owner wants it so."""
    after, before = change.after, change.before
    if after.status not in TO_COME or (before is not None and before.status in TO_COME):
        return
    if not site.settings(CheckSettings).always:
        return
    for check in CHECKS:
        for finding in check.run(site, after):
            if finding.severity == STOP:
                where = f"{finding.position}: " if finding.position else ""
                raise Reject(f"{where[:1].upper()}{where[1:]}{finding.sentence}")
