"""What a plugin knows of a picture that stands in a text: its size, and other files of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blogengine.site import Site


@dataclass(frozen=True, slots=True)
class PictureFile:
    """The same picture in another width or format: `url` has no spaces or commas."""

    url: str
    width: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of this site: `url` is what pages load for the address that was written.

    `files` are narrower ones and those of other formats, the best format first; those of the
    picture's own `media_type` are what browsers get that know no other. `alt` stands in where the
    writer said nothing.
    """

    url: str
    width: int
    height: int
    media_type: str
    files: tuple[PictureFile, ...] = ()
    alt: str = ""


@dataclass(frozen=True, slots=True)
class PictureSource:
    """What knows pictures: `find(site, addresses)` returns those it knows by their addresses.

    It is called once when a text is rendered, with all the addresses of the text's pictures.
    """

    name: str
    find: Callable[[Site, Collection[str]], Mapping[str, Picture]]
