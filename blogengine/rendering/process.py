"""One helper process: start it, ask it with a deadline, end it.

The child is a fresh interpreter, not a fork: forking a worker that runs threads can deadlock.
It gets none of the parent's environment but the few variables below, so no secret reaches the
code that reads strangers' texts.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from .mark import Mark

_PACKAGE_ROOT = str(Path(__file__).resolve().parents[2])
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")
_CHUNK = 1 << 16


class ChildOverran(Exception):
    """No answer came before the deadline."""


class ChildGone(Exception):
    """The child ended, or closed its pipes, before it answered."""


class Child:
    """A running child; not thread-safe, its owner holds a lock."""

    def __init__(
        self,
        *,
        memory_bytes: int,
        plugins: bool = False,
    ) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        options: dict[str, Any] = {"memory_bytes": memory_bytes, "mark": None}
        shared = _shared_file() if plugins else None
        self.mark = None if shared is None else Mark(shared)
        self._numbers = itertools.count(1)
        if shared is not None:
            # Only names of folders: a command line can be read by everybody on the machine.
            options |= {"mark": shared, "path": [folder for folder in sys.path if folder]}
        command = [sys.executable, "-P", "-s", "-m", "blogengine.rendering.worker"]
        self._process = subprocess.Popen(
            [*command, json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=_environment(),
            close_fds=True,
            pass_fds=() if shared is None else (shared,),
        )
        if shared is not None:
            os.close(shared)
        assert self._process.stdin is not None and self._process.stdout is not None
        self._into = self._process.stdin.fileno()
        self._from = self._process.stdout.fileno()
        os.set_blocking(self._into, False)
        os.set_blocking(self._from, False)
        self.owner = os.getpid()

    @property
    def usable(self) -> bool:
        """Whether this process started the child and it still runs."""
        return self.owner == os.getpid() and self._process.poll() is None

    def ask(self, message: dict[str, Any], *, timeout: float) -> dict[str, Any]:
        """Send one message and return the answer to it."""
        deadline = time.monotonic() + timeout
        number = next(self._numbers)
        self._send(json.dumps({"number": number, **message}).encode() + b"\n", deadline)
        answer = self.receive(deadline - time.monotonic())
        if answer.get("number") != number:
            raise ChildGone  # a plugin wrote on the pipe: no answer of this child can be trusted
        return answer

    def receive(self, timeout: float) -> dict[str, Any]:
        """Wait for one line from the child."""
        deadline = time.monotonic() + timeout
        pieces: list[bytes] = []
        while not (pieces and pieces[-1].endswith(b"\n")):
            self._wait(self._from, selectors.EVENT_READ, deadline)
            piece = os.read(self._from, _CHUNK)
            if not piece:
                raise ChildGone
            pieces.append(piece)
        try:
            answer: dict[str, Any] = json.loads(b"".join(pieces))
        except ValueError as error:
            raise ChildGone from error
        return answer

    def end(self) -> None:
        """Kill the child if it still runs, and give back what it held."""
        with contextlib.suppress(OSError):
            self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
        for pipe in (self._process.stdin, self._process.stdout, self._errors, self.mark):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def complaint(self) -> str:
        """Return the last line the child wrote to its error stream."""
        with contextlib.suppress(OSError, ValueError):
            self._errors.seek(0)
            lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
            return lines[-1][:300] if lines else ""
        return ""

    def _send(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            self._wait(self._into, selectors.EVENT_WRITE, deadline)
            try:
                view = view[os.write(self._into, view) :]
            except BrokenPipeError as error:
                raise ChildGone from error

    @staticmethod
    def _wait(descriptor: int, event: int, deadline: float) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, event)
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise ChildOverran


def _shared_file() -> int:
    """Return the descriptor of a nameless file that is large enough for a mark."""
    with tempfile.TemporaryFile() as file:
        file.truncate(Mark.SIZE)
        return os.dup(file.fileno())


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return {**kept, "PYTHONPATH": _PACKAGE_ROOT}
