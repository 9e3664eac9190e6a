"""What the owner may choose about Paper."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import setting

ACCENTS = ("rust", "forest", "ocean", "plum", "slate")


@dataclass(frozen=True, slots=True)
class PaperSettings:
    """The settings of `theme_paper`; each choice is a class that the style sheet knows."""

    accent: str = setting(
        "rust", title="Colour of links and buttons", help="Each is readable.", choices=ACCENTS
    )
    width: str = setting(
        "normal",
        title="Width of the text",
        help="About 57, 67 or 78 letters in a line.",
        choices=("narrow", "normal", "wide"),
    )
    text: str = setting(
        "normal",
        title="Size of the text",
        help="Large is easier to read from afar.",
        choices=("normal", "large"),
    )
    sidebar: str = setting(
        "beside",
        title="Sidebar",
        help="Beside the text where there is room, below it, or not shown.",
        choices=("beside", "below", "hidden"),
    )
