"""The command line in processes of their own, without importing everything for each.

A helper imports the engine once and forks for each command: what a command does to its process,
its folder, environment and output stays its own, and only the second of importing is spared.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path
from select import select
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]


class Helper:
    """The helper process; commands go through it one after the other."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        command = [sys.executable, "-m", __spec__.name]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        self._lock = threading.Lock()

    def run(
        self, arguments: list[str], *, seconds: float, before: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `blogengine` with these arguments, as subprocess.run would."""
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        with (
            self._lock,
            tempfile.NamedTemporaryFile("w+", encoding="utf-8") as out,
            tempfile.NamedTemporaryFile("w+", encoding="utf-8") as err,
        ):
            task = {"arguments": arguments, "before": before, "environment": dict(os.environ)}
            task |= {"folder": str(Path.cwd()), "out": out.name, "err": err.name}
            print(json.dumps(task), file=process.stdin, flush=True)
            pid = int(process.stdout.readline())
            if not select([process.stdout], [], [], seconds)[0]:
                with suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
                process.stdout.readline()
                raise subprocess.TimeoutExpired(arguments, seconds, out.read(), err.read())
            code = int(process.stdout.readline())
            return subprocess.CompletedProcess(arguments, code, out.read(), err.read())

    def close(self) -> None:
        """End the helper."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@cache
def _helper() -> Helper:
    made = Helper()
    atexit.register(made.close)
    return made


def run_command(
    *arguments: str, seconds: float = 300, before: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run `blogengine` with these arguments in a process of its own; Python goes `before`."""
    return _helper().run(list(arguments), seconds=seconds, before=before)


# --- in the helper ----------------------------------------------------------------------------


def serve(tasks: IO[str], answers: IO[str]) -> None:
    """Fork for each task; tell the child's id, then how it ended."""
    import blogengine.app
    import blogengine.cli.main  # noqa: F401 - what a command would import

    for line in tasks:
        pid = os.fork()
        if pid == 0:
            answers.close()
            be(json.loads(line))
        print(pid, file=answers, flush=True)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        print(code, file=answers, flush=True)


def be(task: dict[str, Any]) -> None:
    """Be the command; ends the process."""
    from blogengine.cli import main

    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(task[name], os.O_WRONLY | os.O_APPEND), number)
    os.environ.clear()
    os.environ.update(task["environment"])
    os.chdir(task["folder"])
    sys.argv = ["blogengine", *task["arguments"]]
    sys.path[0] = task["folder"]
    exec(task["before"], {})
    main()


if __name__ == "__main__":
    # What the engine prints while it is imported must not stand among the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    serve(os.fdopen(os.dup(0)), answers)
