"""Picture sources: what plugins know of the pictures in texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from blogengine.guard import Guard
from blogengine.host.kinds.kind import Kind, Owned, check_call, check_text, unique
from blogengine.pictures import Picture, PictureSource

NOTHING: Mapping[str, Picture] = {}


def check(
    plugin: str,  # noqa: ARG001
    values: list[PictureSource],
    others: list[Owned[PictureSource]],
) -> None:
    for value in values:
        what = f"The picture source {value.name!r}"
        check_text(what, name=value.name)
        check_call(f"{what}: find", value.find)
    unique("picture source", values, others)


def guarded(plugin: str, value: PictureSource, guard: Guard) -> PictureSource:
    find = guard.wrap(plugin, f"picture source {value.name}", _as_pictures(value.find), NOTHING)
    return replace(value, find=find)


def _as_pictures(find: Callable[..., Any]) -> Callable[..., dict[str, Picture]]:
    """Look inside the guard that what a source returns can be written into a page."""

    def pictures(*args: Any) -> dict[str, Picture]:
        found = dict(find(*args) or {})
        for picture in found.values():
            if not isinstance(picture, Picture):
                raise TypeError(f"it returned {type(picture).__name__}, not a Picture")
            if picture.width < 1 or picture.height < 1:
                raise ValueError(f"{picture.url!r} has no size")
            for url in (picture.url, *(file.url for file in picture.files)):
                if not url.startswith(("/", "https://")) or any(sign in url for sign in ' ,\t\n"'):
                    raise ValueError(f"{url!r} can't be the address of a picture")
        return found

    return pictures


def gather(owned: list[Owned[PictureSource]]) -> Mapping[str, object]:
    return {"picture_sources": tuple(owned)}


PICTURE_SOURCES = Kind("register_picture_sources", PictureSource, check, guarded, gather)
