"""What the engine asks of the library while a text is rendered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from blogengine.api import Picture, PictureSource, Site
from blogengine_plugins.media.queries import ADDRESS, by_stems


def find_pictures(site: Site, addresses: Collection[str]) -> Mapping[str, Picture]:
    """Return the library's pictures among these addresses, by one statement."""
    stems = {}
    base = urlsplit(site.base_url).netloc
    for address in addresses:
        try:
            parts = urlsplit(address)
        except ValueError:
            continue
        match = ADDRESS.match(parts.path)
        if match and parts.netloc in ("", base):
            stems[address] = match[1]
    if not stems:
        return {}
    files = by_stems(site.db.reading(), set(stems.values()))
    return {
        address: files[stem].picture
        for address, stem in stems.items()
        if stem in files and files[stem].is_picture and not files[stem].trashed
    }


def file_sizes(site: Site, urls: Collection[str]) -> Mapping[str, tuple[int, str]]:
    """Return bytes and media type of the library's files among these addresses."""
    stems = {url: match[1] for url in urls if (match := ADDRESS.match(_path(site, url)))}
    files = by_stems(site.db.reading(), set(stems.values())) if stems else {}
    found = {}
    for url, stem in stems.items():
        file = files.get(stem)
        if file is not None and not file.trashed and _path(site, url) == file.url:
            found[url] = (file.size, file.media_type)
    return found


def _path(site: Site, url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.path if parts.netloc in ("", urlsplit(site.base_url).netloc) else ""


SOURCES = [PictureSource("media", find_pictures)]
