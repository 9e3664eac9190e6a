"""What is remembered of a failure and of a call's cost, within one process."""

from __future__ import annotations

import sys
import threading
import traceback
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType

LONGEST_TRACE = 8000


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure, as it was seen.

    `kind` is error, type, slow, hang, exit, memory, database, import or migration; `error` says
    it in a line, `trace` is the traceback; `request` is the id of the request it happened in.
    """

    plugin: str
    hook: str
    error: str
    kind: str = "error"
    trace: str = ""
    request: str = ""
    at: datetime | None = None


@dataclass(slots=True)
class Cost:
    """What the calls of one hook of a plugin cost in this process, in nanoseconds."""

    calls: int = 0
    failures: int = 0
    slow: int = 0
    total: int = 0
    worst: int = 0


def place_of(error: BaseException) -> str:
    """Return where an error was raised, as ` (file.py:12)`, for a message that fits on a line."""
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""


def trace_of(error: BaseException) -> str:
    """Return an error's traceback, its end when it is long."""
    try:
        text = "".join(traceback.format_exception(error))
    except Exception:  # an exception may fail at telling what it is
        text = "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__
    return text[-LONGEST_TRACE:]


def trace_of_thread(ident: int) -> str:
    """Return where another thread is right now."""
    frame: FrameType | None = sys._current_frames().get(ident)
    if frame is None:
        return ""
    return "".join(traceback.format_stack(frame))[-LONGEST_TRACE:]


def main_thread() -> int:
    ident = threading.main_thread().ident
    return ident if ident is not None else 0
