"""Paper: a calm theme for reading, light and dark, without a script or a web font."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from blogengine.api import MetaTag, Plugin, Site, Theme, hookimpl
from blogengine_plugins.theme_paper.settings import GROUNDS, PaperSettings

HERE = Path(__file__).parent
BELOW_OTHERS = 50

READ_ON = (
    ("ink", "paper"),
    ("soft", "paper"),
    ("link", "paper"),
    ("ink", "tint"),
    ("link", "tint"),
    ("ink", "mark"),
    ("paper", "link"),
    *((code, "tint") for code in ("k", "s", "f", "n", "c")),
    *((box, "tint") for box in ("note", "tip", "important", "warning", "caution")),
)
"""Which of the style sheet's colours stand on which."""

plugin = Plugin(summary=__doc__, api=1, settings=PaperSettings)


@hookimpl
def register_themes() -> list[Theme]:
    """Return the look and its style sheet; each of the core's regions has a place in it."""
    return [
        Theme(
            "paper",
            "Paper",
            templates=HERE / "templates",
            styles=(HERE / "paper.css",),
            parts={'class="line"': HERE / "lines.css"},
            variables=variables,
            readable=READ_ON,
        )
    ]


def variables(site: Site) -> Mapping[str, str]:
    """Return what the owner's choices set."""
    return site.settings(PaperSettings).variables()


@hookimpl
def template_context(site: Site) -> dict[str, object]:
    """Tell the templates where the sidebar stands."""
    return {"sidebar": site.settings(PaperSettings).sidebar}


@hookimpl
def page_meta(site: Site) -> list[MetaTag]:
    """Let the browser's bar have the colour of the paper, unless somebody else says another."""
    if "paper" not in site.themes.worn():
        return []
    paper, _tint = GROUNDS[site.settings(PaperSettings).ground]
    return [
        MetaTag("theme-color", color, media=f"(prefers-color-scheme: {mode})", order=BELOW_OTHERS)
        for mode, color in zip(("light", "dark"), paper, strict=True)
    ]
