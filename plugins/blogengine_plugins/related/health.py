"""Whether the index holds the blog's posts, looked up at both of its ends."""

from __future__ import annotations

from blogengine.api import Health, Site, select
from blogengine_plugins.related.models import Feature
from blogengine_plugins.related.refreshing import newest

LOOKED_AT = 25
TOLERATED = 5
"""Posts that say nothing at all are in no index."""


def index_is_whole(site: Site) -> Health:
    """Look for the newest and the oldest posts: a few statements, whatever the size."""
    count = site.archives.home().count
    posts = [*newest(site, LOOKED_AT)]
    if count > LOOKED_AT:
        posts += newest(site, LOOKED_AT, offset=max(LOOKED_AT, count - LOOKED_AT))
    ids = {post.id for post in posts if post.words}
    query = select(Feature.post_id).where(Feature.post_id.in_(ids)).distinct()
    missing = ids - set(site.db.reading().execute(query).scalars())
    if len(missing) <= TOLERATED:
        return Health()
    said = f"{len(missing)} of {len(ids)} posts that were looked up aren't in the index."
    return Health("warn", said, "blogengine related rebuild")
