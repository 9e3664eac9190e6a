"""Where log lines go: one handler on the root logger."""

from __future__ import annotations

import logging
import threading
from typing import IO

log = logging.getLogger(__name__)


class Lines(logging.StreamHandler[IO[str]]):
    """Writes lines and keeps quiet about a line that can't be written.

    The library's own complaint would print the record's arguments as they are, secrets included.
    """

    def handleError(self, record: logging.LogRecord) -> None:
        del record


def log_to(stream: IO[str], formatter: logging.Formatter, level: int) -> Lines:
    """Return a handler on the root logger; one that is there already, as in tests, stays alone."""
    handler = Lines(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(handler)
        root.setLevel(level)
    return handler


def name_threads() -> None:
    """Log what a thread dies of, and Python's warnings, like everything else."""

    def died(arguments: threading.ExceptHookArgs) -> None:
        error = arguments.exc_value
        if error is None or isinstance(error, SystemExit):
            return
        name = arguments.thread.name if arguments.thread is not None else "?"
        log.error("The thread %s ended by an error.", name, exc_info=error)

    threading.excepthook = died
    logging.captureWarnings(True)
