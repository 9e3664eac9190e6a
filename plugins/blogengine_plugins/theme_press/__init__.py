"""Press: a magazine with a lead story, cards and excerpts, light and dark, without a script."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from blogengine.api import MetaTag, Plugin, Site, Theme, hookimpl
from blogengine_plugins.theme_press.settings import PressSettings

HERE = Path(__file__).parent
LIGHT, DARK = "#ffffff", "#101114"
BELOW_OTHERS = 50

READ_ON = (
    ("ink", "paper"),
    ("soft", "paper"),
    ("link", "paper"),
    ("ink", "tint"),
    ("soft", "tint"),
    ("link", "tint"),
    ("ink", "mark"),
    ("paper", "link"),
    *((code, "tint") for code in ("k", "s", "f", "n", "c")),
    *((box, "tint") for box in ("note", "tip", "important", "warning", "caution")),
)
"""Which of the style sheet's colours stand on which."""

plugin = Plugin(summary=__doc__, api=1, settings=PressSettings)


@hookimpl
def register_themes() -> list[Theme]:
    """Return the look and its style sheets; each of the core's regions has a place in it."""
    return [
        Theme(
            "press",
            "Press",
            templates=HERE / "templates",
            styles=(HERE / "press.css",),
            parts={
                'class="line"': HERE / "lines.css",
                'class="highlight"': HERE / "code.css",
            },
            variables=variables,
            readable=READ_ON,
        )
    ]


def variables(site: Site) -> Mapping[str, str]:
    """Return what the owner's choices set."""
    return site.settings(PressSettings).variables()


@hookimpl
def template_context(site: Site) -> dict[str, object]:
    """Tell the templates what the owner wants to see."""
    chosen = site.settings(PressSettings)
    return {"lead": chosen.lead, "pictures": chosen.pictures, "sidebar": chosen.sidebar}


@hookimpl
def page_meta(site: Site) -> list[MetaTag]:
    """Let the browser's bar have the colour of the paper, unless somebody else says another."""
    if "press" not in site.themes.worn():
        return []
    return [
        MetaTag("theme-color", color, media=f"(prefers-color-scheme: {mode})", order=BELOW_OTHERS)
        for mode, color in (("light", LIGHT), ("dark", DARK))
    ]
