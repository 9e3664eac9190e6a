"""The master's part: workers and the jobs process that come up, fail to, or are given up."""

from __future__ import annotations

import logging
import signal
import time
from typing import Any

from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer

from blogengine.serving.keeper import Keeper

log = logging.getLogger(__name__)

BOOT_PAUSE = 1.0
JOBS_END_WITHIN = 5.0
"""Seconds for the jobs process once the workers have ended."""


class Overseer(Arbiter):
    """gunicorn's arbiter, which doesn't give up a site that has been served.

    Its own exit codes for a failed start are 3 and 4. A plugin that calls `os._exit(3)` would
    stop the whole server by them, hence other ones.
    """

    WORKER_BOOT_ERROR = 113
    APP_LOAD_ERROR = 114

    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self._jobs = Keeper(
            server.site_config, reload=server.options.reload, before=self._become_child
        )

    def manage_workers(self) -> None:
        """Keep the workers, and the jobs process, as many as they should be."""
        super().manage_workers()
        self._jobs.look()

    def reload(self) -> None:
        """Replace all processes gracefully: they build the site anew."""
        self._jobs.replace()
        super().reload()

    def stop(self, graceful: bool = True) -> None:
        """End all processes; requests and jobs under way are finished when it is to be graceful."""
        self._jobs.stop()
        super().stop(graceful)
        self._jobs.end(JOBS_END_WITHIN if graceful else 0.0)

    def _become_child(self) -> None:
        """Let go of the master's sockets and signals in a process that is no worker."""
        for number in self.SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for listener in self.LISTENERS:
            listener.close()
        for worker in self.WORKERS.values():
            worker.tmp.close()

    def reap_workers(self) -> None:
        """Bury ended workers; only before the first has come up does a failed start end it all."""
        self._jobs.bury()
        try:
            super().reap_workers()
        except HaltServer as halt:
            server: Any = self.app
            if not server.has_served():
                raise
            log.error("A new worker couldn't start: %s Trying again.", halt.reason)
            time.sleep(BOOT_PAUSE)  # not as fast as it can fail
