"""Ids of one text: unique, never the page's own, and every in-page link follows its target."""

from __future__ import annotations

import re
from collections.abc import Sequence

from blogengine.rendering.events import End, Event, Start, Text
from blogengine.rendering.placement import ID_MARK

RESERVED = re.compile(r"main|(site-|w-|comment-|p\d+-).*", re.DOTALL | re.IGNORECASE)
"""Ids that the page around uses; a writer's own gets another ending or beginning."""

NOT_IN_SLUGS = re.compile(r"[^\w\- ]+")
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


class Identifiers:
    """Hands out ids within one text.

    The first element that asks for a name gets it, the next gets `-1`, `-2`, … as on GitHub.
    """

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._counts: dict[str, int] = {}
        self.targets: dict[str, str] = {}

    def take(self, wanted: str) -> str:
        """Return a free id like the wanted one, and let links to the wanted one find it."""
        base = "-".join(wanted.split()) or "section"
        safe = f"{base}-here" if base.lower() == "main" else base
        safe = f"in-{safe}" if RESERVED.fullmatch(safe) else safe
        number = self._counts.get(safe, 0)
        name = f"{safe}-{number}" if number else safe
        while name in self._given:
            number += 1
            name = f"{safe}-{number}"
        self._counts[safe] = number + 1
        self._given.add(name)
        self.targets.setdefault(wanted, name)
        self.targets.setdefault(name, name)
        return name


def heading_slug(text: str) -> str:
    """Return the anchor GitHub makes of a heading's text, native letters kept."""
    return NOT_IN_SLUGS.sub("", text.strip().lower()).replace(" ", "-")


def give_ids(events: Sequence[Event]) -> None:
    """Make the ids of all elements unique, give every heading one, and mark them.

    Hand-written ids come first, so that a link to one never ends at a heading of equal text.
    """
    ids = Identifiers()
    starts = [(place, event) for place, event in enumerate(events) if isinstance(event, Start)]
    for _, start in starts:
        name = start.attributes.pop("name", None)
        wanted = start.attributes.pop("id", None) or name
        if wanted and wanted.strip():
            start.attributes["id"] = ids.take(wanted.strip())
    for place, start in starts:
        if start.tag in HEADINGS and "id" not in start.attributes:
            start.attributes["id"] = ids.take(heading_slug(text_of(events, place)))
    for _, start in starts:
        _follow(start, ids.targets)
        if "id" in start.attributes:
            start.attributes["id"] = f"{ID_MARK}{start.attributes['id']}"


def _follow(start: Start, targets: dict[str, str]) -> None:
    """Point an in-page link to its target's id; one without a target is no link any more."""
    href = start.attributes.get("href")
    if href is None or not href.startswith("#"):
        return
    name = targets.get(href[1:]) or targets.get(_decoded(href[1:]))
    if name is None:
        del start.attributes["href"]
    else:
        start.attributes["href"] = f"#{ID_MARK}{name}"


def _decoded(fragment: str) -> str:
    from urllib.parse import unquote

    return unquote(fragment)


def text_of(events: Sequence[Event], place: int) -> str:
    """Return the text of the element that starts at this place."""
    start = events[place]
    assert isinstance(start, Start)
    depth, parts = 0, []
    for index in range(place, len(events)):  # no slice: a text may have thousands of headings
        event = events[index]
        if isinstance(event, Text):
            parts.append(event.text)
        elif isinstance(event, Start) and event.tag == start.tag:
            depth += 1
        elif isinstance(event, End) and event.tag == start.tag:
            depth -= 1
            if depth == 0:
                break
    return " ".join("".join(parts).split())
