"""The master's part: workers that come up, fail to, or have to be given up."""

from __future__ import annotations

import logging
import time
from typing import Any

from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer

log = logging.getLogger(__name__)

BOOT_PAUSE = 1.0


class Overseer(Arbiter):
    """gunicorn's arbiter, which doesn't give up a site that has been served.

    Its own exit codes for a failed start are 3 and 4. A plugin that calls `os._exit(3)` would
    stop the whole server by them, hence other ones.
    """

    WORKER_BOOT_ERROR = 113
    APP_LOAD_ERROR = 114

    def reap_workers(self) -> None:
        """Bury ended workers; only before the first has come up does a failed start end it all."""
        try:
            super().reap_workers()
        except HaltServer as halt:
            server: Any = self.app
            if not server.has_served():
                raise
            log.error("A new worker couldn't start: %s Trying again.", halt.reason)
            time.sleep(BOOT_PAUSE)  # not as fast as it can fail
