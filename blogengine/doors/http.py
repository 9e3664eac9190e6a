"""`site.http`: the one door for requests that the engine or a plugin sends to other machines."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from blogengine.doors.addresses import (
    Resolve,
    Target,
    addresses_of,
    not_allowed,
    system_resolve,
    target_of,
    unreachable,
)
from blogengine.errors import UserError

MOST_SECONDS = 10.0
MOST_REDIRECTS = 3
LARGEST_ANSWER = 20 * 1024 * 1024
USUAL_ANSWER = 2 * 1024 * 1024
PIECE = 16 * 1024

REDIRECTS = frozenset({301, 302, 303, 307, 308})
KEPT_METHOD = frozenset({307, 308})
OURS = frozenset("host connection cookie content-length transfer-encoding accept-encoding".split())
"""Headers that the door alone writes; there are no cookies."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What another machine answered. `headers` have small letters; `url` is the last one asked."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    @property
    def content_type(self) -> str:
        """The kind of the body without its parameters, in small letters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text, in the encoding the answer names, else UTF-8; never fails."""
        named = self.headers.get("content-type", "").lower().partition("charset=")[2]
        try:
            return self.body.decode(named.partition(";")[0].strip(" \"'") or "utf-8", "replace")
        except LookupError:
            return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body read as JSON; raises UserError when it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise unusable(self.url, "it isn't JSON") from None


class _Asked:
    """What is asked for, in which bounds; a redirect changes it."""

    def __init__(
        self,
        method: str,
        body: bytes | None,
        headers: dict[str, str],
        max_bytes: int,
        seconds: float,
    ) -> None:
        self.method = method
        self.body = body
        self.headers = headers
        self.most = min(max_bytes, LARGEST_ANSWER)
        self.end = time.monotonic() + min(seconds, MOST_SECONDS)
        self.keep(lambda name: name not in OURS)

    def keep(self, wanted: Callable[[str], bool]) -> None:
        """Keep the headers whose names, in small letters, are wanted."""
        self.headers = {n: value for n, value in self.headers.items() if wanted(n.lower())}


class OutgoingHttp:
    """Asks other machines, in bounds.

    Only http and https on ports 80, 443 and those of the setting `outgoing_ports`; a host is
    resolved once, all its addresses must be public, and the connection goes to one of these.
    Redirects are followed three times at most, each checked as the first. No cookies, no proxy of
    the environment.

    Inside of a request the time counts as the plugin's: ask from a job wherever a reader would
    wait. Every method raises UserError (`address-not-allowed`, `answer-unusable`) for what won't
    get better, and Retryable (`host-unreachable`) for what may.
    """

    def __init__(
        self,
        agent: Callable[[], str] = lambda: "blogengine",
        ports: Callable[[], Sequence[int]] = lambda: (),
        hosts: Callable[[], Sequence[str] | None] = lambda: None,
        resolve: Resolve = system_resolve,
    ) -> None:
        self._agent = agent
        self._ports = ports
        self._hosts = hosts
        self._resolve = resolve
        # What a fixture of blogengine.testing fills, which no serving process imports.
        self._under_test: dict[str, tuple[str, int]] = {}

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        kinds: Sequence[str] = (),
        max_bytes: int = USUAL_ANSWER,
        seconds: float = MOST_SECONDS,
    ) -> HttpAnswer:
        """Ask for a URL. An answer of any status is returned; `kinds` are content types to take.

        `max_bytes` counts after decompression, up to 20 MB; `seconds` are for everything together,
        up to 10.
        """
        asked = _Asked("GET", None, dict(headers or {}), max_bytes, seconds)
        return _of_kind(self._follow(url, asked), kinds)

    def post(
        self,
        url: str,
        body: bytes,
        content_type: str,
        *,
        headers: Mapping[str, str] | None = None,
        kinds: Sequence[str] = (),
        max_bytes: int = USUAL_ANSWER,
        seconds: float = MOST_SECONDS,
    ) -> HttpAnswer:
        """Send a body to a URL; the rest is as with `get`."""
        sent = {**(headers or {}), "Content-Type": content_type}
        return _of_kind(self._follow(url, _Asked("POST", body, sent, max_bytes, seconds)), kinds)

    def _follow(self, url: str, asked: _Asked) -> HttpAnswer:
        target = self._checked(url)
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._ask(target, asked)
            where = answer.headers.get("location", "")
            if answer.status not in REDIRECTS or not where:
                return answer
            before, target = target, self._next(target, where)
            if answer.status not in KEPT_METHOD:
                asked.method, asked.body = "GET", None
                asked.keep(lambda name: name != "content-type")
            if (target.host, target.port) != (before.host, before.port):
                asked.keep(lambda name: name in ("accept", "content-type"))
        raise unusable(url, f"it sends on more than {MOST_REDIRECTS} times")

    def _checked(self, url: str) -> Target:
        target = target_of(url, self._ports())
        hosts = self._hosts()
        if hosts is not None and not any(_named(target.host, host) for host in hosts):
            raise not_allowed(f"the plugin doesn't declare that it talks to {target.host}.")
        return target

    def _next(self, target: Target, where: str) -> Target:
        try:
            url = urljoin(target.url, where)
        except ValueError:
            raise not_allowed("it sends on to what can't be read.") from None
        found = self._checked(url)
        if target.scheme == "https" and found.scheme == "http":
            raise not_allowed("it sends on from https to http.")
        return found

    def _ask(self, target: Target, asked: _Asked) -> HttpAnswer:
        connection = _Pinned(target, self._places(target, asked.end), asked.end)
        connection.plain = target.scheme == "http" or target.host in self._under_test
        ours = {"User-Agent": self._agent(), "Accept-Encoding": "gzip", "Connection": "close"}
        try:
            with connection.ending():
                connection.request(asked.method, target.path, asked.body, {**ours, **asked.headers})
                with connection.getresponse() as answer:
                    found = {name.lower(): value for name, value in answer.getheaders()}
                    got = _read(answer, found.get("content-encoding", ""), asked.most, target.url)
        except (OSError, http.client.HTTPException, ValueError) as error:
            late = connection.over or time.monotonic() >= asked.end
            why = "it took too long" if late else f"{type(error).__name__}"
            raise unreachable(target.host, why) from error
        if connection.over:
            raise unreachable(target.host, "it took too long")
        return HttpAnswer(answer.status, found, got, target.url)

    def _places(self, target: Target, end: float) -> list[tuple[str, int]]:
        if place := self._under_test.get(target.host):
            return [place]
        found = addresses_of(target, self._resolve, end - time.monotonic())
        return [(address, target.port) for address in found]


class _Pinned(http.client.HTTPConnection):
    """A connection to the addresses that were checked, whatever a name means by now."""

    def __init__(self, target: Target, places: list[tuple[str, int]], end: float) -> None:
        super().__init__(target.host, target.port)
        self._target = target
        self._places = places
        self._end = end
        self.over = False
        self.plain = False
        # The library forgets its own as soon as it has the headers of the last answer.
        self._line: socket.socket | None = None

    def connect(self) -> None:
        failure: OSError = OSError("no address")
        for place in self._places:
            try:
                self.sock = socket.create_connection(place, timeout=self._left())
                break
            except OSError as error:
                failure = error
        else:
            raise failure
        if not self.plain:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self._target.host)
        self._line = self.sock

    def _left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    @contextmanager
    def ending(self) -> Iterator[None]:
        """Cut the connection when its time is over: each piece may be in time, and all too late."""

        def cut() -> None:
            self.over = True
            if self._line is not None:
                with suppress(OSError):
                    self._line.shutdown(socket.SHUT_RDWR)

        clock = threading.Timer(max(0.0, self._end - time.monotonic()), cut)
        clock.daemon = True
        clock.start()
        try:
            yield
        finally:
            clock.cancel()
            self.close()
            if self._line is not None:
                self._line.close()


def _read(answer: http.client.HTTPResponse, coding: str, most: int, url: str) -> bytes:
    """Read a body, at most `most` bytes of it before and after decompression."""
    coding = coding.strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise unusable(url, f"it is packed as {coding[:20]!r}")
    opened = zlib.decompressobj(wbits=31) if "gzip" in coding else None
    body, came = bytearray(), 0
    while piece := answer.read1(PIECE):
        came += len(piece)
        try:
            body += opened.decompress(piece, most + 1 - len(body)) if opened else piece
        except zlib.error:
            raise unusable(url, "it is packed wrongly") from None
        if max(len(body), came) > most:
            raise unusable(url, f"it is larger than {most} bytes")
    return bytes(body)


def _of_kind(answer: HttpAnswer, kinds: Sequence[str]) -> HttpAnswer:
    if kinds and answer.content_type not in kinds:
        raise unusable(answer.url, f"it is {answer.content_type[:80] or 'of no kind'!r}")
    return answer


def _named(host: str, pattern: str) -> bool:
    """Whether a host is meant by `example.org`, or by `*.example.org` for what lies below it."""
    pattern = pattern.lower()
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def unusable(url: str, why: str) -> UserError:
    """The error of an answer that won't get better by asking again."""
    return UserError(
        f"The answer of {url} can't be used: {why}.",
        code="answer-unusable",
        action="Look at the address in a browser; it may not be what was expected.",
        status=422,
    )
