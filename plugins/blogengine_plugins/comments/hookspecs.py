"""The hooks that `comments` offers to other plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogengine.api import closed, hookspec
from blogengine_plugins.comments.verdicts import UNCHECKED, sound

if TYPE_CHECKING:
    from blogengine.api import Site
    from blogengine_plugins.comments.sent import Sent


@closed(UNCHECKED, check=sound)
@hookspec
def comments_check(site: Site, comment: Sent) -> tuple[str, str] | None:
    """Judge a comment before it is stored: against spam, or for somebody who is known.

    When: once for every comment that is sent and could be stored. `comment` has `post_id`,
    `parent_id`, `author`, `email`, `website`, `source` (the text), `html`, `links` (how many),
    `trapped` (a field that people don't see was filled in), `repeats` (how often its sender has
    sent the same text today) and `seconds` since the form was opened, None where that isn't known:
    most forms stand on pages that come from a cache.
    Transaction: none, and none is open.
    Returns: "spam", "waiting" or "approved" with a reason for the owner, as a pair; None for no
    opinion. Of several answers the strictest counts: spam, then waiting. "approved" lets the
    comment appear where it would only wait because all do.
    On error: closed; the comment waits.
    Since: 0.1.
    """


@hookspec
def comments_on_state_changed(site: Site, comment: Sent, state: str, before: str) -> None:
    """Learn what became of a comment: it was stored, or its owner has decided about it.

    When: once when it is stored, with an empty `before`, and at every decision that changes its
    state. States are waiting, approved, spam and rejected.
    Transaction: after the commit.
    Returns: nothing.
    On error: logged and counted; the comment stays as it is.
    Since: 0.1.
    """
