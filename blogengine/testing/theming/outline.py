"""The outline of a page: landmarks, headings, the way past the head, what labels point at."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

SECTIONING = frozenset({"article", "aside", "main", "nav", "section"})
POINTING = ("aria-labelledby", "aria-describedby", "aria-controls", "for")
FOCUSABLE = frozenset({"a", "button", "input", "select", "textarea", "summary"})
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


@dataclass
class Seen:
    """What was found in one page."""

    language: str = ""
    title: str = ""
    viewport: str = ""
    landmarks: list[str] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    pointed_at: list[str] = field(default_factory=list)
    first_stop: str | None = None


class Outline(HTMLParser):
    """Reads a page once."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen = Seen()
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        seen = self.seen
        if tag == "html":
            seen.language = given.get("lang", "")
        elif tag == "meta" and given.get("name") == "viewport":
            seen.viewport = given.get("content", "")
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            seen.levels.append(int(tag[1]))
        if name := self._landmark(tag, given):
            seen.landmarks.append(name)
        if "id" in given:
            seen.ids.append(given["id"])
        for pointer in POINTING:
            seen.pointed_at += given.get(pointer, "").split()
        href = given.get("href", "")
        if tag == "a" and href.startswith("#") and len(href) > 1:
            seen.pointed_at.append(href[1:])
        if seen.first_stop is None and tag in FOCUSABLE and given.get("type") != "hidden":
            seen.first_stop = href
        if tag not in VOID:
            self._open.append(tag)

    def _landmark(self, tag: str, given: dict[str, str]) -> str:
        if role := given.get("role"):
            return role if role in ("banner", "contentinfo", "main") else ""
        inside = SECTIONING & set(self._open)
        found = {"main": "main", "header": "banner", "footer": "contentinfo"}.get(tag, "")
        return "" if inside and tag != "main" else found

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "title" and "svg" not in self._open:
            self.seen.title += data.strip()
