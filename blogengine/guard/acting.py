"""Which plugin's code is running: so that its writes and its failures are known to be its own."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

NOBODY = ("", -1)

ACTING: ContextVar[tuple[str, int]] = ContextVar("blogengine_acting", default=NOBODY)
"""The plugin whose function is running, and the slot of its call in the flight recorder."""


def acting_plugin() -> str:
    """Return the name of the plugin whose code is running; empty for the engine's own."""
    return ACTING.get()[0]


@contextmanager
def acting_as(plugin: str) -> Iterator[None]:
    """Run what follows as a plugin's, outside of any guarded call: its commands, its importers."""
    token = ACTING.set((plugin, -1))
    try:
        yield
    finally:
        ACTING.reset(token)


def stopped_by_hand(error: BaseException) -> bool:
    """Whether an error is a real Ctrl-C: raised by plugin code it is a fault like any other.

    The signal only ever reaches the main thread, and a starting worker has it blocked.
    """
    if not isinstance(error, KeyboardInterrupt):
        return False
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    main = threading.current_thread() is threading.main_thread()
    return main and signal.SIGINT not in blocked
