"""The picture of a post that has none: its title, the site's name, a colour; 1200 by 630."""

from __future__ import annotations

import base64
import io
import unicodedata
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

OWN_FONT = Path(__file__).parent / "fonts" / "title.ttf"
WIDTH, HEIGHT, MARGIN = 1200, 630, 80
SIZES = (84, 72, 62, 54, 46)
MOST_LINES = 5
LONGEST = 180
"""Letters of a title that are drawn; what comes behind is cut."""

SMALL = 34
RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def draw(title: str, site_name: str, host: str, colour: str, font: str) -> bytes:
    """Return a PNG. What the font hasn't got letters for is left out; the host always stands."""
    back = tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))
    light = sum(part * weight for part, weight in zip(back, (299, 587, 114), strict=True)) < 140_000
    ink = (255, 255, 255) if light else (20, 20, 20)
    image = Image.new("RGB", (WIDTH, HEIGHT), back)
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((MARGIN, MARGIN - 24, MARGIN + 96, MARGIN - 16), fill=ink)
    if can_draw(title, font):
        size, lines = fitted(title, font)
        letters = load(font, size)
        for number, line in enumerate(lines):
            place = (MARGIN, MARGIN + 10 + number * round(size * 1.22))
            canvas.text(place, line, fill=ink, font=letters)
    name = site_name if can_draw(site_name, font) else host
    canvas.text(
        (MARGIN, HEIGHT - MARGIN - SMALL), cut(name, font), fill=ink, font=load(font, SMALL)
    )
    out = io.BytesIO()
    image.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()


def draw_apart(title: str, site_name: str, host: str, colour: str, font: str) -> str:
    """Do the same for another process, which gets text only."""
    return base64.b64encode(draw(title, site_name, host, colour, font)).decode()


def fitted(title: str, font: str) -> tuple[int, list[str]]:
    """Return the largest size in which a title fits, with its lines; a long one is cut."""
    text = " ".join(title.split())[:LONGEST]
    for size in SIZES:
        lines = wrapped(text, font, size)
        if len(lines) * size * 1.22 <= HEIGHT - 2 * MARGIN - 2 * SMALL and len(lines) <= MOST_LINES:
            return size, lines
    return SIZES[-1], [*lines[: MOST_LINES - 1], lines[MOST_LINES - 1].rstrip(" .,;") + "…"]


def wrapped(text: str, font: str, size: int) -> list[str]:
    """Return lines that are narrow enough; text without spaces breaks anywhere."""
    letters, room = load(font, size), WIDTH - 2 * MARGIN
    lines, line = [], ""
    for word in _pieces(text):
        if not line or letters.getlength((line + word).rstrip()) <= room:
            line += word
        else:
            lines.append(line.rstrip())
            line = word
        while letters.getlength(line.rstrip()) > room:
            kept = len(line)
            while kept > 1 and letters.getlength(line[:kept]) > room:
                kept -= 1
            lines.append(line[:kept])
            line = line[kept:]
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> list[str]:
    """Split after spaces, and around letters of scripts that have none."""
    found = [""]
    for letter in text:
        found[-1] += letter
        if letter == " " or unicodedata.east_asian_width(letter) in "WF":
            found.append("")
    return [piece for piece in found if piece]


def cut(text: str, font: str) -> str:
    """Return one line that fits, in the small size."""
    letters = load(font, SMALL)
    text = " ".join(text.split())[:LONGEST]
    while text and letters.getlength(text) > WIDTH - 2 * MARGIN:
        text = text[:-1]
    return text


def can_draw(text: str, font: str) -> bool:
    """Whether every letter has a shape, and the letters come out in the right order."""
    drawn = {letter for letter in text[:LONGEST] if not letter.isspace()}
    if not drawn:
        return False
    turned = any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in drawn)
    if turned and not features.check("raqm"):
        return False
    return all(_has(letter, font) for letter in drawn)


@lru_cache(maxsize=2000)
def _has(letter: str, font: str) -> bool:
    letters = load(font, SMALL)
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return font != ""  # marks and joiners stand on others: without raqm they'd stand beside
    nothing = letters.getmask("\U0010fffe")
    shape = letters.getmask(letter)
    return shape.size != nothing.size or bytes(shape) != bytes(nothing)


@lru_cache(maxsize=20)
def load(font: str, size: int) -> ImageFont.FreeTypeFont:
    """Return the owner's font, or the free one that stands beside this file."""
    if font:
        try:
            return ImageFont.truetype(font, size)
        except OSError:
            pass  # the file went away; a plain picture is better than none
    return ImageFont.truetype(OWN_FONT, size)
