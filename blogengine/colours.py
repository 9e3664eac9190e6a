"""Colours as they stand in style sheets and settings, and how well one is read on another."""

from __future__ import annotations

import re
from collections.abc import Sequence

READABLE = 4.5
"""The contrast that text needs by WCAG 2, 1.4.3."""

HEX = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
RGB = re.compile(r"rgb\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*\)")
NAMED = {"black": (0, 0, 0), "white": (255, 255, 255)}

Colour = tuple[int, int, int]


def read_colour(text: str) -> Colour | None:
    """Return a solid colour's parts: `#rgb`, `#rrggbb`, `rgb(r g b)`, black, white; else None."""
    text = text.strip().lower()
    if text in NAMED:
        return NAMED[text]
    if found := RGB.fullmatch(text):
        red, green, blue = (min(int(part), 255) for part in found.groups())
        return red, green, blue
    if not HEX.fullmatch(text):
        return None
    digits = text[1:]
    if len(digits) < 6:
        digits = "".join(digit * 2 for digit in digits)
    if digits[6:] not in ("", "ff"):
        return None
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two solid colours by WCAG 2, from 1 to 21; raises ValueError."""
    first, second = read_colour(one), read_colour(other)
    if first is None or second is None:
        raise ValueError(f"{one!r:.40} and {other!r:.40} aren't two solid colours.")
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def is_readable(text: str, ground: str) -> bool:
    """Whether text of a colour can be read on another: a contrast of 4.5 and more."""
    return contrast(text, ground) >= READABLE


def faint_colours(
    light: str, dark: str, grounds: Sequence[tuple[str, str]], *, fields: tuple[str, str]
) -> dict[str, str]:
    """Return a sentence for each of two colours that can't be read, by the name of its field.

    `light` is read on the first of each pair of grounds, `dark` on the second.
    """
    found = {}
    for number, (field, color, paper, other) in enumerate(
        ((fields[0], light, "light", "darker"), (fields[1], dark, "dark", "lighter"))
    ):
        least = min(contrast(color, pair[number]) for pair in grounds)
        if least < READABLE:
            found[field] = (
                f"{color} has a contrast of {least:.1f} on {paper} paper; text needs "
                f"{READABLE}. Take a {other} one."
            )
    return found


def _luminance(colour: Colour) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
