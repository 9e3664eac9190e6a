"""Atom (RFC 4287)."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from blogengine_plugins.feeds.channel import Channel, Entry, Person

NAMESPACE = "http://www.w3.org/2005/Atom"


def write_atom(channel: Channel) -> bytes:
    """Return the feed as an Atom document."""
    feed = Element("feed", {"xmlns": NAMESPACE, "xml:lang": channel.language})
    _text(feed, "id", channel.iri)
    _text(feed, "title", channel.title)
    if channel.subtitle:
        _text(feed, "subtitle", channel.subtitle)
    _text(feed, "updated", moment(channel.updated_at))
    # Entries without an author of their own take the feed's (RFC 4287, 4.1.1).
    _person(feed, Person(channel.site_title, channel.home))
    _link(feed, "self", channel.address, "application/atom+xml")
    _link(feed, "alternate", channel.page, "text/html")
    for rel, address in channel.steps.items():
        _link(feed, rel, address, "application/atom+xml")
    _text(feed, "generator", "blogengine")
    for entry in channel.entries:
        _entry(feed, entry, channel.language)
    return bytes(tostring(feed, encoding="utf-8", xml_declaration=True))


def moment(at: datetime) -> str:
    """Return a time by RFC 3339 in UTC, to the second."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _entry(feed: Element, entry: Entry, language: str) -> None:
    element = SubElement(feed, "entry")
    if entry.language != language:
        element.set("xml:lang", entry.language)
    _text(element, "id", entry.iri)
    _text(element, "title", entry.title)
    _link(element, "alternate", entry.url, "text/html")
    _text(element, "published", moment(entry.published_at))
    _text(element, "updated", moment(entry.updated_at))
    for file in entry.enclosures:
        attributes = {"rel": "enclosure", "type": file.media_type, "href": file.url}
        size = {"length": str(file.length)} if file.length else {}
        SubElement(element, "link", {**attributes, **size})
    for author in entry.authors:
        _person(element, author)
    for label in entry.labels:
        attributes = {"term": label.slug, "scheme": label.scheme, "label": label.name}
        SubElement(element, "category", attributes)
    if not entry.content and entry.teaser:
        _text(element, "summary", entry.teaser, type="html")
    elif entry.summary:
        _text(element, "summary", entry.summary)
    if entry.content:
        _text(element, "content", entry.content, type="html")


def _person(parent: Element, person: Person) -> None:
    author = SubElement(parent, "author")
    _text(author, "name", person.name)
    if person.url:
        _text(author, "uri", person.url)


def _link(parent: Element, rel: str, href: str, media_type: str) -> None:
    SubElement(parent, "link", {"rel": rel, "type": media_type, "href": href})


def _text(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = text
