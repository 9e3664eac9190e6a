"""The texts of a post's paragraphs, headings and items, read from its html."""

from __future__ import annotations

import re
from html import unescape

INLINE = frozenset(
    "a abbr b bdi bdo cite code data del dfn em i img ins kbd mark q rp rt ruby s samp small span "
    "strong sub sup time u var wbr".split()
)
MARKUP = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")
BREAK = "\0"


def text_blocks(html: str) -> list[str]:
    """Return the plain texts of the blocks of a post's html, in order, without empty ones."""

    def boundary(tag: re.Match[str]) -> str:
        return "" if tag[1].lower() in INLINE else BREAK

    pieces = MARKUP.sub(boundary, html).split(BREAK)
    return [block for block in (" ".join(unescape(piece).split()) for piece in pieces) if block]
