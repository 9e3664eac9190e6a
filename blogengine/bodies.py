"""Reading what a client sends, bounded in size and time, before any page is built for it."""

from __future__ import annotations

import io
import socket
import threading
from contextlib import suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LARGEST_REQUEST = 2 * 1024 * 1024
BODY_SECONDS = 20.0
"""Time a client has for sending a form."""

UPLOAD_SECONDS = 300.0
"""The same for an upload that is written to disk: it costs a connection and no thread."""

PIECE = 64 * 1024


def take_body(environ: WSGIEnvironment) -> None:
    """Read the request's body into memory.

    Raises TimeoutError when it comes too slowly, and OSError for one that is broken. A body that
    is too large is left to the app, which says so. One that the worker wrote to disk is used there.
    """
    spooled = _spooled(environ)
    if spooled is not None:
        environ["wsgi.input"] = spooled
        return
    length = environ.get("CONTENT_LENGTH") or ""
    chunked = bool(environ.get("wsgi.input_terminated")) and not length
    if not chunked and (not length.isdigit() or not 0 < int(length) <= LARGEST_REQUEST):
        return
    over = threading.Event()
    clock = threading.Timer(BODY_SECONDS, _cut_off, (environ.get("gunicorn.socket"), over))
    clock.daemon = True
    clock.start()
    try:
        body = _read(environ["wsgi.input"], LARGEST_REQUEST + 1 if chunked else int(length))
    finally:
        clock.cancel()
        if over.is_set():
            raise TimeoutError
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body)) if chunked else length
    environ.pop("HTTP_TRANSFER_ENCODING", None)


def drop_spooled(environ: WSGIEnvironment) -> None:
    """Give back the room of a body that was written to disk."""
    spooled = _spooled(environ)
    if spooled is not None:
        spooled.close()
        environ["gunicorn.socket"].spooled = None


def _spooled(environ: WSGIEnvironment) -> IO[bytes] | None:
    found: IO[bytes] | None = getattr(environ.get("gunicorn.socket"), "spooled", None)
    return found


def _read(stream: io.BufferedIOBase, wanted: int) -> bytes:
    parts: list[bytes] = []
    while wanted > 0 and (part := stream.read(min(wanted, PIECE))):
        parts.append(part)
        wanted -= len(part)
    return b"".join(parts)


def _cut_off(connection: socket.socket | None, over: threading.Event) -> None:
    """End a body that doesn't come: the read that waits for it returns at once."""
    over.set()
    if connection is not None:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RD)
