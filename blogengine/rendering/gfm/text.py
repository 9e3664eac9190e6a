"""Text on its way into the element tree of Python-Markdown and out of it."""

from __future__ import annotations

import re

from markdown import Markdown
from markdown.preprocessors import Preprocessor
from markdown.util import AMP_SUBSTITUTE, ETX, STX

_MORE = re.compile(r"<!--\s*more\s*-->", re.IGNORECASE)
_LIKE_ENTITY = re.compile(r"&(?=#?[A-Za-z0-9]+;)")
# Python-Markdown's placeholders stand between these two; "\0" has no place in html.
_REPLACED = ((STX, ""), (ETX, ""), ("\0", "\ufffd"), ("\ufeff", ""), ("\r\n", "\n"), ("\r", "\n"))


class LineTidier(Preprocessor):
    """Make line ends uniform; unlike the stock one, leave tabs and trailing spaces alone."""

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines of the text."""
        text = "\n".join(lines)
        for unwanted, wanted in _REPLACED:
            text = text.replace(unwanted, wanted)
        # A line end closes the last line, it doesn't begin another one.
        return text.removesuffix("\n").split("\n")


def literal(text: str) -> str:
    """Return `text` so that the serialiser shows it as it is.

    The serialiser takes `&copy;` in a tree for an entity; text that looks like one is masked.
    """
    return _LIKE_ENTITY.sub(AMP_SUBSTITUTE + "amp;", text) if "&" in text else text


def stash_html(markdown: Markdown, html: str) -> str:
    """Put html aside and return what stands for it until the tree is text again."""
    placeholder: str = markdown.htmlStash.store(_MORE.sub("<!--more-->", html))
    return placeholder
