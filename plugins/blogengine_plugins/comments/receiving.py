"""Taking a sent comment in: other plugins judge it, it is stored, they learn what became of it."""

from __future__ import annotations

from dataclasses import replace

from blogengine.api import Site
from blogengine_plugins.comments.entry import Entry
from blogengine_plugins.comments.sent import sent
from blogengine_plugins.comments.storing import Stored, store
from blogengine_plugins.comments.verdicts import strictest


def receive(
    site: Site,
    post_id: int,
    parent_id: int | None,
    entry: Entry,
    sender: str,
    *,
    seconds: float | None,
) -> Stored:
    """Judge and store a checked entry; raises what `store` raises."""
    comment = sent(site, post_id, parent_id, entry, sender, seconds=seconds)
    verdict = strictest(site.hooks.comments_check(comment=comment))
    stored = store(site, post_id, parent_id, entry, sender, verdict=verdict)
    if stored.new:
        known = replace(comment, id=stored.id)
        site.hooks.comments_on_state_changed(comment=known, state=stored.state, before="")
    return stored
