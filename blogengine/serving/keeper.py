"""Keeping one jobs process running: beside the workers of `serve`, or alone."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from blogengine.config import Config
from blogengine.errors import OperatorError
from blogengine.jobs import LOCK, locked_by_another
from blogengine.serving.jobs import LEAVE_SECONDS, JobsProcess
from blogengine.serving.run_folder import run_folder

TICK = 0.5

log = logging.getLogger(__name__)


class Keeper:
    """Keeps one jobs process running: starts it, starts it again when it ends, ends it.

    `before` is called in the child, to let go of what belongs to the parent.
    """

    QUICK_SECONDS = 10.0
    LONGEST_PAUSE = 60.0

    def __init__(
        self, config: Config, *, reload: bool = False, before: Callable[[], object] = lambda: None
    ) -> None:
        self._config = config
        self._reload = reload
        self._before = before
        self._pid = 0
        self._began = 0.0
        self._pause = 0.0
        self._not_before = 0.0
        self._well = False

    def look(self) -> None:
        """Start the process if it isn't there, unless it has just ended too quickly."""
        self.bury()
        if not self._pid and time.monotonic() >= self._not_before:
            self._start()

    def bury(self) -> None:
        """Notice that the process has ended."""
        if self._pid and self._gone():
            self._buried()

    def replace(self) -> None:
        """Let the process end with the jobs it is at; the next look starts another."""
        if self._pid:
            self._signal(signal.SIGTERM)
            self._pause = self._not_before = 0.0

    def stop(self) -> None:
        """Ask the process to end."""
        self._not_before = float("inf")
        self._signal(signal.SIGTERM)

    def end(self, seconds: float) -> None:
        """Wait until the process has ended, and end it when that takes too long."""
        end = time.monotonic() + seconds
        while self._pid and not self._gone() and time.monotonic() < end:
            time.sleep(0.05)
        if self._pid and not self._gone():
            self._signal(signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(self._pid, 0)
        self._pid = 0

    def _start(self) -> None:
        self._began = time.monotonic()
        self._pid = os.fork()
        if self._pid:
            return
        code = 1
        try:
            parent = os.getppid()
            self._before()
            JobsProcess(self._config, parent=parent, reload=self._reload).run()
            code = 0
        except BaseException:
            log.exception("The jobs process ended")
        finally:
            logging.shutdown()
            os._exit(code)

    def _gone(self) -> bool:
        try:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
        except ChildProcessError:  # somebody else in this process has buried it
            return True
        self._well = pid == self._pid and status == 0
        return pid == self._pid

    def _buried(self) -> None:
        (run_folder(self._config) / f"jobs-{self._pid}").unlink(missing_ok=True)
        lived = time.monotonic() - self._began
        if not self._well and lived < self.QUICK_SECONDS:
            self._pause = min(self._pause * 2 or 1.0, self.LONGEST_PAUSE)
            log.error("The jobs process ended at once; it is started again in %g s.", self._pause)
        else:
            if not self._well:
                log.warning("The jobs process %d ended; it is started again.", self._pid)
            self._pause = 0.0
        self._not_before = time.monotonic() + self._pause
        self._pid = 0

    def _signal(self, number: int) -> None:
        if self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, number)


def work_alone(config: Config) -> None:
    """Carry out a site's jobs without serving it, until a signal ends it.

    For machines that share a PostgreSQL with those that serve. Raises OperatorError when this
    machine carries out the site's jobs already.
    """
    if locked_by_another(run_folder(config) / LOCK):
        raise OperatorError(
            f"The jobs of the site in {config.folder} are carried out here already.",
            code="jobs-already-running",
            action="`blogengine serve` does it by itself; stop that process first.",
            exit_code=69,
        )
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    keeper = Keeper(config)
    keeper.look()
    while not stopping.wait(TICK):
        keeper.look()
    keeper.stop()
    keeper.end(LEAVE_SECONDS)
