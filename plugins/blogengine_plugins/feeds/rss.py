"""RSS 2.0, with the modules that readers expect: content, Dublin Core and Atom's link to self."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from xml.etree.ElementTree import Element, SubElement, tostring

from blogengine_plugins.feeds.channel import Channel, Entry

NAMESPACES = {
    "xmlns:atom": "http://www.w3.org/2005/Atom",
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
}


def write_rss(channel: Channel) -> bytes:
    """Return the feed as an RSS document."""
    rss = Element("rss", {"version": "2.0", **NAMESPACES})
    top = SubElement(rss, "channel")
    _text(top, "title", channel.title)
    _text(top, "link", channel.page)
    _text(top, "description", channel.subtitle or channel.title)
    _text(top, "language", channel.language)
    _text(top, "lastBuildDate", moment(channel.updated_at))
    _text(top, "generator", "blogengine")
    link = {"rel": "self", "type": "application/rss+xml", "href": channel.address}
    SubElement(top, "atom:link", link)
    for rel, address in channel.steps.items():
        step = {"rel": rel, "type": "application/rss+xml", "href": address}
        SubElement(top, "atom:link", step)
    for entry in channel.entries:
        _item(top, entry)
    return bytes(tostring(rss, encoding="utf-8", xml_declaration=True))


def moment(at: datetime) -> str:
    """Return a time by RFC 822 with a year of four digits and its zone."""
    return format_datetime(at.astimezone(UTC))


def _item(top: Element, entry: Entry) -> None:
    item = SubElement(top, "item")
    if entry.title:
        _text(item, "title", entry.title)
    _text(item, "link", entry.url)
    _text(item, "guid", entry.guid, isPermaLink="false")
    _text(item, "pubDate", moment(entry.published_at))
    for author in entry.authors:
        _text(item, "dc:creator", author.name)
    for label in entry.labels:
        _text(item, "category", label.name)
    # More than one in an item confuses readers; sound and film come first.
    for file in entry.enclosures[:1]:
        attributes = {"url": file.url, "type": file.media_type, "length": str(file.length)}
        SubElement(item, "enclosure", attributes)
    # Readers take the description for html, so plain text is escaped once more than XML asks.
    short = escape(entry.summary, quote=False)
    _text(item, "description", short if entry.content else entry.teaser or short)
    if entry.content:
        _text(item, "content:encoded", entry.content)


def _text(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = text
