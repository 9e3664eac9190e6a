"""Paper: a calm theme for reading, light and dark, without a script or a web font."""

from __future__ import annotations

from pathlib import Path

from blogengine.api import MetaTag, Plugin, Site, SiteSettings, Theme, hookimpl
from blogengine_plugins.theme_paper.settings import PaperSettings

HERE = Path(__file__).parent
LIGHT, DARK = "#fcfbf8", "#171614"
BELOW_OTHERS = 50

plugin = Plugin(summary=__doc__, api=1, settings=PaperSettings)


@hookimpl
def register_themes() -> list[Theme]:
    """Return the look and its style sheets; each of the core's regions has a place in it."""
    sheets = (HERE / "paper.css", HERE / "choices.css")
    parts = {'class="line"': HERE / "lines.css"}
    return [Theme("paper", "Paper", templates=HERE / "templates", styles=sheets, parts=parts)]


@hookimpl
def template_context(site: Site) -> dict[str, object]:
    """Give the owner's choices as classes; what is left at its default needs none."""
    chosen = site.settings(PaperSettings)
    classes = [
        f" {name}-{value}"
        for name, value, usual in (
            ("accent", chosen.accent, "rust"),
            ("width", chosen.width, "normal"),
            ("text", chosen.text, "normal"),
        )
        if value != usual
    ]
    return {"classes": "".join(classes), "sidebar": chosen.sidebar}


@hookimpl
def page_meta(site: Site) -> list[MetaTag]:
    """Let the browser's bar have the colour of the paper, unless somebody else says another."""
    if site.settings(SiteSettings).theme != "paper":
        return []
    return [
        MetaTag("theme-color", color, media=f"(prefers-color-scheme: {mode})", order=BELOW_OTHERS)
        for mode, color in (("light", LIGHT), ("dark", DARK))
    ]
