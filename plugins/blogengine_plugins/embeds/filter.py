"""The trusted filter: a paragraph that is only a link to a video becomes a place to play it.

Nothing is loaded from the service before somebody asks for it: the page holds a link, and the
address of the player, which a script puts in its place. Without the script the link leads there.
"""

from __future__ import annotations

import re
from html import escape, unescape

from blogengine_plugins.embeds.addresses import find_video, peertube_hosts
from blogengine_plugins.embeds.settings import EmbedSettings

ALONE = re.compile(r'<p>\s*<a href="([^"<>]*)"[^<>]*>([^<>]*)</a>\s*</p>')


def embed_videos(html: str, settings: EmbedSettings) -> str:
    hosts = peertube_hosts(settings.peertube)

    def embedded(match: re.Match[str]) -> str:
        address, words = unescape(match[1]), unescape(match[2]).strip()
        video = find_video(address, hosts)
        if video is None:
            return match[0]
        bare = not words or "://" in words or words.startswith("www.")
        title = address.partition("://")[2] if bare else words
        link = (
            f'<a class="embed-play" href="{escape(address)}" data-player="{escape(video.player)}">'
            f"{escape(title)}</a>"
        )
        service = escape(video.service)
        return f'<figure class="embed">{link}<figcaption>{service}</figcaption></figure>'

    return ALONE.sub(embedded, html)
