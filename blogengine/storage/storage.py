"""What every storage can do: five methods, and the words its keys are made of."""

from __future__ import annotations

import errno
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from blogengine.errors import OperatorError

LONGEST_KEY = 200
KEY = re.compile(r"[a-z0-9][a-z0-9_-]*(?:[./][a-z0-9][a-z0-9_-]*)*")
PIECE = 256 * 1024
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What a system says when there is no room: the disk's, the user's, or for one file."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is kept: how large it is, and when it was put there."""

    key: str
    size: int
    at: datetime


class Opened(Protocol):
    """A kept file that is being read."""

    def read(self, size: int = -1, /) -> bytes: ...

    def close(self) -> None: ...


class Storage(ABC):
    """Files under keys such as `ab/ab12.jpg`: small letters, digits, `-`, `_`, `.` and `/`.

    A key of a plugin begins with the plugin's name and a slash. What is kept is whole: a file
    that couldn't be stored to its end isn't there. Every method raises ValueError for a key that
    can't be one, OperatorError 507 when there is no room, and Retryable or OperatorError when the
    storage can't be reached.
    """

    @abstractmethod
    def put(self, key: str, stream: BinaryIO) -> Kept:
        """Keep what is left of a stream; a file of this key is replaced at once or not at all."""

    @abstractmethod
    def open(self, key: str, start: int = 0) -> Opened:
        """Return a kept file, to be read from a byte on and closed. Raises NotFound."""

    @abstractmethod
    def find(self, key: str) -> Kept | None:
        """Return what is known of a file, None when there is none."""

    @abstractmethod
    def delete(self, key: str) -> bool:
        """Delete a file; return whether there was one."""

    @abstractmethod
    def kept(self, prefix: str = "") -> Iterator[Kept]:
        """Yield all files whose keys begin so, in the order of their keys."""


def checked_key(key: str) -> str:
    """Return the key; raises ValueError for one that can't be used on every storage."""
    if len(key) > LONGEST_KEY or not KEY.fullmatch(key):
        raise ValueError(f"{key!r} can't be the key of a file.")
    return key


def storage_full(where: str) -> OperatorError:
    """The error for a file there is no room for."""
    return OperatorError(
        f"There is no room left {where}, so the file wasn't stored.",
        code="storage-full",
        action="Nothing was kept of it. Make room, or ask the operator to, then send it again.",
        status=507,
        exit_code=74,
    )
