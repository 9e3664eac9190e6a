"""Tell spam among comments, by rules that need no other service and no script."""

from __future__ import annotations

from typing import Any

from blogengine.api import Plugin, Site, hookimpl
from blogengine_plugins.antispam import learning
from blogengine_plugins.antispam.rules import SPAM, Verdict, judge
from blogengine_plugins.antispam.settings import SpamSettings

plugin = Plugin(summary=__doc__, api=1, requires=("comments",), settings=SpamSettings)


@hookimpl
def comments_check(site: Site, comment: Any) -> Verdict | None:
    """Judge by the rules, and by what the owner has marked before."""
    settings = site.settings(SpamSettings)
    verdict = judge(comment, settings)
    undecided = verdict is None or verdict[0] != SPAM
    if undecided and settings.learn and learning.is_known(site, comment):
        return SPAM, "You have marked the same text or website as spam."
    return verdict


@hookimpl
def comments_on_state_changed(site: Site, comment: Any, state: str, before: str) -> None:
    """Learn from the owner's decisions; what was judged here teaches nothing."""
    if not before or not site.settings(SpamSettings).learn:
        return
    if state == SPAM:
        learning.remember(site, comment)
    elif before == SPAM:
        learning.forget(site, comment)
