"""Frames: a writer's become links; one that a trusted filter made stays, if it is harmless."""

from __future__ import annotations

from urllib.parse import urlsplit

from blogengine.rendering.events import Comment, End, Event, Start, Text, read, write


def frames_as_links(html: str) -> str:
    """Return sanitised html with every frame replaced, so that only later ones are frames."""
    if "<iframe" not in html:
        return html
    parts: list[str] = []
    for event in read(html):
        if isinstance(event, Comment):
            parts.append(f"<!--{event.text.replace('--', '')}-->")
        elif isinstance(event, Start) and event.tag == "iframe":
            parts.append(write(link_instead(event.attributes.get("src"))))
        elif not (isinstance(event, End) and event.tag == "iframe"):
            parts.append(write([event]))
    return "".join(parts)


def link_instead(address: str | None) -> list[Event]:
    """Stand a link in for a frame, so that what it showed isn't silently lost."""
    if not address:
        return []
    return [Start("a", {"href": address, "class": "embed"}), Text(address), End("a")]


def settled(events: list[Event]) -> list[Event]:
    """Make the frames of a trusted filter valid: an address by https, a title, loaded late.

    What isn't so becomes a link, and nothing stands inside of a frame.
    """
    out: list[Event] = []
    inside = False
    for event in events:
        if isinstance(event, Start) and event.tag == "iframe":
            address = event.attributes.get("src")
            inside = _is_harmless(address)
            if not inside:
                out.extend(link_instead(address))
                continue
            assert address is not None
            if not (event.attributes.get("title") or "").strip():
                event.attributes["title"] = urlsplit(address).hostname
            event.attributes["loading"] = "lazy"
        elif isinstance(event, End) and event.tag == "iframe":
            if not inside:
                continue
            inside = False
        elif inside:
            continue
        out.append(event)
    return out


def _is_harmless(address: str | None) -> bool:
    try:
        parts = urlsplit(address or "")
        _ = parts.port
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
