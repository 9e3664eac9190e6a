"""`instance/run/`: which processes serve a site, and how they are replaced."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from pathlib import Path
from typing import IO

from blogengine.config import Config
from blogengine.errors import OperatorError, Retryable

REPLACED_WITHIN = 40.0
TICK = 0.05

LEFT_BEHIND = ("worker-*", "jobs-*", "flight-*", "serve.pid", "boot-deaths", "safe-mode")


def run_folder(config: Config) -> Path:
    """Return the folder that says which processes serve this site."""
    folder = config.instance / "run"
    folder.mkdir(exist_ok=True)
    return folder


def clear(run: Path) -> None:
    """Take away what an earlier server left; the caller holds the lock."""
    for pattern in LEFT_BEHIND:
        for left in run.glob(pattern):
            left.unlink(missing_ok=True)


def locked(lock: IO[str]) -> bool:
    """Take the lock that the master holds as long as it lives; False when another has it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def already_serving(config: Config) -> OperatorError:
    """The error of a second `serve` for one site."""
    return OperatorError(
        f"The site in {config.folder} is being served already.",
        code="already-serving",
        action="Stop that process first.",
        exit_code=69,
    )


def master_pid(config: Config) -> int | None:
    """Return the process that serves this site on this machine, or None."""
    run = run_folder(config)
    try:
        with (run / "lock").open("r+") as lock:
            if locked(lock):
                return None
        return int((run / "serve.pid").read_text())
    except (OSError, ValueError):
        return None


def serves(config: Config, pid: int) -> bool:
    """Whether a process is the living master of this site."""
    return master_pid(config) == pid


def replace_workers(config: Config) -> bool:
    """Replace the serving workers and the jobs process gracefully; wait until they are gone.

    Returns whether anything was serving. Requests under way are finished by the old workers.
    Raises Retryable when they take too long; the change itself stands.
    """
    run = run_folder(config)
    (run / "safe-mode").unlink(missing_ok=True)  # another set of plugins deserves another try
    pid = master_pid(config)
    if pid is None:
        return False
    # Who waits for this very process can't end before it.
    waiting = run / f"jobs-{os.getppid()}"
    old = {*run.glob("worker-*"), *run.glob("jobs-*")} - {waiting}
    os.kill(pid, signal.SIGHUP)
    end = time.monotonic() + REPLACED_WITHIN
    while time.monotonic() < end:
        if not any(path.exists() for path in old) and any(run.glob("worker-*")):
            return True
        time.sleep(TICK)
    raise Retryable(
        f"The change is stored, but old workers still serve after {REPLACED_WITHIN:g} seconds.",
        code="workers-not-replaced",
        action="They end with the requests they are at; look at the server's log if they don't.",
    )
