"""gunicorn's own lines, through the engine's handler and in its format."""

from __future__ import annotations

import logging

from gunicorn.config import Config
from gunicorn.glogging import Logger


class GunicornLog(Logger):
    """gunicorn's logger without handlers of its own."""

    def setup(self, cfg: Config) -> None:
        self.cfg = cfg
        self.error_log.setLevel(logging.WARNING)
        for logger in (self.error_log, self.access_log):
            logger.handlers = []
            logger.propagate = True
        self.access_log.disabled = True  # the engine writes a line for each request
