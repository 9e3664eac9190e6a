"""JSON Feed 1.1."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from blogengine_plugins.feeds.channel import Channel, Entry, Person
from blogengine_plugins.feeds.enclosures import Enclosure

VERSION = "https://jsonfeed.org/version/1.1"


def write_json_feed(channel: Channel) -> bytes:
    """Return the feed as a JSON document; what is empty is left out."""
    feed = {
        "version": VERSION,
        "title": channel.title,
        "home_page_url": channel.page,
        "feed_url": channel.address,
        "next_url": channel.steps.get("next", ""),
        "description": channel.subtitle,
        "language": channel.language,
        "items": [_item(entry) for entry in channel.entries],
    }
    return json.dumps(_without_nothing(feed), ensure_ascii=False, indent=1).encode()


def moment(at: datetime) -> str:
    """Return a time by RFC 3339, to the second, with its offset."""
    return at.isoformat(timespec="seconds")


def _item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.guid,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "date_published": moment(entry.published_at),
        "date_modified": moment(entry.updated_at),
        "authors": [_person(author) for author in entry.authors],
        "tags": [label.name for label in entry.labels],
        "language": entry.language,
        "image": next((f.url for f in entry.enclosures if f.media_type[:6] == "image/"), ""),
        "attachments": [_attachment(file) for file in entry.enclosures],
    }
    html = entry.content or entry.teaser
    # An item must have one of the two, even if the post is empty.
    item |= {"content_html": html} if html else {"content_text": entry.summary}
    return _without_nothing(item)


def _person(person: Person) -> dict[str, str]:
    return {"name": person.name, "url": person.url} if person.url else {"name": person.name}


def _attachment(file: Enclosure) -> dict[str, Any]:
    size = {"size_in_bytes": file.length} if file.length else {}
    return {"url": file.url, "mime_type": file.media_type, **size}


def _without_nothing(values: dict[str, Any]) -> dict[str, Any]:
    needed = ("items", "content_text")
    return {name: value for name, value in values.items() if value or name in needed}
