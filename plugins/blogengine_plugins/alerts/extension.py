"""The Markdown extension: quotes whose first line is `[!WORD]`, with a title or a fold."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from blogengine_plugins.alerts.indented import BEFORE_LINES_ARE_SORTED, IndentedBoxes

KINDS = frozenset({"note", "tip", "important", "warning", "caution"})
MARK = re.compile(r"\[!([a-z]{2,30})\]([+-]?)(?:[ \t]+(.+))?(?:\n|$)", re.IGNORECASE)
BEFORE_INLINE = 25
"""Texts in the tree are still Markdown then, so a title may hold some too."""


class Alerts(Extension):
    """Makes boxes of quotes; `words` are pairs such as `info=note`."""

    def __init__(self, words: str = "") -> None:
        super().__init__()
        pairs = (pair.partition("=") for pair in words.lower().split())
        self._kinds = {word: kind for word, _, kind in pairs if kind in KINDS}
        self._kinds |= {kind: kind for kind in KINDS}

    def extendMarkdown(self, md: Markdown) -> None:
        boxes = IndentedBoxes(md, self._kinds)
        md.preprocessors.register(boxes, "indented_boxes", BEFORE_LINES_ARE_SORTED)
        md.treeprocessors.register(AlertMaker(md, self._kinds), "alerts", BEFORE_INLINE)


class AlertMaker(Treeprocessor):
    """Changes the quotes of a tree in place."""

    def __init__(self, md: Markdown, kinds: dict[str, str]) -> None:
        super().__init__(md)
        self._kinds = kinds

    def run(self, root: Element) -> None:
        for quote in root.iter("blockquote"):
            first = quote[0] if len(quote) else None
            if first is None or first.tag != "p" or (quote.text or "").strip():
                continue
            mark = MARK.match(first.text or "")
            kind = self._kinds.get(mark[1].lower()) if mark else None
            if mark is None or kind is None:
                continue
            rest = (first.text or "")[mark.end() :]
            if not mark[3] and not rest.strip() and not len(first) and len(quote) == 1:
                continue  # a mark with nothing in it stays a quote, as on GitHub
            _make_box(quote, first, mark, kind)


def _make_box(quote: Element, first: Element, mark: re.Match[str], kind: str) -> None:
    folded = bool(mark[2])
    quote.tag = "details" if folded else "aside"
    quote.set("class", f"alert alert-{kind}")
    if not folded:
        quote.set("role", "note")
    elif mark[2] == "+":
        quote.set("open", "open")
    title = Element("summary" if folded else "p", {"class": "alert-title"})
    title.text = mark[3] or mark[1].capitalize()
    title.tail = "\n"
    first.text = (first.text or "")[mark.end() :]
    if not first.text.strip() and not len(first):
        quote.remove(first)
    quote.insert(0, title)
