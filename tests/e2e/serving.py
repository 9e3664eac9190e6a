"""The program as its users start it: gunicorn, workers, jobs and all."""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

STARTED_WITHIN = 120
STOPPED_WITHIN = 45


class Server:
    """The program as a user starts it, in a process group of its own."""

    def __init__(self, folder: Path, *options: str, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{probe.getsockname()[1]}"
        port = self.address.rsplit(":", 1)[1]
        command = [sys.executable, "-m", "blogengine", "--site", str(folder), "serve"]
        settings = {name: text for name, text in os.environ.items() if "BLOGENGINE" not in name}
        self.said: list[str] = []
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [*command, "--port", port, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=settings | {"PYTHONUNBUFFERED": "1"} | environment,
            process_group=0,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stream:
            for line in stream:
                self._lines.put(line)
        self._lines.put("")

    def wait_for(self, words: str) -> None:
        """Return when the program has said this; fail when it ends or takes too long."""
        end = time.monotonic() + STARTED_WITHIN
        while words not in "".join(self.said):
            line = self._lines.get(timeout=max(0.0, end - time.monotonic()))
            assert line, f"it ended: {''.join(self.said)}"
            self.said.append(line)

    def stop(self) -> int:
        """Press Ctrl-C; return the exit code when nothing of the program is left."""
        self._process.send_signal(signal.SIGINT)
        code = self._process.wait(timeout=STOPPED_WITHIN)
        self._reader.join(timeout=STOPPED_WITHIN)
        while line := self._lines.get(timeout=1):
            self.said.append(line)
        with pytest.raises(ProcessLookupError):
            os.killpg(self._process.pid, 0)
        return code

    def kill(self) -> None:
        """End whatever is left after a failure."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self._process.wait(timeout=STOPPED_WITHIN)
        self._reader.join(timeout=STOPPED_WITHIN)


@contextmanager
def serving(folder: Path, *options: str, **environment: str) -> Iterator[Server]:
    """A server that is gone when the block ends, whatever happened in it."""
    server = Server(folder, *options, **environment)
    try:
        yield server
    finally:
        server.kill()
