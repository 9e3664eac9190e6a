"""The one boundary around plugin code: a failure is logged, counted and answered neutrally.

Isolation is against mistakes, not against malice: a plugin is Python in this process.
"""

from __future__ import annotations

import functools
import logging
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from werkzeug.exceptions import HTTPException

from blogengine.errors import BlogError

FAILURES = 5
WINDOW_SECONDS = 60.0
PAUSE_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 3600.0

log = logging.getLogger("blogengine.plugins")


@dataclass(slots=True)
class Circuit:
    """Counts one plugin's failures; open, it keeps the plugin from being called for a while."""

    failures: deque[float] = field(default_factory=lambda: deque(maxlen=FAILURES))
    open_until: float = 0.0
    pause: float = PAUSE_SECONDS
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def closed(self, now: float) -> bool:
        return now >= self.open_until

    def failed(self, now: float) -> bool:
        """Count a failure; return whether it opened the circuit."""
        with self.lock:
            if now - self.open_until > LONGEST_PAUSE_SECONDS:
                self.pause = PAUSE_SECONDS  # it did well for long: an old story is forgotten
            self.failures.append(now)
            if len(self.failures) < FAILURES or now - self.failures[0] > WINDOW_SECONDS:
                return False
            self.open_until = now + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE_SECONDS)
            self.failures.clear()
            return True


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure, as it was seen."""

    plugin: str
    hook: str
    error: str


def place_of(error: BaseException) -> str:
    """Return where an error was raised, as ` (file.py:12)`, for a message that fits on a line."""
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""


class Guard:
    """Wraps the plugins' functions of one app.

    `strict` lets errors through: tests and development must see them, visitors must not.
    """

    def __init__(
        self,
        *,
        strict: bool = False,
        clock: Callable[[], float] = time.monotonic,
        recover: Callable[[], object] = lambda: None,
    ):
        self.strict = strict
        self.clock = clock
        self.recover = recover
        self.circuits: dict[str, Circuit] = {}
        self.faults: deque[Fault] = deque(maxlen=100)

    def wrap(
        self,
        plugin: str,
        hook: str,
        function: Callable[..., Any],
        neutral: Any = None,
        *,
        answers: bool = False,
    ) -> Callable[..., Any]:
        """Return the function so guarded that it answers `neutral` instead of raising.

        Where the function `answers` a request itself, the engine's own errors and HTTP's pass:
        a view that says 404 means it. A widget that does has failed.
        """
        circuit = self.circuits.setdefault(plugin, Circuit())

        @functools.wraps(function)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not circuit.closed(self.clock()):
                return neutral
            try:
                return function(*args, **kwargs)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                if answers and isinstance(error, BlogError | HTTPException):
                    raise
                # SystemExit too: a plugin that calls sys.exit() must not end the worker.
                if self.strict:
                    raise
                self.report(plugin, hook, error)
                self.recover()
                return neutral

        return guarded

    def report(self, plugin: str, hook: str, error: BaseException) -> None:
        """Log and count one failure of a plugin."""
        said = f"{error!r}{place_of(error)}"
        self.faults.append(Fault(plugin, hook, said))
        log.error(
            "Plugin %s failed in %s: %s",
            plugin,
            hook,
            said,
            exc_info=error,
            extra={"plugin": plugin, "hook": hook},
        )
        circuit = self.circuits.setdefault(plugin, Circuit())
        if circuit.failed(self.clock()):
            log.error(
                "Plugin %s is paused after %d failures in %d seconds. "
                "Switch it off with: blogengine plugin disable %s",
                plugin,
                FAILURES,
                WINDOW_SECONDS,
                plugin,
                extra={"plugin": plugin, "hook": hook},
            )

    def paused(self, plugin: str) -> bool:
        """Whether a plugin isn't called at the moment because it failed too often."""
        circuit = self.circuits.get(plugin)
        return circuit is not None and not circuit.closed(self.clock())
