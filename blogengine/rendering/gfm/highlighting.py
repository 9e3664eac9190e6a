"""Colour code on the server: classes only, the theme has the colours."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE, AtomicString
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from .code_lines import in_lines
from .fence_info import take_lines
from .text import stash_html

if TYPE_CHECKING:
    from .converter import GfmMarkdown

_PREFIX = "language-"
_LONGEST_BLOCK = 50_000
_LONGEST_TEXT = 200_000
_FORMATTER = HtmlFormatter(nowrap=True)


class Highlighter(Treeprocessor):
    """Wraps blocks of code so that they scroll by keyboard, and colours what it knows."""

    def __init__(self, markdown: GfmMarkdown) -> None:
        super().__init__(markdown)
        self._markdown = markdown

    def run(self, root: Element) -> None:
        """Change all `pre > code` in place."""
        budget = _LONGEST_TEXT
        for parent in list(root.iter()):
            for index, child in enumerate(list(parent)):
                if child.tag == "pre" and len(child) == 1 and child[0].tag == "code":
                    parent[index] = _wrap(child)
                    budget -= self._colour(child[0], budget)

    def _colour(self, code: Element, budget: int) -> int:
        """Replace the text by spans; return how many characters were looked at."""
        text = (code.text or "").replace(AMP_SUBSTITUTE + "amp;", "&")
        marks, first = take_lines(code)
        lexer = _lexer(code.get("class", "").removeprefix(_PREFIX))
        if len(text) > min(_LONGEST_BLOCK, budget):
            return 0
        if lexer is None:
            if not marks and first is None:
                return 0
            html = escape(text, quote=False)
        else:
            html = highlight(text, lexer, _FORMATTER)
        html = in_lines(html, marks, first)
        code.text = AtomicString(stash_html(self._markdown, html))
        return len(text)


def _wrap(pre: Element) -> Element:
    pre.set("tabindex", "0")
    box = Element("div", {"class": "highlight"})
    box.tail, pre.tail = pre.tail, None
    box.append(pre)
    return box


@lru_cache(maxsize=128)
def _lexer(language: str) -> Lexer | None:
    if not language or len(language) > 50:
        return None
    try:
        lexer: Lexer = get_lexer_by_name(language.lower(), stripnl=False)
    except ClassNotFound:
        return None
    return None if "text" in lexer.aliases else lexer
