"""What the owner may choose about related posts."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import setting
from blogengine_plugins.related.lists import LONGEST


@dataclass(frozen=True, slots=True)
class RelatedSettings:
    """The settings of `related`."""

    limit: int = setting(
        4,
        title="How many posts to suggest",
        help="Takes effect at once; there are fewer where fewer are about the same things.",
        ge=1,
        le=LONGEST,
    )
