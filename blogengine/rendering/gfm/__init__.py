"""Markdown as writers of GitHub-style Markdown expect it, as a Python-Markdown instance.

`blocks` sorts lines into blocks, `building` makes Python-Markdown's element tree of them,
`inlines` reads the text inside. Both stages take time in proportion to the text, whatever it
holds; Python-Markdown's own do not. `docs/writing/markdown.md` is the description for writers.
"""

from __future__ import annotations

from collections.abc import Sequence

from markdown import Markdown

from .converter import GfmMarkdown

__all__ = ["GfmMarkdown", "make_converter"]


def make_converter(*, smart_quotes: bool = False, extensions: Sequence[str] = ()) -> Markdown:
    """Return a converter that is used for many texts; its html still has to be sanitised."""
    return GfmMarkdown(smart_quotes=smart_quotes, extensions=extensions)
