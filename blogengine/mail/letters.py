"""The HTML of a mail, made from its plain text, so that both say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")

QUOTE, ITEM, PLAIN = "quote", "item", "plain"
MARKS = {"> ": QUOTE, "- ": ITEM}


@dataclass(frozen=True, slots=True)
class MailText:
    """What a mail says: in plain text and as HTML."""

    subject: str
    text: str
    html: str


def body_html(text: str) -> Markup:
    """Return the text's paragraphs, quotes, lists and links as HTML."""
    return Markup("\n").join(_blocks(text.strip().splitlines()))


def _blocks(lines: Iterable[str]) -> Iterator[Markup]:
    for kind, group in groupby(lines, _kind):
        found = [line[2:] if kind in (QUOTE, ITEM) else line for line in group]
        if kind == QUOTE:
            inner = Markup("\n").join(_paragraphs(found))
            yield Markup("<blockquote>{}</blockquote>").format(inner)
        elif kind == ITEM:
            items = (Markup("<li>{}</li>").format(_linked(line)) for line in found)
            yield Markup("<ul>{}</ul>").format(Markup("").join(items))
        else:
            yield from _paragraphs(found)


def _kind(line: str) -> str:
    return QUOTE if line == ">" else MARKS.get(line[:2], PLAIN)


def _paragraphs(lines: Iterable[str]) -> Iterator[Markup]:
    for blank, group in groupby(lines, lambda line: not line.strip()):
        if not blank:
            yield Markup("<p>{}</p>").format(Markup("<br>").join(map(_linked, group)))


def _linked(line: str) -> Markup:
    """Escape a line and make its web addresses links."""
    parts: list[Markup] = []
    end = 0
    for match in ADDRESS.finditer(line):
        parts.append(escape(line[end : match.start()]))
        parts.append(Markup('<a href="{0}">{0}</a>').format(match[0]))
        end = match.end()
    return Markup("").join([*parts, escape(line[end:])])
