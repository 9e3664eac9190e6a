"""The watch over a process: calls that hang, and the sharing of what was seen."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from blogengine.guard.blaming import blame_hanging, blame_lost
from blogengine.guard.calls import Running
from blogengine.guard.flights import FlightRecorder, Lost
from blogengine.guard.sharing import Sharing
from blogengine.guard.wrapping import Guard

TICK = 0.2
EXCHANGE_SECONDS = 1.0
COSTS_SECONDS = 10.0

log = logging.getLogger(__name__)


def _nothing_lost() -> Iterable[Lost]:
    return ()


@dataclass(frozen=True, slots=True)
class Process:
    """How a process that runs plugins is watched.

    `found` are the deaths known when it starts, `lost()` returns later ones. `on_hang` gets calls
    that have just been found hanging, after they were recorded and shared; `too_large` is called
    when a plugin has made the process grow too much.
    """

    recorder: FlightRecorder
    on_hang: Callable[[Sequence[Running]], None]
    found: Sequence[Lost] = ()
    lost: Callable[[], Iterable[Lost]] = _nothing_lost
    too_large: Callable[[], object] = lambda: None


class Watch:
    """A thread that looks at the running calls a few times a second.

    `also` is called about once a second, for whoever has something to share as well.
    """

    def __init__(
        self,
        guard: Guard,
        sharing: Sharing,
        process: Process,
        also: Callable[[], object] = lambda: None,
    ) -> None:
        self._also = also
        self._guard = guard
        self._sharing = sharing
        self._process = process
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name="blogengine-watch", daemon=True)

    def start(self) -> None:
        """Blame the dead of before, and begin."""
        for lost in self._process.found:
            blame_lost(self._guard, lost)
        self._guard.wake = self._woken.set
        self._guard.too_large = self._process.too_large
        self._sharing.exchange(self._guard)
        self._thread.start()

    def stop(self) -> None:
        """End the watch and share what is left."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self._sharing.exchange(self._guard)
        self._also()

    def _run(self) -> None:
        exchanged = told_costs = time.monotonic()
        while not self._stopping.wait(TICK):
            try:
                hanging = self._guard.hanging()
                for running in hanging:
                    blame_hanging(self._guard, running)
                now = time.monotonic()
                due = now - exchanged >= EXCHANGE_SECONDS
                if due:
                    for lost in self._process.lost():
                        blame_lost(self._guard, lost)
                if due or hanging or self._woken.is_set():
                    self._woken.clear()
                    with_costs = now - told_costs >= COSTS_SECONDS
                    self._sharing.exchange(self._guard, with_costs=with_costs)
                    exchanged = now
                    told_costs = now if with_costs else told_costs
                    self._also()
                if hanging:
                    self._process.on_hang(hanging)
            except Exception:  # the watch must not end before the process does
                log.exception("The watch over plugins failed once")
