"""RSS, Atom and JSON feeds of every archive."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from blogengine.api import Archive, Feed, Plugin, Post, Site, hookimpl
from blogengine_plugins.feeds.atom import write_atom
from blogengine_plugins.feeds.channel import Channel, make_channel
from blogengine_plugins.feeds.json_feed import write_json_feed
from blogengine_plugins.feeds.rss import write_rss
from blogengine_plugins.feeds.settings import FeedSettings

plugin = Plugin(summary=__doc__, api=1, settings=FeedSettings)

RSS, ATOM, JSON_FEED = "feed/", "feed/atom/", "feed.json"


def renderer(
    suffix: str, write: Callable[[Channel], bytes]
) -> Callable[[Site, Archive, Sequence[Post]], bytes]:
    """Return the `render` of one format: what is said is the same for all, how isn't."""

    def render(site: Site, archive: Archive, posts: Sequence[Post]) -> bytes:
        return write(make_channel(site, archive, posts, suffix))

    return render


@hookimpl
def register_feeds() -> list[Feed]:
    """Offer the three formats; readers that know several take the first one advertised."""
    return [
        Feed("rss", "RSS", RSS, "application/rss+xml", renderer(RSS, write_rss)),
        Feed("atom", "Atom", ATOM, "application/atom+xml", renderer(ATOM, write_atom)),
        Feed(
            "json",
            "JSON Feed",
            JSON_FEED,
            "application/feed+json",
            renderer(JSON_FEED, write_json_feed),
        ),
    ]
