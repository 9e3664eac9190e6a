"""Files that belong to a post: the sound and film in its text, and its picture.

How large a file is says whoever keeps it; of a file that nobody here keeps the length is 0, which
the profile of RSS asks for where it isn't known.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from blogengine.api import Post, Site

TAG = re.compile(r"<(a|audio|video|source)\s(?:[^\"'>]|\"[^\"]*\")*>")
ADDRESS = re.compile(r"\s(?:src|href)=\"([^\"]+)\"")
MOST = 20
"""Files of one post that a feed names."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file: its address, its media type, and its length in bytes or 0."""

    url: str
    media_type: str
    length: int = 0


def files_in(post: Post) -> list[str]:
    """Return the addresses of a post's files as they stand in it, sound and film first."""
    found: dict[str, None] = {}
    for tag in TAG.finditer(post.html):
        for match in ADDRESS.finditer(tag[0]):
            url = unescape(match[1])
            if url.startswith(("/", "https://", "http://")) and _type(url)[:6] in (
                "audio/",
                "video/",
            ):
                found[url] = None
    if post.featured_image:
        found[post.featured_image] = None
    return list(found)[:MOST]


def sizes_of(site: Site, posts: Sequence[Post]) -> Mapping[str, tuple[int, str]]:
    """Return length and media type of the files of all posts, as far as plugins know them."""
    urls = sorted({url for post in posts for url in files_in(post)})
    if not urls:
        return {}
    known: dict[str, tuple[int, str]] = {}
    answers: Iterable[Mapping[str, tuple[int, str]]] = site.hooks.feeds_files(urls=tuple(urls))
    for answer in answers:
        known = {**answer, **known}
    return known


def enclosures_of(post: Post, sizes: Mapping[str, tuple[int, str]]) -> list[Enclosure]:
    """Return the files of a post whose kind is known."""
    found = []
    for url in files_in(post):
        length, media_type = sizes.get(url, (0, _type(url)))
        if media_type.startswith(("audio/", "video/", "image/")):
            found.append(Enclosure(url, media_type, length))
    return found


def _type(url: str) -> str:
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return mimetypes.guess_type(path)[0] or ""
