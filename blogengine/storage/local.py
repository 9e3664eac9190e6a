"""Files in a folder of this machine: `instance/media`."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from blogengine.clock import utcnow
from blogengine.errors import NotFound, OperatorError
from blogengine.storage.storage import FULL, PIECE, Kept, Storage, checked_key, storage_full

PARTS = ".parts"
"""Where a file is written until it is whole; no key begins with a dot."""

LEFT_SECONDS = 24 * 3600
"""After that a part belongs to a process that was killed."""


class LocalStorage(Storage):
    """Keeps files in a folder; a key is a path in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, key: str, stream: BinaryIO) -> Kept:
        target = self.folder / checked_key(key)
        parts = self.folder / PARTS
        try:
            parts.mkdir(parents=True, exist_ok=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            self._forget_parts(parts)
            handle, part = tempfile.mkstemp(dir=parts)
            try:
                with os.fdopen(handle, "wb") as file:
                    while piece := stream.read(PIECE):
                        file.write(piece)
                    file.flush()
                    os.fsync(file.fileno())
                os.chmod(part, 0o640)
                os.replace(part, target)
            except BaseException:
                with suppress(FileNotFoundError):
                    os.unlink(part)
                raise
        except OSError as error:
            raise self._refused(error) from error
        return _kept(key, target)

    def open(self, key: str, start: int = 0) -> BinaryIO:
        try:
            file = (self.folder / checked_key(key)).open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise no_file(key) from error
        except OSError as error:
            raise self._refused(error) from error
        file.seek(start)
        return file

    def find(self, key: str) -> Kept | None:
        path = self.folder / checked_key(key)
        try:
            return _kept(key, path) if path.is_file() else None
        except FileNotFoundError:  # deleted meanwhile
            return None

    def delete(self, key: str) -> bool:
        path = self.folder / checked_key(key)
        try:
            path.unlink()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return False
        except OSError as error:
            raise self._refused(error) from error
        for folder in path.parents:
            if folder == self.folder:
                break
            try:
                folder.rmdir()
            except OSError:  # others stand in it
                break
        return True

    def kept(self, prefix: str = "") -> Iterator[Kept]:
        found = []
        for folder, folders, files in os.walk(self.folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in files:
                key = Path(folder, name).relative_to(self.folder).as_posix()
                if key.startswith(prefix) and not name.startswith("."):
                    found.append(key)
        for key in sorted(found):
            with suppress(FileNotFoundError):
                yield _kept(key, self.folder / key)

    def _forget_parts(self, parts: Path) -> None:
        for part in parts.iterdir():
            with suppress(FileNotFoundError):
                if part.stat().st_mtime < utcnow().timestamp() - LEFT_SECONDS:
                    part.unlink()

    def _refused(self, error: OSError) -> OperatorError:
        if error.errno in FULL:
            return storage_full("on the disk of the uploads")
        return OperatorError(
            f"The folder of the uploads, {self.folder}, can't be used: {error.strerror}.",
            code="storage-not-writable",
            action="Give this user the right to read and write there.",
            exit_code=73,
        )


def _kept(key: str, path: Path) -> Kept:
    state = path.stat()
    return Kept(key, state.st_size, datetime.fromtimestamp(state.st_mtime, UTC))


def no_file(key: str) -> NotFound:
    """The error for a key under which nothing is kept."""
    return NotFound(
        f"The file {key} isn't in the storage any more.",
        code="storage-missing",
        action="Upload it again, or bring it back from a backup.",
    )
