"""A file of the library as pages, commands and templates see it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from blogengine.api import Picture, PictureFile
from blogengine_plugins.media.models import TRASHED

SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/avif": ".avif",
}
PICTURE = "picture"
MARKS = re.compile(r"[\\\[\]]")


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file of the library.

    `url` is its address for texts, `name` what it was called; `sizes` are the copies of a picture:
    media types with widths. `uses` says how many posts use it.
    """

    id: int
    url: str
    name: str
    kind: str
    media_type: str
    size: int
    width: int
    height: int
    frames: int
    title: str
    alt: str
    decorative: bool
    caption: str
    focus: tuple[int, int]
    uses: int
    version: int
    uploaded_by: int | None
    uploaded_at: datetime
    trashed: bool
    stem: str
    suffix: str
    content: str
    sizes: Mapping[str, tuple[int, ...]]

    @property
    def is_picture(self) -> bool:
        return self.kind == PICTURE

    @property
    def described(self) -> bool:
        """Whether somebody said what is to be seen, or that it is decoration."""
        return not self.is_picture or self.decorative or bool(self.alt.strip())

    @property
    def fresh_url(self) -> str:
        """The address with the mark of what it holds now: browsers may keep that for ever."""
        return f"{self.url}?v={self.content[:8]}"

    @property
    def key(self) -> str:
        """Where the storage keeps it."""
        return storage_key(self.content, self.suffix)

    @property
    def keys(self) -> tuple[str, ...]:
        """Where the storage keeps it and its copies."""
        copies = (
            storage_key(self.content, SUFFIXES[media_type], width)
            for media_type, widths in self.sizes.items()
            for width in widths
        )
        return (self.key, *copies)

    @property
    def thumbnail(self) -> str:
        """The address of the smallest copy, or of the picture itself."""
        own = self.sizes.get(self.media_type, ())
        return self.copy_url(min(own), self.media_type) if own else self.fresh_url

    def copy_url(self, width: int, media_type: str) -> str:
        """Return the address of a copy."""
        return f"/media/{self.stem}/{width}{SUFFIXES[media_type]}?v={self.content[:8]}"

    @property
    def picture(self) -> Picture:
        """What the engine writes into texts."""
        files = tuple(
            PictureFile(self.copy_url(width, media_type), width, media_type)
            for media_type, widths in self.sizes.items()
            for width in widths
        )
        alt = "" if self.decorative else self.alt
        return Picture(self.fresh_url, self.width, self.height, self.media_type, files, alt)

    @property
    def markdown(self) -> str:
        """What a writer puts into a text."""
        return self.markdown_saying(self.alt)

    def markdown_saying(self, alt: str) -> str:
        """The same with other words: what a picture shows may depend on the text."""
        words = alt or ("" if self.is_picture else self.name)
        shown = " ".join(
            words.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").split()
        )
        return f"{'!' if self.is_picture else ''}[{shown}]({self.url})"

    def as_json(self) -> dict[str, Any]:
        """Return what programs and the editor get."""
        return {
            "id": self.id,
            "url": self.url,
            "markdown": self.markdown,
            "width": self.width,
            "height": self.height,
            "alt": self.alt,
            "decorative": self.decorative,
            "name": self.name,
            "title": self.title,
            "caption": self.caption,
            "type": self.media_type,
            "size": self.size,
            "uses": self.uses,
            "thumbnail": self.thumbnail if self.is_picture else "",
        }


def storage_key(content: str, suffix: str, width: int = 0) -> str:
    """Return the key of a file's bytes, or of a copy."""
    copy = f"-{width}" if width else ""
    return f"{content[:2]}/{content}{copy}{suffix}"


def media_file(row: Any) -> MediaFile:
    """Make the value of a row."""
    sizes = {name: tuple(widths) for name, widths in json.loads(row.sizes).items()}
    return MediaFile(
        id=row.id,
        url=f"/media/{row.stem}{row.suffix}",
        name=row.name,
        kind=row.kind,
        media_type=row.media_type,
        size=row.size,
        width=row.width,
        height=row.height,
        frames=row.frames,
        title=row.title,
        alt=row.alt,
        decorative=row.decorative,
        caption=row.caption,
        focus=(row.focus_x, row.focus_y),
        uses=row.uses,
        version=row.version,
        uploaded_by=row.uploaded_by,
        uploaded_at=row.uploaded_at,
        trashed=row.state == TRASHED,
        stem=row.stem,
        suffix=row.suffix,
        content=row.content,
        sizes=sizes,
    )
