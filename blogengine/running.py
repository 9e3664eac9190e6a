"""Which plugin's code is running: so that its writes, acts and failures are known as its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
