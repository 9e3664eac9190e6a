"""Which address is a video's, and where its player stands.

Only addresses that are understood whole count: whatever else is in one, it stays a link.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlsplit

YOUTUBE_HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com"})
YOUTUBE_PATHS = re.compile(r"/(?:shorts|live|embed)/([\w-]{11})/?", re.ASCII)
YOUTUBE_ID = re.compile(r"[\w-]{11}", re.ASCII)
VIMEO = re.compile(r"/(\d{1,12})(?:/([0-9a-f]{6,20}))?/?", re.ASCII)
PEERTUBE = re.compile(r"/(?:w|videos/watch)/([\w-]{10,40})/?", re.ASCII)
SECONDS = re.compile(r"(?:(\d{1,2})h)?(?:(\d{1,3})m)?(?:(\d{1,6})s?)?", re.ASCII)
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Video:
    """A video: the address of its player, and the name of the service."""

    player: str
    service: str


def find_video(address: str, peertube: Collection[str] = ()) -> Video | None:
    """Return the video an address leads to, or None."""
    try:
        parts = urlsplit(address)
        host = parts.netloc.lower()
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not HOST.fullmatch(host):
        return None
    if host in YOUTUBE_HOSTS or host == "youtu.be":
        return _youtube(parts, host)
    if host in ("vimeo.com", "www.vimeo.com"):
        return _vimeo(parts)
    match = PEERTUBE.fullmatch(parts.path) if host in peertube else None
    return Video(f"https://{host}/videos/embed/{match[1]}", "PeerTube") if match else None


def peertube_hosts(text: str) -> frozenset[str]:
    """Return the hosts of the setting that are hosts."""
    return frozenset(host for host in text.lower().split() if HOST.fullmatch(host))


def _youtube(parts: SplitResult, host: str) -> Video | None:
    asked = parse_qs(parts.query)
    if host == "youtu.be":
        number = parts.path.removeprefix("/").removesuffix("/")
    elif parts.path == "/watch":
        number = asked.get("v", [""])[0]
    else:
        match = YOUTUBE_PATHS.fullmatch(parts.path)
        number = match[1] if match else ""
    if not YOUTUBE_ID.fullmatch(number):
        return None
    start = _seconds(asked.get("t", asked.get("start", [""]))[0])
    query = f"?start={start}" if start else ""
    return Video(f"https://www.youtube-nocookie.com/embed/{number}{query}", "YouTube")


def _vimeo(parts: SplitResult) -> Video | None:
    match = VIMEO.fullmatch(parts.path)
    if match is None:
        return None
    key = f"&h={match[2]}" if match[2] else ""
    return Video(f"https://player.vimeo.com/video/{match[1]}?dnt=1{key}", "Vimeo")


def _seconds(text: str) -> int:
    match = SECONDS.fullmatch(text)
    hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    return hours * 3600 + minutes * 60 + seconds
