"""The trusted filter: a paragraph that is only a link to a video becomes the video's frame."""

from __future__ import annotations

import re
from html import escape, unescape

from blogengine_plugins.embeds.addresses import find_video, peertube_hosts
from blogengine_plugins.embeds.settings import EmbedSettings

ALONE = re.compile(r'<p>\s*<a href="([^"<>]*)"[^<>]*>([^<>]*)</a>\s*</p>')
SHAPE = 'width="560" height="315" loading="lazy"'
RIGHTS = (
    'allow="fullscreen; picture-in-picture; encrypted-media" '
    'referrerpolicy="strict-origin-when-cross-origin" '
    'sandbox="allow-scripts allow-same-origin allow-popups allow-presentation"'
)


def embed_videos(html: str, settings: EmbedSettings) -> str:
    hosts = peertube_hosts(settings.peertube)

    def embedded(match: re.Match[str]) -> str:
        address, words = unescape(match[1]), unescape(match[2]).strip()
        video = find_video(address, hosts)
        if video is None:
            return match[0]
        bare = not words or "://" in words or words.startswith("www.")
        title = f"Video on {video.service}" if bare else words
        link = f'<a href="{escape(address)}">{escape(title)}</a>'
        frame = f'<iframe src="{escape(video.player)}" title="{escape(title)}" {SHAPE} {RIGHTS}>'
        return f'<figure class="embed">{frame}</iframe><figcaption>{link}</figcaption></figure>'

    return ALONE.sub(embedded, html)
