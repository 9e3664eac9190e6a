"""Paper: a calm theme for reading, light and dark, without a script or a web font."""

from __future__ import annotations

from pathlib import Path

from blogengine.api import Plugin, Theme, hookimpl

HERE = Path(__file__).parent

plugin = Plugin(summary=__doc__, api=1)


@hookimpl
def register_themes() -> list[Theme]:
    """Return the look and its one style sheet; each of the core's regions has a place in it."""
    return [Theme("paper", "Paper", templates=HERE / "templates", styles=(HERE / "paper.css",))]
