"""Which plugin's code is running: so that its writes and its failures are known to be its own."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from blogengine.guard.calls import Running

RUNNING: ContextVar[Running | None] = ContextVar("blogengine_running", default=None)
"""The innermost guarded call that is under way here."""

COMMAND: ContextVar[str] = ContextVar("blogengine_command", default="")
"""The plugin whose command or importer is running, which no guard surrounds."""


def acting_plugin() -> str:
    """Return the name of the plugin whose code is running; empty for the engine's own."""
    running = RUNNING.get()
    return running.call.plugin if running is not None else COMMAND.get()


@contextmanager
def acting_as(plugin: str) -> Iterator[None]:
    """Run what follows as a plugin's, outside of any guarded call: its commands, its importers."""
    token = COMMAND.set(plugin)
    try:
        yield
    finally:
        COMMAND.reset(token)


def stopped_by_hand(error: BaseException) -> bool:
    """Whether an error is a real Ctrl-C: raised by plugin code it is a fault like any other.

    The signal only ever reaches the main thread, and a starting worker has it blocked.
    """
    if not isinstance(error, KeyboardInterrupt):
        return False
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    main = threading.current_thread() is threading.main_thread()
    return main and signal.SIGINT not in blocked
