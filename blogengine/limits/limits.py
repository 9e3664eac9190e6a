"""`site.limits`: how often somebody may do something."""

from __future__ import annotations

import hashlib
import logging
import math
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from limits import RateLimitItem, parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter, RateLimiter

from blogengine.clock import utcnow
from blogengine.errors import TooMany
from blogengine.limits.cache import cache_storage
from blogengine.limits.storage import TableStorage, local_storage

T = TypeVar("T")

MOST_MOMENTS = 100
"""Up to this number each hit's time is kept, and the limit holds over any stretch of time.

Above it hits are only counted, in windows that begin with the first one.
"""

AWAY_SECONDS = 30.0
"""How long a storage that failed isn't asked again."""

PRUNE_EVERY = 1000
LONGEST_NAME = 80

log = logging.getLogger(__name__)


class Limits:
    """Counts for all processes of a site; for this one alone while the shared storage is away.

    A limit is never simply off: a guest isn't turned away because a server is down, and a password
    can't be guessed without bound meanwhile.
    """

    def __init__(self, storage: Storage, secret: str) -> None:
        self._secret = secret.encode()
        self._shared = _Counters(storage)
        self._local = _Counters(local_storage())
        self._lock = threading.Lock()
        self._away_until = 0.0
        self._hits = 0

    def hit(self, name: str, key: str, *, rate: str, cost: int = 1) -> None:
        """Count that somebody does something, or refuse it.

        `name` says what (a plugin begins it with its own name), `key` who: `address_key(…)`, an
        account's number. `rate` is `"10/minute"`, `"20 per 15 minutes"`. Keys are stored as keyed
        hashes only. Raises TooMany with the seconds to wait; a refused hit isn't counted in a
        moving window.
        """
        item, stored = parse(rate), self._stored(name, key)
        if self._ask(lambda counters: counters.of(item).hit(item, stored, cost=cost)):
            self._prune_sometimes()
            return
        wait = self._wait(item, stored)
        raise TooMany(
            f"That was too often: {item.amount} in {spoken(item.get_expiry())} is the limit.",
            code="too-many-requests",
            action=f"Wait {spoken(wait)}, then try again.",
            retry_after=wait,
        )

    def left(self, name: str, key: str, *, rate: str) -> int:
        """Return how often it may still be done, without counting."""
        item, stored = parse(rate), self._stored(name, key)
        return self._ask(
            lambda counters: counters.of(item).get_window_stats(item, stored)
        ).remaining

    def forget(self, name: str, key: str, *, rate: str) -> None:
        """Forget what was counted: a sign-in that succeeds forgives the attempts before it."""
        item, stored = parse(rate), self._stored(name, key)
        self._ask(lambda counters: counters.of(item).clear(item, stored))

    def prune(self) -> int:
        """Delete counts that are over; return how many. A job does it; nothing depends on it."""
        return self._ask(lambda counters: counters.prune())

    def _wait(self, item: RateLimitItem, stored: str) -> int:
        stats = self._ask(lambda counters: counters.of(item).get_window_stats(item, stored))
        seconds = math.ceil(stats.reset_time - utcnow().timestamp())
        return min(max(1, seconds), item.get_expiry())

    def _stored(self, name: str, key: str) -> str:
        digest = hashlib.blake2b(
            key.encode("utf-8", "replace"), key=self._secret[:64], digest_size=16
        )
        return f"{name[:LONGEST_NAME]}:{digest.hexdigest()}"

    def _ask(self, question: Callable[[_Counters], T]) -> T:
        """Ask the shared storage; when it fails, this process's own for a while."""
        if time.monotonic() >= self._away_until:
            try:
                return question(self._shared)
            except self._shared.failures as error:
                self._away_until = time.monotonic() + AWAY_SECONDS
                log.warning("Limits are counted by each process alone for a while: %s", error)
        return question(self._local)

    def _prune_sometimes(self) -> None:
        with self._lock:
            self._hits += 1
            due = self._hits % PRUNE_EVERY == 0
        if due:
            self._local.prune()
            self.prune()


class _Counters:
    """The library's two strategies on one storage."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._moving = MovingWindowRateLimiter(storage)
        self._fixed = FixedWindowRateLimiter(storage)
        kinds = storage.base_exceptions
        self.failures: tuple[type[Exception], ...] = (
            *(kinds if isinstance(kinds, tuple) else (kinds,)),
            OSError,
        )

    def of(self, item: RateLimitItem) -> RateLimiter:
        return self._moving if item.amount <= MOST_MOMENTS else self._fixed

    def prune(self) -> int:
        return self._storage.prune() if isinstance(self._storage, TableStorage) else 0


def spoken(seconds: int) -> str:
    """Return a length of time as people say it: `90 seconds`, `15 minutes`, `an hour`."""
    if seconds > 3600 and seconds % 3600 == 0:
        return f"{seconds // 3600} hours"
    if seconds == 3600:
        return "an hour"
    if seconds > 120 and seconds % 60 == 0:
        return f"{seconds // 60} minutes"
    return "a minute" if seconds == 60 else f"{seconds} second{'s' if seconds != 1 else ''}"


def open_limits(secret: str, cache_url: str = "") -> Limits:
    """Return the limits of the running app: on the shared cache, else on its runtime database.

    Raises OperatorError when the cache's address can't be used.
    """
    from blogengine.db import db

    storage = cache_storage(cache_url) if cache_url else TableStorage(db.counting_engine)
    return Limits(storage, secret)
