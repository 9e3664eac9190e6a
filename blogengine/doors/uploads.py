"""Files that somebody uploads: taken by what is in them, never by what they are called."""

from __future__ import annotations

import re
import secrets
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from typing import IO

from blogengine.doors.names import shown_name
from blogengine.errors import UserError

LARGEST_UPLOAD = 20 * 1024 * 1024
IN_MEMORY = 1024 * 1024
PIECE = 256 * 1024
OVERLAP = 16


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: how it begins, what it is sent as, how it is called here."""

    media_type: str
    suffix: str
    begins: re.Pattern[bytes]
    searched: bool = True
    """Whether it is looked through for web pages; packed files may hold some."""


KINDS = (
    Kind("image/jpeg", ".jpg", re.compile(rb"\xff\xd8\xff[\xc0-\xfe]")),
    Kind("image/png", ".png", re.compile(rb"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")),
    Kind("image/gif", ".gif", re.compile(rb"GIF8[79]a")),
    Kind("image/webp", ".webp", re.compile(rb"RIFF....WEBPVP8[ LX]", re.DOTALL)),
    Kind("image/avif", ".avif", re.compile(rb"\x00\x00\x00.ftypavi[fs]", re.DOTALL)),
    Kind("application/pdf", ".pdf", re.compile(rb"%PDF-[12]\.[0-9]")),
    Kind("audio/mpeg", ".mp3", re.compile(rb"ID3[\x02-\x04]|\xff[\xfb\xf3\xf2]")),
    Kind("audio/ogg", ".ogg", re.compile(rb"OggS\x00")),
    Kind("video/mp4", ".mp4", re.compile(rb"\x00\x00\x00.ftyp(?:isom|mp4|iso|avc1|M4)", re.DOTALL)),
    Kind("video/webm", ".webm", re.compile(rb"\x1aE\xdf\xa3")),
    Kind("application/zip", ".zip", re.compile(rb"PK\x03\x04"), searched=False),
)
IMAGES = frozenset(kind.media_type for kind in KINDS if kind.media_type.startswith("image/"))

ACTIVE = re.compile(
    rb"<script|<!doctype|<html[\s>]|<svg[\s>]|<iframe|<\?php|<body[\s>]", re.IGNORECASE
)
"""What a browser or a server might run, were the file taken for something else."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An upload that was looked at. `name` is ours and new, `shown` what it was called."""

    kind: Kind
    name: str
    shown: str
    size: int
    stream: IO[bytes]


def accept_upload(
    stream: IO[bytes],
    name: str,
    kinds: Collection[str] = IMAGES,
    *,
    largest: int = LARGEST_UPLOAD,
) -> Accepted:
    """Take an upload of one of these media types; its bytes are in `Accepted.stream`.

    Raises UserError: 413 when it is too large, 415 for any other kind (SVG and HTML are none), 422
    when it is two things at once. Pictures aren't decoded here: whoever shows them does that.
    """
    kept = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller's
    try:
        size, kind, tail = 0, None, b""
        while piece := stream.read(PIECE):
            size += len(piece)
            if size > largest:
                raise _refused(
                    code="upload-too-large",
                    status=413,
                    why=f"It has more than {largest} bytes, the limit.",
                )
            if kind is None:
                kind = _kind_of(piece, kinds, name)
            if kind.searched and ACTIVE.search(tail + piece):
                raise _refused(
                    code="upload-unsafe", status=422, why="There is a web page or a program in it."
                )
            tail = piece[-OVERLAP:]
            kept.write(piece)
        if kind is None:
            raise _refused(code="upload-unsafe", status=422, why="It is empty.")
    except BaseException:
        kept.close()
        raise
    kept.seek(0)
    return Accepted(kind, secrets.token_hex(12) + kind.suffix, shown_name(name), size, kept)


def _kind_of(start: bytes, kinds: Collection[str], name: str) -> Kind:
    for kind in KINDS:
        if kind.media_type in kinds and kind.begins.match(start):
            return kind
    wanted = ", ".join(sorted(kind.rpartition("/")[2] for kind in kinds))
    why = f"{shown_name(name)!a} is of another kind than {wanted}."
    raise _refused(code="upload-kind", status=415, why=why)


def _refused(*, code: str, status: int, why: str) -> UserError:
    return UserError(
        f"The upload isn't taken. {why}",
        code=code,
        action="Nothing was stored. Choose another file.",
        status=status,
    )
