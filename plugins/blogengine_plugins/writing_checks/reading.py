"""The parts of a rendered post that the checks look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

BOLD = ("strong", "b")


@dataclass(slots=True)
class Part:
    """An image, link, table or paragraph: its number among its kind, its text as readers get it.

    `target` is where an image or link leads. An image is `alone` in a link; a link is that holds
    an image. A table is `named` that has header cells. `bold` is what of a paragraph is.
    """

    number: int
    text: str = ""
    target: str = ""
    bold: str = ""
    alone: bool = False
    named: bool = False


@dataclass(slots=True)
class Parts:
    """All parts of a post, in order."""

    images: list[Part] = field(default_factory=list)
    paragraphs: list[Part] = field(default_factory=list)
    links: list[Part] = field(default_factory=list)
    tables: list[Part] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts = Parts()
        self._paragraph: Part | None = None
        self._bold = 0
        self._link: Part | None = None
        self._tables: list[Part] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        parts = self.parts
        if tag == "img":
            alt = given.get("alt", "").strip()
            image = Part(len(parts.images) + 1, alt, given.get("src", ""))
            parts.images.append(image)
            self._say(alt)
            if self._link is not None:
                image.alone = self._link.alone = True
        elif tag == "p":
            self._paragraph, self._bold = Part(len(parts.paragraphs) + 1), 0
            parts.paragraphs.append(self._paragraph)
        elif tag in BOLD:
            self._bold += 1
        elif tag == "a" and "href" in given:
            self._link = Part(len(parts.links) + 1, target=given["href"])
            parts.links.append(self._link)
            self._say(given.get("aria-label", ""))
        elif tag == "table":
            self._tables.append(Part(len(parts.tables) + 1))
            parts.tables.append(self._tables[-1])
        elif tag == "th" and self._tables:
            self._tables[-1].named = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._paragraph = None
        elif tag in BOLD:
            self._bold -= 1
        elif tag == "a":
            self._link = None
        elif tag == "table" and self._tables:
            self._tables.pop()

    def handle_data(self, data: str) -> None:
        self._say(data)

    def _say(self, text: str) -> None:
        for part in (self._paragraph, self._link):
            if part is not None:
                part.text += text
                part.bold += text if self._bold else ""


@lru_cache(maxsize=2)
def parts_of(html: str) -> Parts:
    """Read a post's html; several checks ask for the same one, one after the other."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.parts
