"""Password hashes: argon2id, 19 MiB, two passes, one lane, about 50 ms.

The library's own 64 MiB would let a few sign-ins at once fill a small machine. At most two hashes
are computed at a time in a process; others wait their turn, and not for long.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from blogengine.errors import Retryable

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
AT_ONCE = 2
WAIT_SECONDS = 10.0


class Hashing:
    """Makes and checks password hashes. A text is taken as it is, in UTF-8."""

    def __init__(self) -> None:
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher

        return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)

    @cached_property
    def _nobodys(self) -> str:
        """The hash that an unknown account's password is compared with: equal work, never right."""
        from blogengine.identity.references import new_reference

        return self._hasher.hash(new_reference())

    def hash(self, password: str) -> str:
        """Return the hash to store, with its parameters in it."""
        with self._turn():
            return self._hasher.hash(_bytes(password))

    def check(self, stored: str, password: str) -> bool:
        """Tell whether a password is the stored one; without any it takes as long and is False."""
        from argon2.exceptions import InvalidHashError, VerificationError

        with self._turn():
            try:
                self._hasher.verify(stored or self._nobodys, _bytes(password))
            except (VerificationError, InvalidHashError):
                return False
            return bool(stored)

    def outdated(self, stored: str) -> bool:
        """Tell whether a hash was made with other parameters than today's."""
        from argon2.exceptions import InvalidHashError

        try:
            return self._hasher.check_needs_rehash(stored)
        except InvalidHashError:
            return True

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=WAIT_SECONDS):
            raise Retryable(
                "Too many people are signing in at this moment.",
                code="sign-in-busy",
                action="Try again in a few seconds.",
            )
        try:
            yield
        finally:
            self._turns.release()


def _bytes(password: str) -> bytes:
    # What a browser never sends is wrong, not a crash.
    return password.encode("utf-8", "surrogatepass")
