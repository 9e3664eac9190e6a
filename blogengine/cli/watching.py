"""The watch over a command: a plugin that hangs is interrupted, the command goes on."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType

from blogengine.config import Config
from blogengine.guard import FlightRecorder, PluginHung, Process, Running, lost_flights
from blogengine.serving import run_folder, serves

INTERRUPTED_WITHIN = 5.0
BUG = 70


def watched(config: Config) -> Process:
    """Return how this command's process is watched."""
    run = run_folder(config)
    signal.signal(signal.SIGALRM, _interrupt)
    return Process(
        recorder=FlightRecorder(run),
        on_hang=interrupt,
        found=list(lost_flights(run, lambda pid: serves(config, pid))),
    )


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise PluginHung


def interrupt(hanging: Sequence[Running]) -> None:
    """Raise PluginHung in the call that hangs; end the process when that doesn't help."""
    main = threading.main_thread().ident
    stuck = [running for running in hanging if running.thread == main]
    if not stuck or main is None:
        return
    signal.pthread_kill(main, signal.SIGALRM)
    given_up = threading.Timer(INTERRUPTED_WITHIN, _give_up, (stuck[0],))
    given_up.daemon = True
    given_up.start()


def _give_up(running: Running) -> None:
    if not running.over:
        call = running.call
        sys.stderr.write(
            f"Error: The plugin {call.plugin} hangs in {call.hook} and can't be interrupted.\n"
            f"  What was saved before is saved. Disable it: blogengine plugin disable "
            f"{call.plugin}\n"
        )
        sys.stderr.flush()
        os._exit(BUG)
