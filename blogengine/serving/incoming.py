"""The bytes of one request until it is whole: what a thread is taken for, and what is refused."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO
from urllib.parse import unquote

from blogengine.bodies import BODY_SECONDS, LARGEST_REQUEST, UPLOAD_SECONDS

LONGEST_REQUEST_LINE = 8190
LONGEST_HEADER = 8190
MOST_HEADERS = 100
LARGEST_HEAD = 64 * 1024

LONGEST_CHUNK_LINE = 256
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?")
LONE_LF = re.compile(rb"(?<!\r)\n")
LOOK_EVERY = 4096
HEAD_ENDS = b"\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer in place of the app's: what can't be a request never takes a thread."""

    status: str
    sentence: str
    retry_after: int = 0

    @property
    def code(self) -> int:
        return int(self.status[:3])

    def bytes(self, request_id: str) -> bytes:
        """Return the whole answer; the connection ends with it."""
        body = f"{self.sentence}\n".encode()
        retry = f"Retry-After: {self.retry_after}\r\n" if self.retry_after else ""
        head = (
            f"HTTP/1.1 {self.status}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\n{retry}"
            f"X-Content-Type-Options: nosniff\r\nX-Request-Id: {request_id}\r\n"
            "Connection: close\r\n\r\n"
        )
        return head.encode() + body


UNREADABLE = Refusal("400 Bad Request", "The request can't be read. Send it again.")
TOO_SLOW = Refusal("408 Request Timeout", "The request came too slowly. Send it again.")
NO_ROOM = Refusal(
    "507 Insufficient Storage", "There is no room on the disk. Nothing was stored of it."
)
TOO_BUSY = Refusal("503 Service Unavailable", "Too much is being sent. Try again.", 5)


class Incoming:
    """Collects what one client sends, one request at a time.

    `whole` says that the server can read the request without waiting for its sender, be it to
    refuse it; `refusal` that it isn't worth a thread. Which bodies are sound is the server's to
    say: here only their end is looked for.

    A body that is larger than usual is written to disk where `body_bound(method, path)` allows it,
    for who shows at least some sign of being known: whether it is true is for the app to say.
    """

    def __init__(
        self, body_bound: Callable[[str, str], int] = lambda _method, _path: LARGEST_REQUEST
    ) -> None:
        self.buffer = bytearray()
        self.whole = False
        self.refusal: Refusal | None = None
        self.in_body = False
        self.unread = False
        """Whether the body is left to the app, which refuses it by its length."""

        self.wants_continue = False
        self.spool: IO[bytes] | None = None
        self.spooling = 0
        """How many bytes are going to be written to disk."""

        self._body_bound = body_bound
        self._spooled = 0
        self._look_at = LONGEST_REQUEST_LINE
        self._body_ends = 0
        self._chunk = 0
        self._chunked = False
        self._trailers = False

    def feed(self, data: bytes) -> None:
        """Take what has come."""
        if self.spool is not None:
            self._write(data)
            return
        before = len(self.buffer)
        self.buffer += data
        if not self.in_body:
            self._look_at_head(before)
        waiting = not self.whole and self.refusal is None and self.spool is None
        if self.in_body and waiting:
            if self._chunked:
                self._skip_chunks()
            else:
                self.whole = len(self.buffer) >= self._body_ends

    def _look_at_head(self, before: int) -> None:
        start = 2 if self.buffer.startswith(b"\r\n") else 0  # an empty line before is allowed
        first = self.buffer[start : start + 1]
        end = self.buffer.find(HEAD_ENDS, max(start, before - len(HEAD_ENDS)))
        # What comes behind the head in one piece with it is the body, and may hold anything.
        head_ends = end + len(HEAD_ENDS) if end >= 0 else len(self.buffer)
        if (first and first != b"\r" and not first.isalpha()) or LONE_LF.search(
            self.buffer, before, head_ends
        ):
            self.refusal = UNREADABLE  # TLS, noise, or a line that ends as no line does
            return
        if end < 0 and len(self.buffer) < self._look_at:
            return  # somebody sends byte after byte: that mustn't cost a look at all of them each
        self._look_at = len(self.buffer) + LOOK_EVERY
        head = bytes(self.buffer[start : end if end >= 0 else None])
        lines = head.split(b"\r\n")
        self.refusal = _refusal(lines, len(head), whole=end >= 0)
        if end >= 0 and self.refusal is None:
            self._look_at_body(lines, end + len(HEAD_ENDS))

    @property
    def body_seconds(self) -> float:
        """How long the body may take."""
        return UPLOAD_SECONDS if self.spooling else BODY_SECONDS

    @property
    def last_of_connection(self) -> bool:
        """Whether the connection ends with this request, because its body isn't in the buffer."""
        return self.unread or bool(self.spooling)

    def _take_large(self, length: int, lines: list[bytes], begins: int) -> None:
        """Write a large body to disk, or leave it to the app, which refuses it."""
        method, _, rest = lines[0].decode("latin-1").partition(" ")
        path = unquote(rest.partition(" ")[0].partition("?")[0])
        known = _values(lines, b"cookie") or _values(lines, b"authorization")
        if not known or length > self._body_bound(method, path):
            self.unread = self.whole = True
            return
        try:
            self.spool = tempfile.TemporaryFile()  # noqa: SIM115 - the app closes it
        except OSError:
            self.refusal = NO_ROOM
            return
        self.spooling = length
        came = bytes(self.buffer[begins:])
        del self.buffer[begins:]
        self._write(came)

    def _write(self, data: bytes) -> None:
        assert self.spool is not None
        try:
            self._spooled += self.spool.write(data[: self.spooling - self._spooled])
            if self._spooled >= self.spooling:
                self.spool.seek(0)
                self.whole = True
        except OSError:
            self.refusal = NO_ROOM

    def _look_at_body(self, lines: list[bytes], begins: int) -> None:
        """Find out how the body's end is told. Whatever is doubtful is for the server to refuse."""
        self.in_body = True
        lengths = _values(lines, b"content-length")
        codings = _values(lines, b"transfer-encoding")
        if codings:
            self._chunked = codings == [b"chunked"] and not lengths
            self.whole = not self._chunked
            self._chunk = begins
        elif len(lengths) == 1 and re.fullmatch(rb"[0-9]{1,18}", lengths[0]):
            self._body_ends = begins + int(lengths[0])
            if int(lengths[0]) > LARGEST_REQUEST:
                self._take_large(int(lengths[0]), lines, begins)
        else:
            self.whole = True
        expected = b"100-continue" in [value.lower() for value in _values(lines, b"expect")]
        self.wants_continue = expected and not self.whole

    def _skip_chunks(self) -> None:
        while not self.whole and self.refusal is None:
            end = self.buffer.find(b"\r\n", self._chunk)
            if end < 0:
                if len(self.buffer) - self._chunk > LONGEST_CHUNK_LINE:
                    self.refusal = UNREADABLE
                return
            line = bytes(self.buffer[self._chunk : end])
            if self._trailers:
                self.whole, self._chunk = not line, end + 2
            elif size := CHUNK_SIZE.fullmatch(line):
                self._trailers = not int(size[1], 16)
                self._chunk = end + 2 if self._trailers else end + 4 + int(size[1], 16)
            else:
                self.whole = True  # the server refuses it there
            if self._chunk > LARGEST_REQUEST + LARGEST_HEAD:
                self.refusal = Refusal(
                    "413 Content Too Large",
                    f"More than {LARGEST_REQUEST} bytes were sent. Send less at once.",
                )


def _refusal(lines: list[bytes], size: int, *, whole: bool) -> Refusal | None:
    """Say why a head is refused, finished or not."""
    first, headers = lines[0], lines[1:]
    longest = max(map(len, headers), default=0)
    if whole and not first:
        return UNREADABLE
    if len(first) > LONGEST_REQUEST_LINE:
        given = f"{len(first)} characters were sent" if whole else "more were sent"
        return Refusal(
            "414 URI Too Long",
            f"The address may have {LONGEST_REQUEST_LINE} characters; {given}. Shorten it.",
        )
    if longest > LONGEST_HEADER or len(headers) > MOST_HEADERS or size > LARGEST_HEAD:
        return Refusal(
            "431 Request Header Fields Too Large",
            f"A request may have {MOST_HEADERS} headers of {LONGEST_HEADER} bytes, {LARGEST_HEAD} "
            f"bytes in all; {len(headers)} with up to {longest} bytes came, {size} in all. "
            "Delete this site's cookies and try again.",
        )
    return None


def _values(lines: list[bytes], name: bytes) -> list[bytes]:
    found = []
    for line in lines:
        key, colon, value = line.partition(b":")
        if colon and key.strip().lower() == name:
            found.append(value.strip(b" \t").lower())
    return found
