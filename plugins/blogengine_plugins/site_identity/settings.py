"""Who stands behind the site, as the owner tells it."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import setting

COLOR = r"#[0-9a-fA-F]{6}"


@dataclass(frozen=True, slots=True)
class IdentitySettings:
    """The settings of `site_identity`; what is empty adds nothing."""

    profiles: str = setting(
        "",
        title="Your profiles elsewhere",
        help="One address in each line. Other sites can check that they are yours.",
        multiline=True,
        pattern=r"https://[^\s/]+(/\S*)?|mailto:[^\s@]+@[^\s@]+",
        example="https://social.example/@ann",
        le=4000,
    )
    fediverse_creator: str = setting(
        "",
        title="Your handle in the Fediverse",
        help="Shown beside previews of your posts there.",
        pattern=r"@[\w.-]+@[\w-]+(\.[\w-]+)+",
        example="@ann@social.example",
        le=200,
    )
    verifications: str = setting(
        "",
        title="Proofs for other services",
        help="In each line the name and the content of a meta element they ask for.",
        multiline=True,
        pattern=r"[A-Za-z][A-Za-z0-9:._-]* \S.*",
        example="google-site-verification a1b2c3",
        le=4000,
    )
    theme_color_light: str = setting(
        "",
        title="Colour of the browser's bar in light mode",
        help="Empty leaves it to the browser.",
        pattern=COLOR,
        example="#fcfbf8",
        le=7,
    )
    theme_color_dark: str = setting(
        "",
        title="Colour of the browser's bar in dark mode",
        help="Empty leaves it to the browser.",
        pattern=COLOR,
        example="#171614",
        le=7,
    )
