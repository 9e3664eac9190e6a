"""A client's socket whose answers wait in memory instead of in a thread."""

from __future__ import annotations

import select
import socket
import threading
import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

LARGEST_WAITING = 1024 * 1024
"""What is kept of an answer for a client that reads slowly; a larger one holds its thread."""

READ_SECONDS = 20.0
READ_RATE = 8 * 1024
"""Bytes a second that a client has to read after the first READ_SECONDS."""


class ClientSocket(socket.socket):
    """A socket that never blocks a thread for what fits into memory.

    `waiting` is what the client hasn't taken yet; the worker's poller sends it when the thread is
    gone. Larger answers hold their thread, in bounds: only so many at once, `slow_readers`, and
    each only while its client reads.
    """

    slow_readers: threading.Semaphore
    spooled: IO[bytes] | None = None
    """The body of an upload that was written to disk while it came."""

    def __init__(self, fileno: int, slow_readers: threading.Semaphore) -> None:
        super().__init__(fileno=fileno)
        self.slow_readers = slow_readers
        self.waiting = bytearray()

    def sendall(self, data: ReadableBuffer, flags: int = 0, /) -> None:  # noqa: ARG002
        """Send what the client takes now and keep the rest; raises ConnectionError."""
        self.waiting += memoryview(data)
        self.flush()
        if len(self.waiting) > LARGEST_WAITING:
            self._hold_thread()

    def flush(self) -> bool:
        """Send what the client takes now; return whether that was all."""
        while self.waiting:
            try:
                sent = self.send(self.waiting, socket.MSG_DONTWAIT)
            except (BlockingIOError, InterruptedError):
                return False
            del self.waiting[:sent]
        return True

    def _hold_thread(self) -> None:
        if not self.slow_readers.acquire(blocking=False):
            raise ConnectionResetError(104, "Too many clients read slowly.")
        try:
            began, left = time.monotonic(), len(self.waiting)
            poller = select.poll()
            poller.register(self.fileno(), select.POLLOUT)
            while len(self.waiting) > LARGEST_WAITING // 2:
                taken = left - len(self.waiting)
                patience = READ_SECONDS + taken / READ_RATE - (time.monotonic() - began)
                if patience <= 0 or not poller.poll(patience * 1000):
                    raise ConnectionResetError(104, "The client reads too slowly.")
                self.flush()
        finally:
            self.slow_readers.release()


def reading_seconds(client: ClientSocket) -> float:
    """Return how long a client may take for what is waiting for it."""
    return READ_SECONDS + len(client.waiting) / READ_RATE
