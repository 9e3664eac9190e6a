"""Links of a text to other posts of the blog: found in its finished html, and led elsewhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from html import escape, unescape
from urllib.parse import quote, unquote

# Finished html quotes every value, and no text holds a tag: "<" is escaped there.
LINK = re.compile(r'(<a\s(?:[^>"]|"[^"]*")*?href=")([^"]*)(")')
TARGET = re.compile(r"(/(?!/)[^?#]*)((?:[?#].*)?)", re.DOTALL)
LONGEST = 1000
MOST = 2000


def own_paths(html: str, base_url: str) -> Collection[str]:
    """Return the paths on this site that links in finished html lead to, as they are stored."""
    found = {path for link in LINK.finditer(html) if (path := _path(link[2], base_url)[0])}
    return sorted(found)[:MOST]


def led_to(html: str, base_url: str, places: Callable[[str], str | None]) -> str:
    """Return html whose links lead where `places` says for their path; None leaves one alone."""

    def lead(link: re.Match[str]) -> str:
        path, rest = _path(link[2], base_url)
        place = places(path) if path else None
        if place is None or place == path:
            return link[0]
        return f"{link[1]}{escape(quote(place))}{rest}{link[3]}"

    return LINK.sub(lead, html)


def _path(href: str, base_url: str) -> tuple[str, str]:
    """Return a link's path as posts' paths are stored, and what follows it; "" for another's."""
    if len(href) > LONGEST:
        return "", ""
    address = href
    if base_url and address.startswith(f"{base_url}/"):
        address = address[len(base_url) :]
    found = TARGET.fullmatch(address)
    if found is None:
        return "", ""
    path = unicodedata.normalize("NFC", unquote(unescape(found[1])))
    if "\x00" in path or path == "/":
        return "", ""
    return f"{path.rstrip('/')}/", found[2]
