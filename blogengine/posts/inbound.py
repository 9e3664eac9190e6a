"""`site.links`: which posts link to one, and which links of a text lead to no post."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from blogengine.db import db
from blogengine.posts.service import Posts
from blogengine.queries.linking import linking_to, posts_at
from blogengine.rendering import own_paths
from blogengine.settings import SITE, SiteSettings
from blogengine.values import Post

ENDPOINT = "post"
"""What answers where nothing else does: a post, a page, or nobody."""


@dataclass(frozen=True, slots=True)
class PostLinks:
    """Links between posts. Every method needs an application context."""

    posts: Posts

    def to(self, post_id: int) -> tuple[Post, ...]:
        """Return the public posts whose text links to this one."""
        return self.posts.by_ids(linking_to(db.reading(), post_id))

    def find(self, address: str) -> Post | None:
        """Return the public post at an address of this site, today's or an older one."""
        base_url = self.posts.settings.get(SITE, SiteSettings).base_url
        paths = own_paths(f'<a href="{escape(address)}">', base_url)
        places = posts_at(db.reading(), paths)
        posts = self.posts.by_ids([place.post_id for place in places.values()])
        return posts[0] if posts else None

    def lost(self, html: str) -> tuple[str, ...]:
        """Return the paths that links of a post's html lead to and where readers find no post.

        Archives, uploads and whatever else answers by an address of its own is left out.
        """
        settings = self.posts.settings.get(SITE, SiteSettings)
        paths = [path for path in own_paths(html, settings.base_url) if _of_a_post(path)]
        found = posts_at(db.reading(), paths)
        return tuple(path for path in paths if path not in found or not found[path].public)


def _of_a_post(path: str) -> bool:
    """Whether a post or page would have to answer at this path; no file's has a point in it."""
    if "." in path.rstrip("/").rpartition("/")[2]:
        return False
    adapter = current_app.url_map.bind("localhost")
    try:
        endpoint, _ = adapter.match(path, method="GET")
    except RequestRedirect:
        return False
    except HTTPException:
        return True
    return bool(endpoint == ENDPOINT)
