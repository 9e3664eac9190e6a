"""Taking an upload: looked at, written anew, kept, and remembered. In this order, or not at all."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from blogengine.api import (
    Accepted,
    ApartFailed,
    Bounds,
    Retryable,
    Site,
    UserError,
    accept_upload,
    current_actor,
    require,
    run_apart,
    storage_full,
)
from blogengine_plugins.media.queries import by_digest, room_taken
from blogengine_plugins.media.rights import UPLOAD
from blogengine_plugins.media.settings import MediaSettings
from blogengine_plugins.media.storing import NewFile, Words, bring_back, store_file
from blogengine_plugins.media.values import PICTURE, SUFFIXES, MediaFile, storage_key

OTHERS = {
    "application/pdf": "document",
    "application/zip": "archive",
    "audio/mpeg": "audio",
    "audio/ogg": "audio",
    "video/mp4": "video",
    "video/webm": "video",
}
"""What is taken beside pictures; it is only ever offered for saving."""

DECODER = Path(__file__).with_name("decoding.py")
"""Loaded in a process of its own only; it would bring its large library into this one."""

DECODING = Bounds(seconds=20, memory=1536, file=80)
WAIT_SECONDS = 30.0
PIECE = 256 * 1024
FULL = frozenset({28, 122, 27})

_turn = threading.BoundedSemaphore(1)
"""One picture at a time in each process: decoding may take a gigabyte."""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an upload: the file, and whether the library didn't have it before."""

    file: MediaFile
    new: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """An upload that may be kept: where it lies for the moment, and what is known of it."""

    path: Path
    digest: str
    content: str
    media_type: str
    suffix: str
    kind: str
    size: int
    width: int = 0
    height: int = 0
    frames: int = 1


def receive(
    site: Site, stream: IO[bytes], name: str, words: Words | None = None, *, most: int | None = None
) -> Received:
    """Take an upload into the library; the same bytes twice are one file.

    Raises UserError 413, 415 or 422 with the reason, OperatorError 507 when there is no room,
    Denied, Retryable. Nothing is kept then.
    """
    require(UPLOAD)
    bound = {} if most is None else {"largest": most}
    accepted = accept_upload(stream, name, (*SUFFIXES, *OTHERS), **bound)
    with accepted.stream, work_folder() as folder:
        digest = digest_of(accepted.stream)
        known = by_digest(site.db.reading(), digest)
        if known is not None:
            return Received(bring_back(site, known, words), new=False)
        looked = look_at(accepted, folder, digest)
        _check_room(site, looked.size)
        new = NewFile(looked=looked, name=accepted.shown, by=current_actor().id)
        kept_before = site.storage.find(storage_key(looked.content, looked.suffix)) is not None
        keep(site, looked)
        try:
            return Received(*store_file(site, new, words or Words()))
        except BaseException:
            if not kept_before:
                site.storage.delete(storage_key(looked.content, looked.suffix))
            raise


def look_at(accepted: Accepted, folder: Path, digest: str) -> Looked:
    """Write a picture anew in a process of its own; take any other file as it is."""
    source = folder / "source"
    with source.open("wb") as file:
        shutil.copyfileobj(accepted.stream, file, PIECE)
    media_type = accepted.kind.media_type
    if media_type in OTHERS:
        kind = OTHERS[media_type]
        return Looked(source, digest, digest, media_type, accepted.kind.suffix, kind, accepted.size)
    target = folder / "target"
    arguments = {"source": str(source), "target": str(target), "media_type": media_type}
    with decoding_turn():
        try:
            found = run_apart(DECODER, "write_anew", arguments, DECODING)
        except ApartFailed as error:
            raise _refused(accepted, error) from error
    with target.open("rb") as made:
        content = digest_of(made)
    return Looked(
        target,
        digest,
        content,
        media_type,
        SUFFIXES[media_type],
        PICTURE,
        target.stat().st_size,
        found["width"],
        found["height"],
        found["frames"],
    )


def keep(site: Site, looked: Looked) -> None:
    """Put the bytes into the storage."""
    with looked.path.open("rb") as file:
        site.storage.put(storage_key(looked.content, looked.suffix), file)


@contextmanager
def work_folder() -> Iterator[Path]:
    """Give a folder that is gone afterwards; a full disk is told as such."""
    try:
        with tempfile.TemporaryDirectory(prefix="blogengine-upload-") as name:
            yield Path(name)
    except OSError as error:
        if error.errno in FULL:
            raise storage_full("on the disk") from error
        raise


@contextmanager
def decoding_turn() -> Iterator[None]:
    """Wait until no other picture is decoded here; raises Retryable when it takes long."""
    if not _turn.acquire(timeout=WAIT_SECONDS):
        raise Retryable(
            "Other pictures are being looked at.",
            code="media-busy",
            action="Nothing was kept. Send it again in a moment.",
        )
    try:
        yield
    finally:
        _turn.release()


def _check_room(site: Site, size: int) -> None:
    quota = site.settings(MediaSettings).quota * 1024 * 1024
    if quota and room_taken(site.db.reading()) + size > quota:
        raise storage_full("of what the setting quota gives to uploads")


def _refused(accepted: Accepted, error: ApartFailed) -> UserError:
    why = error.refused or f"Looking at it failed: {error}."
    return UserError(
        f"The picture {accepted.shown!a} isn't taken. {why}",
        code="media-broken-picture",
        action="Nothing was kept. Save it anew with a picture program, or choose another one.",
        status=422,
    )


def digest_of(stream: IO[bytes]) -> str:
    """Return the hash of what is left of a stream, and go back to its beginning."""
    found = hashlib.sha256()
    while piece := stream.read(PIECE):
        found.update(piece)
    stream.seek(0)
    return found.hexdigest()
