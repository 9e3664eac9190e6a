"""What the owner of a site chooses."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import setting


@dataclass(frozen=True, slots=True)
class CategorySettings:
    """The settings of `categories`."""

    include_children: bool = setting(
        True,
        title="Show posts of the levels below",
        help="The archive of a category also shows the posts of those that stand below it.",
    )
