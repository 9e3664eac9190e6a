"""One plugin's circuit: it counts failures and, open, keeps the plugin from being called."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

FAILURES = 5
WINDOW_SECONDS = 60.0
PAUSE_SECONDS = 60.0
LONGEST_PAUSE = 3600.0
DEADLY_PAUSE = 3600.0
LONGEST_DEADLY_PAUSE = 24 * 3600.0

Failure = tuple[float, int]
"""Until when a failure counts, and for how many it does."""


@dataclass(slots=True)
class Circuit:
    """Times are seconds since the epoch, so that processes can share them.

    `why` says in a sentence what opened it. Once the pause is over the plugin is called again, on
    trial: its next failure opens the circuit at once, for twice as long.
    """

    failures: list[Failure] = field(default_factory=list)
    open_until: float = 0.0
    pause: float = PAUSE_SECONDS
    why: str = ""
    unfit: bool = False
    news: list[Failure] = field(default_factory=list)
    opened_here: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def closed(self, now: float) -> bool:
        return now >= self.open_until

    def failed(self, now: float, *, weight: int = 1, lasting: float = WINDOW_SECONDS) -> bool:
        """Count a failure that counts for so long; return whether it opened the circuit."""
        with self.lock:
            if not self.closed(now):
                return False
            failure = (now + lasting, weight)
            self.news.append(failure)
            self.failures = [item for item in self.failures if item[0] > now] + [failure]
            on_trial = self.open_until and now - self.open_until < self.pause
            if sum(count for _until, count in self.failures) < FAILURES and not on_trial:
                return False
            self.open(now)
            return True

    def trip(self, now: float, why: str, *, unfit: bool = False) -> None:
        """Open at once and for long: the plugin cost a whole process.

        `unfit` says that it did while it was loaded, so that it isn't even loaded meanwhile.
        """
        with self.lock:
            self.pause = max(self.pause, DEADLY_PAUSE)
            self.why, self.unfit = why, unfit
            self.open(now, LONGEST_DEADLY_PAUSE)

    def open(self, now: float, longest: float = LONGEST_PAUSE) -> None:
        """Open it; the caller holds the lock."""
        if now - self.open_until > longest:
            # It did well for long, or never failed: an old story is forgotten.
            self.pause = DEADLY_PAUSE if longest == LONGEST_DEADLY_PAUSE else PAUSE_SECONDS
        self.open_until = now + self.pause
        self.pause = min(self.pause * 2, longest)
        self.failures = []
        self.opened_here = True

    def forget(self) -> None:
        """Call the plugin again as if nothing had been."""
        with self.lock:
            self.failures, self.news = [], []
            self.open_until, self.pause, self.why = 0.0, PAUSE_SECONDS, ""
            self.unfit = self.opened_here = False
