"""What the owner may choose about the search."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import setting


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """The settings of `search`."""

    per_page: int = setting(
        10, title="Results on a page", help="More makes a page heavier.", ge=5, le=50
    )
    backend: str = setting(
        "",
        title="Where to search",
        help="The name of a backend that another plugin brings; empty for the site's database. "
        "Run `blogengine search rebuild` afterwards.",
        pattern="[a-z0-9_]*",
        example="elsewhere",
    )
