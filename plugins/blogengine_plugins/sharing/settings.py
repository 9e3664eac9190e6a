"""What the owner may choose about links that are shared elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import setting


@dataclass(frozen=True, slots=True)
class SharingSettings:
    """The settings of `sharing`."""

    cards: bool = setting(
        True,
        title="Draw a picture for posts that have none",
        help="Other sites show it beside a link: the title, the site's name, a colour.",
    )
    colour: str = setting(
        "#1f3a5f",
        title="Colour of these pictures",
        help="What stands behind title and name; dark, since the letters are white.",
        pattern=r"#[0-9a-fA-F]{6}",
        example="#1f3a5f",
    )
    font: str = setting(
        "",
        title="Font of these pictures",
        help=(
            "The path of a TrueType or OpenType file on the server. The one that comes with the "
            "engine knows Latin, Greek and Cyrillic letters; other titles are left out."
        ),
        le=500,
    )
    twitter_site: str = setting(
        "",
        title="Your account on X",
        help="Shown beside previews there.",
        pattern=r"@[A-Za-z0-9_]{1,15}",
        example="@ann",
    )
