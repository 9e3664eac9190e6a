"""Pictures in finished html made complete: sizes, other files, and when to load them.

It happens when a text is saved: what a page needs to know of its pictures stands in the stored
html. The text's first picture carries a mark, because where it stands decides when it is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from itertools import groupby

from blogengine.pictures import Picture, PictureFile
from blogengine.rendering.events import End, Event, Start, read, write
from blogengine.rendering.placement import FIRST_MARK, ID_MARK
from blogengine.rendering.values import Rendering

SIZES = "(min-width: 46em) 42em, 100vw"
"""How wide a picture stands in a column of text; the browser chooses a file by it."""

WIDEST = 16_384

Find = Callable[[Collection[str]], Mapping[str, Picture]]


# Only the pictures' own elements are read and written again: everything else stays as it is, with
# the marks of ids and headings that would be lost on the way. Finished html quotes every value.
IMAGE = re.compile(r'<img(?=[\s/>])(?:[^>"]|"[^"]*")*>')


def with_pictures(rendering: Rendering, find: Find) -> Rendering:
    """Return the rendering with what is known of its pictures; without one it stays as it is."""
    images = [_image(found[0]) for found in IMAGE.finditer(rendering.html)]
    addresses = {image.attributes["src"] or "" for image in images if "src" in image.attributes}
    if not addresses:
        return rendering
    known = find(addresses)
    return replace(
        rendering,
        html=_completed(rendering.html, known),
        excerpt_html=_completed(rendering.excerpt_html, known),
    )


def _image(tag: str) -> Start:
    event = read(tag, keep=ID_MARK)[0]
    assert isinstance(event, Start)
    return event


def _completed(html: str, known: Mapping[str, Picture]) -> str:
    """Return html with its pictures complete; the first one is marked, the others wait."""
    first = True

    def complete(found: re.Match[str]) -> str:
        nonlocal first
        image = _image(found[0])
        if "src" not in image.attributes:
            return found[0]
        picture = known.get(image.attributes["src"] or "")
        if not first:
            image.attributes["loading"] = "lazy"
        image.attributes["decoding"] = "async"
        events = [image] if picture is None else completed(image, picture)
        if first:
            image.tag = f"img{FIRST_MARK}"
        first = False
        return write(events)

    return IMAGE.sub(complete, html)


def completed(image: Start, picture: Picture, sizes: str = SIZES) -> list[Event]:
    """Return a picture's element with its size, within a choice of formats if there is one."""
    attributes = image.attributes
    attributes["src"] = picture.url
    if picture.alt and not attributes.get("alt"):
        attributes["alt"] = picture.alt
    width, height = _size(attributes, picture)
    attributes["width"], attributes["height"] = str(width), str(height)
    wide = f"{width}px" if width < min(picture.width, 640) else sizes
    by_type = {
        media_type: tuple(files)
        for media_type, files in groupby(picture.files, key=lambda file: file.media_type)
    }
    own = by_type.pop(picture.media_type, ())
    if own:
        whole = PictureFile(picture.url, picture.width, picture.media_type)
        attributes["srcset"], attributes["sizes"] = _source_set((*own, whole)), wide
    if not by_type:
        return [image]
    sources = [
        Start("source", {"type": media_type, "srcset": _source_set(files), "sizes": wide})
        for media_type, files in by_type.items()
    ]
    return [Start("picture"), *sources, image, End("picture")]


def _size(attributes: Mapping[str, str | None], picture: Picture) -> tuple[int, int]:
    """Return width and height: the writer's where he said one, in the picture's proportion."""
    width = int(attributes.get("width") or 0)
    height = int(attributes.get("height") or 0)
    if 0 < width <= WIDEST and 0 < height <= WIDEST:
        return width, height
    if 0 < width <= WIDEST:
        return width, max(1, round(width * picture.height / picture.width))
    if 0 < height <= WIDEST:
        return max(1, round(height * picture.width / picture.height)), height
    return picture.width, picture.height


def _source_set(files: Collection[PictureFile]) -> str:
    return ", ".join(f"{file.url} {file.width}w" for file in files)


def picture_html(picture: Picture, *, alt: str, sizes: str = SIZES, lazy: bool = False) -> str:
    """Return the element of a picture that stands in no text, such as a post's own."""
    load = {"loading": "lazy"} if lazy else {}
    image = Start("img", {"src": picture.url, "alt": alt, **load, "decoding": "async"})
    return write(completed(image, replace(picture, alt=""), sizes))
