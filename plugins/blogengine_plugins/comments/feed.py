"""Comments as feeds: those of the whole site, and those of one post."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID, uuid5

from blogengine.api import LinkTag, Page, Post, Site, Stream, StreamEntry, StreamSource
from blogengine_plugins.comments.queries import Shown, newest

MOST = 30
"""Comments in a feed."""

EVERYWHERE = "/comments/"


def of_site(site: Site) -> Stream:
    """Return the newest comments that readers can see."""
    # Some of them may belong to posts that aren't public any more.
    found = newest(site, limit=3 * MOST)
    posts = {post.id: post for post in site.posts.by_ids(sorted({one.post_id for one in found}))}
    shown = [one for one in found if one.post_id in posts][:MOST]
    told = "What readers say."
    empty = Stream("comments", "Comments", "/", description=told, base=EVERYWHERE)
    return _stream(site, shown, posts, empty)


def of_post(site: Site, post_id: int) -> Stream | None:
    """Return the newest comments of a public post."""
    posts = {post.id: post for post in site.posts.by_ids([post_id])}
    if post_id not in posts:
        return None
    post = posts[post_id]
    name = f"Comments on {post.display_title}"
    told = f"What readers say of “{post.display_title}”."
    base = f"{EVERYWHERE}post/{post_id}/"
    empty = Stream(f"comments post:{post_id}", name, post.url, description=told, base=base)
    return _stream(site, newest(site, limit=MOST, post_id=post_id), posts, empty)


def _stream(site: Site, shown: Sequence[Shown], posts: Mapping[int, Post], empty: Stream) -> Stream:
    entries = tuple(
        StreamEntry(
            guid=uuid5(UUID(site.id), f"comment:{one.id}").urn,
            url=f"{posts[one.post_id].url}#comment-{one.id}",
            title=f"{one.author or 'Somebody'} on {posts[one.post_id].display_title}",
            html=one.html,
            published_at=one.at,
            author=one.author,
            author_url=one.website,
        )
        for one in shown
    )
    return replace(empty, entries=entries, updated_at=max((one.at for one in shown), default=None))


def links_of(site: Site, page: Page) -> list[LinkTag]:
    """Advertise the feed of a post's comments on its page, and that of all on the home page."""
    if page.kind == "home" and page.first:
        links = site.feed_links(EVERYWHERE, "Comments", streams=True)
    elif page.kind == "post" and page.post is not None and page.post.public:
        links = site.feed_links(f"{EVERYWHERE}post/{page.post.id}/", "Comments", streams=True)
    else:
        return []
    return [LinkTag("alternate", link.url, link.type, link.title) for link in links[:1]]


SOURCES = [
    StreamSource("comments", EVERYWHERE, of_site),
    StreamSource("comments_post", "/comments/post/<int:post_id>/", of_post),
]
