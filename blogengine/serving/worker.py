"""A worker's part: come up under a watch, and go when a plugin has made it useless."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from blogengine.guard import FlightRecorder, Running
from blogengine.serving.page_builds import PageBuilds

OTHERS_SECONDS = 2.0
"""How long the other requests of a worker that is given up may take to finish."""

BOOT_SECONDS = 60.0
BEAT_SECONDS = 1.0
TICK = 0.05
GIVEN_UP = 1

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)

log = logging.getLogger(__name__)


class Retirement:
    """How a worker ends before its time."""

    def __init__(self, recorder: FlightRecorder) -> None:
        self._recorder = recorder
        self._lock = threading.Lock()
        self.builds: PageBuilds | None = None
        self.hung = 0

    def give_up(self, hanging: Sequence[Running]) -> None:
        """End the process: it has threads that never come back.

        New requests go to the other workers from now on; those under way get a moment.
        """
        self.hung += len({running.thread for running in hanging})
        log.error(
            "The worker %d is given up: %s",
            os.getpid(),
            ", ".join(f"{one.call.plugin} hangs in {one.call.hook}" for one in hanging),
        )
        if self.builds is not None:
            os.kill(os.getpid(), signal.SIGTERM)  # gunicorn accepts nothing more
            end = time.monotonic() + OTHERS_SECONDS
            while time.monotonic() < end and self.builds.under_way > self.hung:
                time.sleep(TICK)
        self._recorder.close()
        os._exit(GIVEN_UP)

    def grow_old(self) -> None:
        """End in order once every request is answered: the memory goes back with the process."""
        if self._lock.acquire(blocking=False):
            log.error("The worker %d has grown too large and is replaced.", os.getpid())
            os.kill(os.getpid(), signal.SIGTERM)


def keep_beating(worker: Any) -> threading.Event:
    """Tell the master that a starting worker lives, until the event is set or it takes too long.

    The master's patience is short, so that a thread that holds the interpreter's lock for ever is
    noticed; a start on a busy machine may need more.
    """
    booted = threading.Event()

    def beat() -> None:
        # A signal this thread took would be handled in the main one, which has it blocked.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        end = time.monotonic() + BOOT_SECONDS
        with suppress(ValueError):  # the file is closed: told to stop before it had started
            while time.monotonic() < end and not booted.wait(BEAT_SECONDS):
                worker.notify()

    threading.Thread(target=beat, name="blogengine-boot", daemon=True).start()
    return booted


def restart_on_change(places: Sequence[Path]) -> None:
    """End this worker when a file of a plugin or the engine changes, comes or goes."""

    def state() -> dict[Path, int]:
        found = {}
        for place in places:
            for path in [place] if place.is_file() else place.rglob("*"):
                if path.suffix == ".pyc" or path.name == "__pycache__":
                    continue
                try:
                    found[path] = path.stat().st_mtime_ns
                except OSError:
                    continue
        return found

    before = state()

    def look() -> None:
        while True:
            time.sleep(0.3)
            if state() != before:
                log.warning("Files have changed; the site is built again.")
                os.kill(os.getpid(), signal.SIGTERM)
                return

    threading.Thread(target=look, name="blogengine-reload", daemon=True).start()
