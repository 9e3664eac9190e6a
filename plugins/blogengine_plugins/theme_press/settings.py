"""What the owner may choose about Press."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from blogengine.api import faint_colours, setting

COLOUR = r"#[0-9a-fA-F]{6}"

ACCENTS: Mapping[str, tuple[str, str]] = {
    "cobalt": ("#1746c7", "#9db8ff"),
    "crimson": ("#b0122b", "#ff9aa5"),
    "pine": ("#0b6347", "#7fd8b5"),
    "ink": ("#14161a", "#e9eaec"),
}
"""Colours of links on light and on dark paper."""

GROUNDS = (("#ffffff", "#101114"), ("#f2f3f5", "#1b1d21"))
"""Paper and boxes on it, each light and dark."""

COLUMNS = {"two": "24rem", "three": "17rem"}


@dataclass(frozen=True, slots=True)
class PressSettings:
    """The settings of `theme_press`."""

    accent: str = setting(
        "cobalt",
        title="Colour of links and marks",
        help="Each is readable. With own, the two colours below count.",
        choices=(*ACCENTS, "own"),
    )
    own_light: str = setting(
        "#1746c7",
        title="Own colour on light paper",
        help="Such as #1746c7. It has to be dark enough to be read.",
        pattern=COLOUR,
        example="#1746c7",
        ge=7,
        le=7,
    )
    own_dark: str = setting(
        "#9db8ff",
        title="Own colour on dark paper",
        help="Such as #9db8ff. It has to be light enough to be read.",
        pattern=COLOUR,
        example="#9db8ff",
        ge=7,
        le=7,
    )
    headings: str = setting(
        "heavy",
        title="Typeface of headings",
        help="Heavy without serifs, or with serifs.",
        choices=("heavy", "serif"),
    )
    columns: str = setting(
        "three",
        title="Cards beside each other",
        help="At most, where there is room.",
        choices=tuple(COLUMNS),
    )
    lead: bool = setting(
        True, title="Lead story", help="The newest post of the home page stands first and large."
    )
    pictures: bool = setting(
        True, title="Pictures on cards", help="The posts’ own pictures, where they have one."
    )
    sidebar: str = setting(
        "left",
        title="Sidebar",
        help="Beside the text where there is room, below it, or not shown.",
        choices=("left", "right", "below", "hidden"),
    )

    @property
    def links(self) -> tuple[str, str]:
        """The colours of links on light and on dark paper."""
        return ACCENTS.get(self.accent, (self.own_light, self.own_dark))

    def problems(self) -> dict[str, str]:
        """Return which own colour can't be read on the paper or in a box."""
        if self.accent != "own":
            return {}
        return faint_colours(*self.links, GROUNDS, fields=("own_light", "own_dark"))

    def variables(self) -> dict[str, str]:
        """Return the custom properties of what isn't at its default."""
        found: dict[str, str] = {}
        if self.accent != "cobalt":
            found["link"] = "light-dark({},{})".format(*self.links)
        if self.headings != "heavy":
            found["head"] = "var(--serif)"
            found["heavy"] = "700"
        if self.columns != "three":
            found["card"] = COLUMNS[self.columns]
        return found
