"""One helper process: start it, ask it with a deadline, end it.

The child is a fresh interpreter, not a fork: forking a worker that runs threads can deadlock.
It gets none of the parent's environment but the few variables below, so no secret reaches the
code that reads strangers' texts.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
        extensions: Sequence[str] = (),
        search_path: Sequence[str] = (),
    ) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        options = {"memory_bytes": memory_bytes, "extensions": list(extensions)}
        command = [sys.executable, "-P", "-s", "-m", "blogengine.rendering.worker"]
        self._process = subprocess.Popen(
            [*command, json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=_environment(search_path),
            close_fds=True,
        )
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
        self._send(json.dumps(message).encode() + b"\n", deadline)
        return self.receive(deadline - time.monotonic())

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
        answer: dict[str, Any] = json.loads(b"".join(pieces))
        return answer

    def end(self) -> None:
        """Kill the child if it still runs, and give back what it held."""
        with contextlib.suppress(OSError):
            self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
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


def _environment(search_path: Sequence[str]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join([_PACKAGE_ROOT, *search_path])}
