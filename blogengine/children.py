"""Throw-away processes: run one with a time limit and say in a sentence how it ended.

What might hang, crash or leave by itself is run in a process of its own. It gets a session of its
own too, so that whatever it started ends with it.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

FRAME = re.compile(r'^  File "(.+)", line (\d+) in ', re.MULTILINE)
TIMED_OUT = "Timeout ("
"""How the watchdog of `faulthandler` begins what it writes."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended; `code` is None when its time ran out."""

    code: int | None
    out: str
    err: str
    seconds: float

    @property
    def timed_out(self) -> bool:
        return self.code is None or TIMED_OUT in self.err

    @property
    def sentence(self) -> str:
        """How it ended, as the end of a sentence."""
        if self.timed_out:
            return f"it took longer than {self.seconds:g} seconds{self._where()}"
        assert self.code is not None
        if self.code < 0:
            with suppress(ValueError):
                return f"the process was ended by {signal.Signals(-self.code).name}{self._where()}"
        said = self.err.strip().splitlines()
        return (
            f"the process ended with code {self.code} ({said[-1] if said else 'it said nothing'})"
        )

    def _where(self) -> str:
        """The place the main thread was at, which `faulthandler` writes last."""
        block = self.err.rpartition("(most recent call first):")[2]
        place = FRAME.search(block)
        return f", in {Path(place[1]).name} line {place[2]}" if place else ""


def run_child(
    command: Sequence[str],
    *,
    seconds: float,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Ended:
    """Run a command to its end, or end it when its time is over, with all that it started."""
    # Files, not pipes: a grandchild that outlives it would keep a pipe open for ever.
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env={**os.environ, **(env or {})},
            cwd=cwd,
            start_new_session=True,
        )
        code: int | None = None
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            pass
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        return Ended(code, _text(out.fileno()), _text(err.fileno()), seconds)


def _text(handle: int) -> str:
    with os.fdopen(os.dup(handle), "rb") as file:
        file.seek(0)
        return file.read().decode("utf-8", "replace")
