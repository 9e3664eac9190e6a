"""The protocol of sitemaps: an index, and files of addresses within its two bounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
IMAGES = "http://www.google.com/schemas/sitemap-image/1.1"
MOST = 50_000
LARGEST = 50 * 1024 * 1024
MOST_IMAGES = 1000
LONGEST = 2048
"""Letters of an address that the protocol allows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A whole address, when it changed last, and the addresses of its pictures."""

    url: str
    changed_at: datetime | None = None
    images: Sequence[str] = ()


def write_index(entries: Iterable[Entry]) -> bytes:
    """Return the list of files."""
    return _written("sitemapindex", "sitemap", entries)


def write_addresses(entries: Iterable[Entry]) -> bytes:
    """Return one file; what no sitemap may hold is left out of it."""
    whole = [entry for entry in entries if len(entry.url) < LONGEST][:MOST]
    content = _written("urlset", "url", whole)
    while len(content) > LARGEST:
        whole = whole[: len(whole) * 9 // 10]
        content = _written("urlset", "url", whole)
    return content


def _written(outer: str, inner: str, entries: Iterable[Entry]) -> bytes:
    top = Element(outer, {"xmlns": NAMESPACE})
    for entry in entries:
        element = SubElement(top, inner)
        SubElement(element, "loc").text = entry.url
        if entry.changed_at is not None:
            at = entry.changed_at.astimezone(UTC).isoformat(timespec="seconds")
            SubElement(element, "lastmod").text = at.replace("+00:00", "Z")
        if entry.images:
            top.set("xmlns:image", IMAGES)
        for address in entry.images[:MOST_IMAGES]:
            image = SubElement(element, "image:image")
            SubElement(image, "image:loc").text = address
    return bytes(tostring(top, encoding="utf-8", xml_declaration=True))
