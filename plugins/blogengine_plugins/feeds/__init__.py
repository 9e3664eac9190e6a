"""RSS, Atom and JSON feeds of every archive."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from blogengine.api import Feed, Plugin, Site, Stream, hookimpl
from blogengine_plugins.feeds import hookspecs
from blogengine_plugins.feeds.atom import write_atom
from blogengine_plugins.feeds.channel import Channel, make_channel
from blogengine_plugins.feeds.json_feed import write_json_feed
from blogengine_plugins.feeds.rss import write_rss
from blogengine_plugins.feeds.settings import FeedSettings

if TYPE_CHECKING:
    from types import ModuleType

plugin = Plugin(summary=__doc__, api=1, settings=FeedSettings)

RSS, ATOM, JSON_FEED = "feed/", "feed/atom/", "feed.json"


def teller(suffix: str, write: Callable[[Channel], bytes]) -> Callable[[Site, Stream], bytes]:
    """Return the `stream` of one format: what is said is the same for all, how isn't."""

    def tell(site: Site, stream: Stream) -> bytes:
        return write(make_channel(site, stream, suffix))

    return tell


@hookimpl
def register_hookspecs() -> ModuleType:
    """`feeds_files`."""
    return hookspecs


@hookimpl
def register_feeds() -> list[Feed]:
    """Offer the three formats; readers that know several take the first one advertised."""
    rss, atom, json = "application/rss+xml", "application/atom+xml", "application/feed+json"
    return [
        Feed("rss", "RSS", RSS, rss, stream=teller(RSS, write_rss)),
        Feed("atom", "Atom", ATOM, atom, stream=teller(ATOM, write_atom)),
        Feed("json", "JSON Feed", JSON_FEED, json, stream=teller(JSON_FEED, write_json_feed)),
    ]
