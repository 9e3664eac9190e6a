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


@dataclass(frozen=True, slots=True)
class MediaChange:
    """What was done to a file of the library.

    `act` is uploaded, described, replaced, trashed, restored or deleted. `url` is the file's
    address; `urls` are those of its copies too, which show something else from now on. `gone` are
    keys of the storage that nothing needs any more.
    """

    act: str
    id: int
    name: str
    media_type: str
    url: str
    urls: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
