"""The small language of comments: everything that isn't known is plain text.

Known are paragraphs, line breaks, `code`, *emphasis* and bare web addresses. It isn't Markdown on
purpose: whoever comments is a stranger, so nothing of theirs but these five things may become
markup, and the time it takes is proportional to the length whatever they write.
"""

from __future__ import annotations

import re
import unicodedata

from blogengine.api import Markup, escape
from blogengine_plugins.comments.addresses import web_address

# Controls, C1 ones too, and noncharacters: they have no look and make feeds and pages ill-formed.
UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
    )
    + "]"
)
SURROGATE = re.compile("[\ud800-\udfff]")
LINE_END = re.compile(r"\r\n?")
PARAGRAPH_END = re.compile(r"\n[^\S\n]*\n\s*")

# Possessive repetition (`++`): what was read is never read again, so time stays linear.
TOKEN = re.compile(
    r"`(?P<code>[^`\n]++)`"
    r"|(?<![\w*])\*(?=[^\s*])(?P<stress>[^*\n]++)(?<!\s)\*(?![\w*])"
    r"|\b(?P<address>https?://[^\s<>\"`]++)",
    re.IGNORECASE,
)
AFTER_ADDRESS = frozenset(".,;:!?'*_…’‘”“»]}")
LINK = Markup('<a href="{}" rel="nofollow ugc noopener">{}</a>')
INVISIBLE_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")


def clean(text: str) -> str:
    """Return the text with plain line ends and without what can't be shown."""
    plain = UNWANTED.sub("", LINE_END.sub("\n", text))
    return SURROGATE.sub("\ufffd", plain)


def one_line(text: str) -> str:
    """Return cleaned text as a single line."""
    return " ".join(clean(text).split())


def can_be_seen(text: str) -> bool:
    """Whether the text has anything a reader could see."""
    return any(
        unicodedata.category(letter)[0] in "LNPS" and letter not in INVISIBLE_LETTERS
        for letter in text
    )


def render(source: str) -> Markup:
    """Return a cleaned text as HTML without ids, classes or anything that could run."""
    paragraphs = PARAGRAPH_END.split(source.strip())
    return Markup("\n").join(_paragraph(text) for text in paragraphs)


def count_links(html: Markup) -> int:
    """Return how many links a rendered text has."""
    return html.count("<a href=")


def _paragraph(text: str) -> Markup:
    lines = Markup("<br>\n").join(_inline(line.strip()) for line in text.split("\n"))
    return Markup("<p>{}</p>").format(lines)


def _inline(text: str) -> Markup:
    parts: list[Markup] = []
    end = 0
    for found in TOKEN.finditer(text):
        parts.append(escape(text[end : found.start()]))
        parts.append(_token(found))
        end = found.end()
    parts.append(escape(text[end:]))
    return Markup("").join(parts)


def _token(found: re.Match[str]) -> Markup:
    if found["code"]:
        return Markup("<code>{}</code>").format(found["code"])
    if found["stress"]:
        # It holds no further asterisk, so this goes one level down and no deeper.
        return Markup("<em>{}</em>").format(_inline(found["stress"]))
    shown = _without_ending(found["address"])
    target = web_address(shown)
    rest = escape(found["address"][len(shown) :])
    return (LINK.format(target, shown) if target else escape(shown)) + rest


def _without_ending(address: str) -> str:
    """Return an address without the punctuation of the sentence around it."""
    end = len(address)
    unopened = address.count(")") - address.count("(")
    while end:
        last = address[end - 1]
        if last == ")" and unopened > 0:
            unopened -= 1
        elif last not in AFTER_ADDRESS:
            break
        end -= 1
    return address[:end]
