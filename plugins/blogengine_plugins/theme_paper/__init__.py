"""Paper: a calm theme for reading, light and dark, without a script or a web font."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from blogengine.api import Plugin, Theme, hookimpl

if TYPE_CHECKING:
    from blogengine.api import Site

HERE = Path(__file__).parent

plugin = Plugin(summary=__doc__, api=1)


@hookimpl
def register_themes(site: Site) -> list[Theme]:
    """The look and its one style sheet; every region of the core has a place in it."""
    return [Theme("paper", "Paper", templates=HERE / "templates", styles=(HERE / "paper.css",))]
