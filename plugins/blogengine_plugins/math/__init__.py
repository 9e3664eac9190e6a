"""Show formulas written in LaTeX as MathML, made when a post is saved: no script, no font."""

from __future__ import annotations

from typing import Any

from blogengine.api import (
    LIST_KINDS,
    Asset,
    HtmlFilter,
    MarkdownExtension,
    Plugin,
    hookimpl,
)
from blogengine_plugins.math.formulas import show_formulas

plugin = Plugin(summary=__doc__, api=1)


def make_math() -> Any:
    # Python-Markdown is imported only where texts are rendered.
    from blogengine_plugins.math.extension import Formulas

    return Formulas()


@hookimpl
def register_markdown_extensions() -> list[MarkdownExtension]:
    """Keep Markdown's hands off what stands between dollar signs."""
    return [MarkdownExtension("math", make_math)]


@hookimpl
def register_html_filters() -> list[HtmlFilter]:
    """Turn what was set aside into MathML; the engine's sanitiser still looks at it."""
    return [HtmlFilter("math", show_formulas)]


@hookimpl
def register_assets() -> list[Asset]:
    """A few lines of style, only where a formula is."""
    pages = LIST_KINDS | {"post", "page"}
    return [Asset("math.css", "css", pages=pages, where="<math")]
