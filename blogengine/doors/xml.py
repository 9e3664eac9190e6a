"""XML that somebody brought, such as exports: no DTD, no entities, nothing fetched, in bounds."""

from __future__ import annotations

import io
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.etree.ElementTree import Element
from xml.parsers import expat

from blogengine.errors import UserError

PIECE = 64 * 1024
EACH = 64
"""What an element counts beside its text: many empty ones fill memory as well."""

ENCODINGS = frozenset(
    "utf-8 utf8 utf-16 us-ascii ascii iso-8859-1 iso-8859-15 windows-1252 windows-1251".split()
)


@dataclass(frozen=True, slots=True)
class XmlBounds:
    """How much a document may hold; sizes in bytes, `text` in one element with its attributes."""

    size: int = 200 * 1024 * 1024
    depth: int = 100
    attributes: int = 100
    text: int = 8 * 1024 * 1024
    elements: int = 5_000_000
    seconds: float = 60.0


@dataclass(slots=True)
class _Open:
    """An element that isn't closed yet; `element` is None outside of what is wanted."""

    element: Element | None
    texts: list[str] = field(default_factory=list)


class _Reader:
    """Turns expat's calls into elements, each refused as soon as it is too much."""

    def __init__(self, tags: Collection[str], bounds: XmlBounds) -> None:
        self._tags = tags
        self._bounds = bounds
        self._open: list[_Open] = []
        self._count = self._held = 0
        self.done: list[Element] = []
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype
        self.parser.XmlDeclHandler = self._declared

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        bounds = self._bounds
        if len(self._open) >= bounds.depth:
            raise refused(f"It is more than {bounds.depth} levels deep.")
        if self._count > bounds.elements:
            raise refused(f"It has more than {bounds.elements} elements.")
        if len(attributes) > bounds.attributes:
            raise refused(f"An element has {len(attributes)} attributes.")
        size = EACH + sum(map(len, attributes.values()))
        if size > bounds.text:
            raise refused(f"An element has attributes of {size} letters.")
        parent = self._open[-1].element if self._open else None
        tag = _named(name)
        element: Element | None = None
        if parent is not None or tag in self._tags or not self._tags:
            self._hold(size)
            element = Element(tag, {_named(key): value for key, value in attributes.items()})
            if parent is not None:
                self._give_text()
                parent.append(element)
        self._open.append(_Open(element))

    def _end(self, _name: str) -> None:
        self._give_text()
        closed = self._open.pop().element
        outside = not self._open or self._open[-1].element is None
        if closed is not None and outside:
            self.done.append(closed)
            self._held = 0

    def _text(self, text: str) -> None:
        if self._open and self._open[-1].element is not None:
            self._hold(len(text))
            self._open[-1].texts.append(text)

    def _give_text(self) -> None:
        """Put the text where ElementTree has it: in the element, or behind its last child."""
        innermost = self._open[-1]
        element, text = innermost.element, "".join(innermost.texts)
        innermost.texts.clear()
        if element is None or not text:
            return
        if len(element):
            element[-1].tail = text
        else:
            element.text = text

    def _hold(self, size: int) -> None:
        self._held += size
        if self._held > self._bounds.text:
            raise refused(f"One entry has more than {self._bounds.text} letters.")

    def _doctype(self, *_: object) -> None:
        raise refused("It has a document type or entities, which aren't read.")

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ENCODINGS:
            raise refused(f"Its encoding {encoding[:40]!r} isn't read; write it as UTF-8.")


def iterparse(
    source: bytes | BinaryIO, tags: Collection[str], bounds: XmlBounds | None = None
) -> Iterator[Element]:
    """Yield each outermost element with one of these tags, whole; the rest is passed over.

    Tags of a namespace are written `{http://…}name`. Raises UserError `xml-refused` (422), perhaps
    after some elements: what they lead to must be undone by whoever took them.
    """
    found = bounds or XmlBounds()
    reader = _Reader(tags, found)
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    end, read = time.monotonic() + found.seconds, 0
    while True:
        piece = stream.read(PIECE)
        read += len(piece)
        if read > found.size:
            raise refused(f"It has more than {found.size} bytes.")
        if time.monotonic() > end:
            raise refused(f"Reading it took more than {found.seconds:g} seconds.")
        try:
            reader.parser.Parse(piece, not piece)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise refused(f"It isn't well-formed: {error}.") from error
        yield from reader.done
        reader.done.clear()
        if not piece:
            return


def parse(source: bytes | BinaryIO, bounds: XmlBounds | None = None) -> Element:
    """Return the root of a small document; `text` bounds it as a whole. Raises as `iterparse`."""
    (root,) = iterparse(source, (), bounds)
    return root


def _named(name: str) -> str:
    return "{" + name if "}" in name else name


def refused(why: str) -> UserError:
    """The error of a document that isn't read to its end."""
    return UserError(
        f"The XML isn't taken. {why}",
        code="xml-refused",
        action="Export it again, or mend the file at that place.",
        status=422,
    )
