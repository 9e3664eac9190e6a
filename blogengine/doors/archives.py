"""Archives that somebody brought: looked through before anything of them is unpacked."""

from __future__ import annotations

import os
import shutil
import stat
import tarfile
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from blogengine.doors.names import path_problem
from blogengine.errors import UserError

PIECE = 256 * 1024
PLAIN_TAR = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE)
UNREADABLE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)
"""What the library raises for archives that are none, or lie about themselves."""


@dataclass(frozen=True, slots=True)
class ArchiveBounds:
    """How much an archive may hold; sizes in bytes, `ratio` of unpacked to packed."""

    entries: int = 10_000
    total: int = 200 * 1024 * 1024
    single: int = 50 * 1024 * 1024
    ratio: int = 200


@dataclass(frozen=True, slots=True)
class ArchiveEntry:
    """A file in an archive; `name` has slashes between folders."""

    name: str
    size: int


class Archive:
    """A zip or tar archive whose names, sizes and kinds were looked at."""

    def __init__(self, container: zipfile.ZipFile | tarfile.TarFile, bounds: ArchiveBounds) -> None:
        self._container = container
        self._bounds = bounds
        self.entries = _checked(container, bounds)

    def open(self, name: str) -> IO[bytes]:
        """Open one file for reading; raises UserError when the archive is broken there."""
        try:
            if isinstance(self._container, zipfile.ZipFile):
                return self._container.open(name)
            stream = self._container.extractfile(name)
        except (*UNREADABLE, KeyError) as error:
            raise unreadable(error) from error
        assert stream is not None, "only plain files are among the entries"
        return stream

    def read(self, name: str) -> bytes:
        """Read one file whole."""
        with self.open(name) as stream:
            return b"".join(self._pieces(stream, name, self._bounds.single))

    def extract(self, folder: Path) -> None:
        """Unpack everything into a folder that isn't there yet: whole, or not at all."""
        if folder.exists():
            raise FileExistsError(folder)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            left = self._bounds.total
            for entry in self.entries:
                target = beside.joinpath(*entry.name.split("/"))
                target.parent.mkdir(parents=True, exist_ok=True)
                with self.open(entry.name) as stream, target.open("xb") as file:
                    for piece in self._pieces(stream, entry.name, min(left, entry.size)):
                        file.write(piece)
                        left -= len(piece)
            os.rename(beside, folder)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise

    def _pieces(self, stream: IO[bytes], name: str, most: int) -> Iterator[bytes]:
        while True:
            try:
                piece = stream.read(PIECE)
            except UNREADABLE as error:
                raise unreadable(error) from error
            if not piece:
                return
            most -= len(piece)
            if most < 0:
                raise unsafe(f"{_short(name)} is larger than it says.")
            yield piece


@contextmanager
def open_archive(source: Path | BinaryIO, bounds: ArchiveBounds | None = None) -> Iterator[Archive]:
    """Open a zip or tar archive (gzip, bzip2, xz too) and look at every entry.

    Raises UserError (422): `archive-unsafe` for names that lead elsewhere, links, devices, twins,
    too much of anything; `archive-unreadable` for what is none. Nothing is written.
    """
    found = bounds or ArchiveBounds()
    with _container(source) as container:
        yield Archive(container, found)


@contextmanager
def _container(source: Path | BinaryIO) -> Iterator[zipfile.ZipFile | tarfile.TarFile]:
    try:
        container: zipfile.ZipFile | tarfile.TarFile
        if zipfile.is_zipfile(source):
            container = zipfile.ZipFile(source)
        elif isinstance(source, Path):
            container = tarfile.open(source)  # noqa: SIM115 - closed below
        else:
            source.seek(0)
            container = tarfile.open(fileobj=source)  # noqa: SIM115
    except UNREADABLE as error:
        raise unreadable(error) from error
    with container:
        yield container


def _checked(
    container: zipfile.ZipFile | tarfile.TarFile, bounds: ArchiveBounds
) -> tuple[ArchiveEntry, ...]:
    files: list[ArchiveEntry] = []
    known: dict[str, bool] = {}
    total = 0
    try:
        listed = (
            _listed_zip(container)
            if isinstance(container, zipfile.ZipFile)
            else _listed_tar(container)
        )
        for number, (name, size, packed, folder, odd) in enumerate(listed, start=1):
            if number > bounds.entries:
                raise unsafe(f"It has more than {bounds.entries} entries.")
            total += size
            _refuse(name, odd, size, packed, bounds)
            if total > bounds.total:
                raise unsafe(f"Unpacked it has more than {bounds.total} bytes.")
            _remember(known, name, folder=folder)
            if not folder:
                files.append(ArchiveEntry(name, size))
    except UNREADABLE as error:
        raise unreadable(error) from error
    return tuple(files)


Listed = Iterator[tuple[str, int, int, bool, str]]
"""Name, size, packed size (0: not known), whether a folder, what is odd about it."""


def _listed_zip(container: zipfile.ZipFile) -> Listed:
    for info in container.infolist():
        mode = info.external_attr >> 16
        odd = ""
        if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or not stat.S_IFMT(mode)):
            odd = "is a link or a device"
        elif info.flag_bits & 1:
            odd = "is encrypted"
        elif info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            odd = "is packed in an unusual way"
        # What the library shows has been cut at a NUL; what it says is what counts.
        yield info.orig_filename, info.file_size, info.compress_size, info.is_dir(), odd


def _listed_tar(container: tarfile.TarFile) -> Listed:
    for info in container:
        odd = "" if info.type in PLAIN_TAR and not info.issparse() else "is a link or a device"
        yield info.name, info.size, 0, info.isdir(), odd


def _refuse(name: str, odd: str, size: int, packed: int, bounds: ArchiveBounds) -> None:
    if why := path_problem(name):
        raise unsafe(f"The name {_short(name)} can't be used: {why}.")
    if odd:
        raise unsafe(f"{_short(name)} {odd}.")
    if size < 0 or size > bounds.single:
        raise unsafe(f"{_short(name)} has {size} bytes; {bounds.single} are the limit.")
    if packed and size > 1024 * 1024 and size / packed > bounds.ratio:
        raise unsafe(f"{_short(name)} unpacks to more than {bounds.ratio} times its size.")


def _remember(known: dict[str, bool], name: str, *, folder: bool) -> None:
    """Refuse twins: names that are one on some systems, and files that are folders as well."""
    parts = unicodedata.normalize("NFC", name.removesuffix("/")).casefold().split("/")
    for end in range(1, len(parts)):
        if known.setdefault("/".join(parts[:end]), True) is False:
            raise unsafe(f"{_short(name)} lies in what is a file as well.")
    key = "/".join(parts)
    if key in known and not (known[key] and folder):
        raise unsafe(f"The name {_short(name)} is there twice.")
    known[key] = folder


def _short(name: str) -> str:
    return ascii(name if len(name) <= 80 else name[:79] + "…")


def unsafe(why: str) -> UserError:
    """The error of an archive that isn't unpacked."""
    return UserError(
        f"The archive isn't unpacked. {why}",
        code="archive-unsafe",
        action="Nothing was written. Pack it anew, with plain files only.",
        status=422,
    )


def unreadable(error: BaseException) -> UserError:
    """The error of a file that is no archive, or a broken one."""
    return UserError(
        f"The archive can't be read: {type(error).__name__}.",
        code="archive-unreadable",
        action="Nothing was written. Look whether the file arrived whole.",
        status=422,
    )
