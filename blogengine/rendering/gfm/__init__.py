"""Markdown as writers of GitHub-style Markdown expect it, as a Python-Markdown instance."""

from __future__ import annotations

from collections.abc import Sequence

from markdown import Markdown

_STOCK = (
    "tables",
    "footnotes",
    "pymdownx.superfences",
    "pymdownx.tilde",
    "pymdownx.tasklist",
    "pymdownx.magiclink",
)


def make_converter(*, smart_quotes: bool = False, extensions: Sequence[str] = ()) -> Markdown:
    """Return a converter that is reset and reused; its html still has to be sanitised."""
    names = [*_STOCK, *(["smarty"] if smart_quotes else []), *extensions]
    return Markdown(extensions=names, output_format="html")
