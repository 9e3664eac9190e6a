"""Play videos of YouTube, Vimeo and PeerTube in the page, once a reader asks for it."""

from __future__ import annotations

from blogengine.api import LIST_KINDS, Asset, ContentSource, HtmlFilter, Plugin, Site, hookimpl
from blogengine_plugins.embeds.addresses import peertube_hosts
from blogengine_plugins.embeds.filter import embed_videos
from blogengine_plugins.embeds.settings import EmbedSettings

plugin = Plugin(summary=__doc__, api=1, settings=EmbedSettings)


@hookimpl
def register_html_filters() -> list[HtmlFilter]:
    return [HtmlFilter("embeds", embed_videos, trusted=True, settings=EmbedSettings)]


@hookimpl
def register_assets(site: Site) -> list[Asset | ContentSource]:
    """The script that plays, its look, and the hosts from which pages may then load frames."""
    hosts = sorted(peertube_hosts(site.settings(EmbedSettings).peertube))
    players = ["www.youtube-nocookie.com", "player.vimeo.com", *hosts]
    frames = tuple(f"https://{host}" for host in players)
    pages = LIST_KINDS | {"post", "page"}
    return [
        ContentSource({"frame-src": frames}, pages=pages),
        Asset("embeds.js", "js", pages=pages, where="data-player="),
        Asset("embeds.css", "css", pages=pages, where="data-player="),
    ]
