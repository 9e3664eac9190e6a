"""What the owner may choose about feeds; how many posts they hold is the site's posts a page."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import setting


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """The settings of `feeds`."""

    full_text: bool = setting(
        True,
        title="Whole posts in feeds",
        help="Off: only the excerpt, so that readers come to the site for the rest.",
    )
