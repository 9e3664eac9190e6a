"""The extension of Python-Markdown."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

KEY = r"[^\[\]<>+\s\x02\x03]+"
"""What may be a key: neither a space nor html. 2 and 3 stand for what was read before."""

KEYS = rf"\[\[({KEY}(?:\+{KEY})*)\]\]"

AFTER_CODE = 175
"""Code is taken out before, so that nothing in it is changed; links are read later."""


class KeysProcessor(InlineProcessor):
    """Turns one group of keys into elements."""

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        """Return a span with an element for each key, and how far the match reached."""
        span = Element("span")
        span.set("class", "keystrokes")
        for name in m[1].split("+"):
            key = SubElement(span, "kbd")
            key.text = AtomicString(name)  # nothing in it is Markdown
            key.tail = "+"
        key.tail = ""
        return span, m.start(0), m.end(0)


class Keystrokes(Extension):
    """Adds one inline pattern."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Take part before links are looked for."""
        md.inlinePatterns.register(KeysProcessor(KEYS, md), "keystrokes", AFTER_CODE)
