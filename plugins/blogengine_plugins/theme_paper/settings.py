"""What the owner may choose about Paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from blogengine.api import faint_colours, setting

COLOUR = r"#[0-9a-fA-F]{6}"

ACCENTS: Mapping[str, tuple[str, str]] = {
    "rust": ("#9a3015", "#f2a488"),
    "forest": ("#2b6237", "#9ecf9c"),
    "ocean": ("#1f5690", "#9cc4f5"),
    "plum": ("#7a2a6b", "#e6a8d8"),
    "slate": ("#4a5160", "#b9c3d4"),
}
"""Colours of links on light and on dark paper."""

GROUNDS: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "warm": (("#fcfbf8", "#171614"), ("#f3f0e8", "#22201d")),
    "white": (("#ffffff", "#121314"), ("#f3f4f5", "#1e2022")),
    "cream": (("#f7efdf", "#1d1912"), ("#eee3cd", "#29241b")),
}
"""Paper and boxes on it, each light and dark."""

FONTS: Mapping[str, str] = {
    "book": "",
    "classic": '"Iowan Old Style","Palatino Linotype",Palatino,"URW Palladio L",P052,serif',
    "plain": "var(--plain)",
    "typewriter": "var(--code)",
}
"""Stacks of typefaces that systems bring; none is loaded."""

MEASURES = {"narrow": "50ch", "normal": "58ch", "wide": "68ch"}
LARGE = "clamp(1.1875rem,1.1rem + .5vw,1.4375rem)"


@dataclass(frozen=True, slots=True)
class PaperSettings:
    """The settings of `theme_paper`; each choice becomes custom properties of the style sheet."""

    accent: str = setting(
        "rust",
        title="Colour of links and buttons",
        help="Each is readable. With own, the two colours below count.",
        choices=(*ACCENTS, "own"),
    )
    own_light: str = setting(
        "#9a3015",
        title="Own colour on light paper",
        help="Such as #9a3015. It has to be dark enough to be read.",
        pattern=COLOUR,
        example="#9a3015",
        ge=7,
        le=7,
    )
    own_dark: str = setting(
        "#f2a488",
        title="Own colour on dark paper",
        help="Such as #f2a488. It has to be light enough to be read.",
        pattern=COLOUR,
        example="#f2a488",
        ge=7,
        le=7,
    )
    ground: str = setting(
        "warm",
        title="Paper",
        help="The colour behind the text; each has a dark half.",
        choices=tuple(GROUNDS),
    )
    font: str = setting(
        "book",
        title="Typeface of the text",
        help="Of what the reader's system brings; nothing is loaded.",
        choices=tuple(FONTS),
    )
    headings: str = setting(
        "like the text",
        title="Typeface of headings",
        help="Plain is without serifs.",
        choices=("like the text", "plain"),
    )
    width: str = setting(
        "normal",
        title="Width of the text",
        help="About 57, 67 or 78 letters in a line.",
        choices=tuple(MEASURES),
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

    @property
    def links(self) -> tuple[str, str]:
        """The colours of links on light and on dark paper."""
        return ACCENTS.get(self.accent, (self.own_light, self.own_dark))

    def problems(self) -> dict[str, str]:
        """Return which own colour can't be read on the paper or in a box."""
        if self.accent != "own":
            return {}
        return faint_colours(*self.links, GROUNDS[self.ground], fields=("own_light", "own_dark"))

    def variables(self) -> dict[str, str]:
        """Return the custom properties of what isn't at its default."""
        found: dict[str, str] = {}
        if self.accent != "rust":
            found["link"] = "light-dark({},{})".format(*self.links)
        if self.ground != "warm":
            paper, tint = GROUNDS[self.ground]
            found["paper"] = "light-dark({},{})".format(*paper)
            found["tint"] = "light-dark({},{})".format(*tint)
        if self.font != "book":
            found["text"] = FONTS[self.font]
        if self.headings != "like the text":
            found["head"] = "var(--plain)"
        if self.width != "normal":
            found["measure"] = MEASURES[self.width]
        if self.text != "normal":
            found["size"] = LARGE
        return found
