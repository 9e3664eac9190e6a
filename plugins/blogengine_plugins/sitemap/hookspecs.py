"""The hooks that `sitemap` offers to other plugins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from blogengine.api import Site, hookspec


@hookspec
def sitemap_entries(  # type: ignore[empty-body]
    site: Site,
) -> Iterable[tuple[str, datetime | None]]:
    """Name pages of one's own for search engines: posts, pages and archives are there already.

    When: once for every request of the part of the sitemap that holds them.
    Transaction: none; it may read through `site.db`.
    Returns: paths of this site, each with the time of its last change or None.
    On error: the sitemap goes without the plugin's pages.
    Since: 0.2.
    """


@hookspec
def sitemap_pictures(  # type: ignore[empty-body]
    site: Site, posts: tuple[int, ...]
) -> Mapping[int, Sequence[str]]:
    """Name the pictures in posts, by the ids of the posts.

    When: once for every request of a part of the sitemap with posts.
    Transaction: none; it may read through `site.db`, once for all posts.
    Returns: addresses of pictures by the id of the post.
    On error: the sitemap names the posts' own pictures only.
    Since: 0.2.
    """
