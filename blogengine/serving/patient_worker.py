"""gunicorn's threaded worker, in which a slow client costs a socket and never a thread.

gunicorn gives a new connection to a thread at once. Here the worker's poller first reads the whole
request; a thread gets it then and doesn't wait for its sender. Answers that a client doesn't take
wait in the poller as well, and so do connections that are to be closed. Each of these has an end.
"""

from __future__ import annotations

import errno
import logging
import resource
import selectors
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from gunicorn import util
from gunicorn.http import wsgi
from gunicorn.workers.gthread import TConn, ThreadWorker

from blogengine.logs import new_id
from blogengine.serving.client_socket import ClientSocket, reading_seconds
from blogengine.serving.incoming import CONTINUE, TOO_BUSY, TOO_SLOW, Incoming, Refusal

log = logging.getLogger("blogengine.requests")

HEAD_SECONDS = 10.0
"""Time a client has for sending the head of a request, from its first byte or its connection."""

STOP_SECONDS = 3.0
"""Time that is left for unfinished requests when the worker stops."""

GOODBYE_SECONDS = 2.0
LARGEST_BUFFERS = 64 * 1024 * 1024
"""What all clients of a worker may have sent without finishing, or not have taken yet."""

LARGEST_SPOOLED = 512 * 1024 * 1024
"""What unfinished uploads of a worker may have announced together; it lies on disk."""

LAST_UPLOAD_SECONDS = 20.0
"""Time that is left for an unfinished upload when the worker stops."""

PIECE = 64 * 1024
LOOK_EVERY = 0.25
FILES_WANTED = 8192
FILES_KEPT = 200
"""Open files that aren't connections: databases, logs, the listener."""


class UnnamedResponse(wsgi.Response):
    """An answer that doesn't tell by which program it is sent."""

    def default_headers(self) -> list[str]:
        return [line for line in super().default_headers() if not line.startswith("Server:")]


@dataclass(slots=True)
class Wait:
    """A connection in the poller: until when it may wait, and what follows if that is over."""

    until: float
    give_up: Callable[[], None]
    incoming: Incoming | None = None
    in_body: bool = False


class Connection(TConn):
    """A connection that can be closed in order without anybody waiting for it."""

    sock: ClientSocket
    parser: Any
    client: Any
    worker: PatientWorker
    incoming: Incoming | None = None
    held: int = 0
    """Bytes that wait in memory for this client."""

    spooling: int = 0
    """Bytes of an unfinished upload."""

    def close(self, graceful: bool = False) -> None:
        if graceful:
            self.worker.say_goodbye(self)
        else:
            util.close(self.sock)


class PatientWorker(ThreadWorker):
    """The worker class of `serve`."""

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self.waits: dict[Connection, Wait] = {}
        self.slow_readers = threading.Semaphore(max(1, self.cfg.threads // 2))
        self.buffered = 0
        self.spooling = 0
        self._look_again = 0.0

    def init_process(self) -> None:
        """Make room for many connections, then start as gunicorn does."""
        _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, FILES_WANTED)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        self.worker_connections = min(self.worker_connections, most - FILES_KEPT)
        self.max_keepalived = self.worker_connections - self.cfg.threads
        wsgi.Response = UnnamedResponse  # type: ignore[misc]  # there is no setting for it
        super().init_process()

    # --- a request comes ----------------------------------------------------------------------

    def accept(self, listener: Any) -> None:
        """Take a new connection; when there are too many, another one has to go."""
        if self.nr_conns >= self.worker_connections - self.cfg.threads:
            self._make_room()
        try:
            accepted, address = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                self._make_room()
            elif error.errno not in (errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED):
                raise
            return
        self.nr_conns += 1
        client = ClientSocket(accepted.detach(), self.slow_readers)
        conn = Connection(self.cfg, client, address, listener.getsockname())
        conn.worker = self
        conn.data_ready = True
        self.enqueue_req(conn)

    def enqueue_req(self, conn: Any) -> None:
        """Read the connection's next request; a thread gets it when it is whole."""
        conn.sock.setblocking(False)
        recorder: Any = self.wsgi
        conn.incoming = Incoming(recorder.inner.body_bound)  # PageBuilds
        if conn.parser is not None and (ahead := conn.parser.unreader.take_buffered()):
            conn.incoming.feed(ahead)
        self._read_on(conn)

    def _read_on(self, conn: Connection) -> None:
        incoming = conn.incoming
        assert incoming is not None
        while not incoming.whole and incoming.refusal is None:
            try:
                data = conn.sock.recv(PIECE)
            except (BlockingIOError, InterruptedError):
                self._wait_for_more(conn, incoming)
                return
            except OSError:
                data = b""
            if not data:
                self._drop(conn)
                return
            incoming.feed(data)
        self._forget(conn)
        if incoming.refusal is not None:
            self._refuse(conn, incoming.refusal)
        else:
            conn.init()
            conn.parser.unreader.unread(bytes(incoming.buffer))
            incoming.buffer.clear()
            conn.sock.spooled, incoming.spool = incoming.spool, None
            super().enqueue_req(conn)

    def _wait_for_more(self, conn: Connection, incoming: Incoming) -> None:
        self._hold(conn, len(incoming.buffer), incoming.spooling)
        if self.buffered > LARGEST_BUFFERS or self.spooling > LARGEST_SPOOLED:
            self._refuse(conn, TOO_BUSY)
            return
        if incoming.wants_continue:
            incoming.wants_continue = False
            conn.sock.sendall(CONTINUE)

        def too_slow() -> None:
            if incoming.buffer:
                self._refuse(conn, TOO_SLOW)
            else:
                self._drop(conn)

        wait = self.waits.get(conn)
        now = time.monotonic()
        if wait is None:
            patience = HEAD_SECONDS if self.alive else STOP_SECONDS
            wait = Wait(now + patience, too_slow, incoming)
            self._register(conn, wait, selectors.EVENT_READ, self._read_on)
        if incoming.in_body and not wait.in_body:
            wait.in_body = True
            wait.until = now + (incoming.body_seconds if self.alive else STOP_SECONDS)

    def _refuse(self, conn: Connection, refusal: Refusal) -> None:
        self._forget(conn)
        request_id = new_id()
        told = {
            "event.kind": "event",
            "event.action": "request",
            "http.request.id": request_id,
            "http.response.status_code": refusal.code,
        }
        log.info("Not a request: %s", refusal.status, extra={"fields": told})
        try:
            conn.sock.sendall(refusal.bytes(request_id))
        except OSError:
            self._drop(conn)
            return
        self.nr_conns -= 1
        conn.close(graceful=True)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request; one whose body nobody reads ends its connection."""
        if conn.incoming is not None and conn.incoming.last_of_connection:
            req.force_close()  # else the thread would wait for the rest
        return super().handle_request(req, conn)

    # --- an answer goes -----------------------------------------------------------------------

    def finish_request(self, conn: Any, fs: Future[Any]) -> None:
        """Go on with a connection when its answer is sent, which the poller may have to do."""
        after = super().finish_request
        if conn.sock.fileno() < 0 or not conn.sock.waiting:
            after(conn, fs)
            return

        def send_on(conn: Connection) -> None:
            try:
                done = conn.sock.flush()
            except OSError:
                self._drop(conn)
                return
            self._hold(conn, len(conn.sock.waiting))
            if done:
                self._forget(conn)
                after(conn, fs)

        until = time.monotonic() + reading_seconds(conn.sock)
        wait = Wait(until, lambda: self._drop(conn))
        self._register(conn, wait, selectors.EVENT_WRITE, send_on)
        self._hold(conn, len(conn.sock.waiting))
        if self.buffered > LARGEST_BUFFERS:
            self._make_room()

    def say_goodbye(self, conn: Connection) -> None:
        """Close in order: a client that still sends must not lose the answer by a reset."""
        self.nr_conns += 1
        try:
            conn.sock.setblocking(False)
            conn.sock.flush()
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._drop(conn)
            return

        def drain(conn: Connection) -> None:
            try:
                if conn.sock.recv(PIECE):
                    return
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                pass
            self._drop(conn)

        wait = Wait(time.monotonic() + GOODBYE_SECONDS, lambda: self._drop(conn))
        self._register(conn, wait, selectors.EVENT_READ, drain)

    # --- waiting ------------------------------------------------------------------------------

    def murder_pending(self) -> None:
        """Give up what has waited too long; gunicorn calls this between events."""
        super().murder_pending()
        now = time.monotonic()
        if now < self._look_again:
            return
        self._look_again = now + LOOK_EVERY
        for wait in [wait for wait in self.waits.values() if wait.until <= now]:
            wait.give_up()

    def _cap_keepalive(self, deadline: float) -> None:
        """Let nobody hold up a worker that stops."""
        super()._cap_keepalive(deadline)  # type: ignore[misc]
        now = time.monotonic()
        for wait in self.waits.values():
            if wait.incoming is not None:
                left = LAST_UPLOAD_SECONDS if wait.incoming.spooling else STOP_SECONDS
                wait.until = min(wait.until, now + left)

    def _make_room(self) -> None:
        """Give up the connection that has waited longest, of the address that has most of them."""
        by_address: dict[str, list[Connection]] = {}
        for conn in self.waits:
            by_address.setdefault(str(conn.client[0]) if conn.client else "", []).append(conn)
        if by_address:
            self._drop(max(by_address.values(), key=len)[0])
        elif self.keepalived_conns:
            self.keepalived_conns[0].timeout = 0.0  # gunicorn closes it with its next look

    def _hold(self, conn: Connection, size: int, on_disk: int = 0) -> None:
        self.buffered += size - conn.held
        self.spooling += on_disk - conn.spooling
        conn.held, conn.spooling = size, on_disk

    def _register(
        self, conn: Connection, wait: Wait, event: int, ready: Callable[[Connection], None]
    ) -> None:
        self._forget(conn)
        self.waits[conn] = wait

        def run(_socket: Any) -> None:
            if self.waits.get(conn) is wait:  # else another event of this round ended it
                ready(conn)

        self.poller.register(conn.sock, event, run)

    def _forget(self, conn: Connection) -> None:
        if self.waits.pop(conn, None) is not None:
            self.poller.unregister(conn.sock)
        self._hold(conn, 0)

    def _drop(self, conn: Connection) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()
