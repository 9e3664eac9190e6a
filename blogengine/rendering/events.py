"""Sanitised html as a flat list of events, and back again.

A list is easier to look around in than a tree, and costs no recursion on deep nesting.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from html import escape
from html.parser import HTMLParser

VOID = frozenset(["br", "col", "hr", "img", "input", "source", "track", "wbr"])


@dataclass(slots=True)
class Start:
    tag: str
    attributes: dict[str, str | None] = field(default_factory=dict)


@dataclass(slots=True)
class End:
    tag: str


@dataclass(slots=True)
class Text:
    text: str


@dataclass(slots=True)
class Comment:
    text: str


Event = Start | End | Text | Comment


def _dropped() -> dict[int, None]:
    """Characters that no page may hold: controls, surrogates, noncharacters."""
    controls = [*range(0x20), *range(0x7F, 0xA0)]
    planes = [plane * 0x10000 + end for plane in range(17) for end in (0xFFFE, 0xFFFF)]
    all_of_them = [*controls, *planes, *range(0xFDD0, 0xFDF0), *range(0xD800, 0xE000)]
    return {code: None for code in all_of_them if chr(code) not in "\t\n"}


DROPPED = _dropped()


@cache
def _dropped_but(keep: str) -> dict[int, None]:
    """Return what is dropped where these characters are kept."""
    return {code: None for code in DROPPED if chr(code) not in keep}


class _Reader(HTMLParser):
    def __init__(self, keep: str) -> None:
        super().__init__(convert_charrefs=True)
        self.events: list[Event] = []
        self._dropped = _dropped_but(keep) if keep else DROPPED

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        cleaned = {
            name: None if value is None else value.translate(self._dropped) for name, value in attrs
        }
        self.events.append(Start(tag, cleaned))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.events.append(End(tag))

    def handle_data(self, data: str) -> None:
        self.events.append(Text(data.translate(self._dropped)))

    def handle_comment(self, data: str) -> None:
        self.events.append(Comment(data))


def read(html: str, *, keep: str = "") -> list[Event]:
    """Return the events of well-formed html, such as the sanitiser puts out.

    `keep` are control characters that aren't dropped: marks that rendering has put there itself.
    """
    reader = _Reader(keep)
    reader.feed(html)
    reader.close()
    return reader.events


def write(events: Iterable[Event]) -> str:
    """Return the html of the events; every text and attribute is escaped anew."""
    parts: list[str] = []
    for event in events:
        if isinstance(event, Text):
            parts.append(escape(event.text, quote=False))
        elif isinstance(event, Start):
            parts.append(_tag(event))
        elif isinstance(event, End):
            parts.append(f"</{event.tag}>")
    return "".join(parts)


def _tag(start: Start) -> str:
    attributes = "".join(
        f" {name}" if value is None else f' {name}="{escape(value)}"'
        for name, value in start.attributes.items()
    )
    return f"<{start.tag}{attributes}>"


def balanced(events: list[Event]) -> list[Event]:
    """Return the events with an end for every element still open."""
    still_open: list[str] = []
    for event in events:
        if isinstance(event, Start) and event.tag not in VOID:
            still_open.append(event.tag)
        elif isinstance(event, End) and still_open and still_open[-1] == event.tag:
            still_open.pop()
    return [*events, *(End(tag) for tag in reversed(still_open))]
