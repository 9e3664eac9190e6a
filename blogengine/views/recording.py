"""Around every request: its id, its log line, and what is remembered when it fails.

A WSGI layer outside of Flask and of every cache, so that no answer goes without.
"""

from __future__ import annotations

import ipaddress
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.http import parse_cookie

from blogengine.actors import VISITOR
from blogengine.logs import Redactor, Unit, request_ids, sensitive
from blogengine.logs.units import UNIT
from blogengine.settings import SiteSettings
from blogengine.views.static import ENDPOINT as STATIC

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("blogengine.requests")

QUIET_ENDPOINTS = frozenset({STATIC, "icon"})
QUIET_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})
"""What machines ask all day; their lines are for debugging."""

METHODS = frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT".split())
LONGEST_PATH = 300
FAILED = 500
LOUD = {401: "denied", 403: "denied", 429: "limited"}
REDACTED = "[redacted]"
UNASKED = "unmatched"
"""The route of a request that no route answered."""


@dataclass(slots=True)
class RequestUnit(Unit):
    """A request as its log lines and figures know it; `seconds` is set when it has ended.

    `request` is Flask's, from when Flask has it; what a cache answers has none.
    """

    environ: Mapping[str, Any] = field(default_factory=dict, repr=False)
    request: Request | None = None
    status: int = 0
    began: int = field(default_factory=time.perf_counter_ns)
    seconds: float = 0.0
    streamed: bool = False
    full_address: Callable[[], bool] = lambda: False

    @property
    def method(self) -> str:
        said = str(self.environ.get("REQUEST_METHOD", ""))
        return said if said in METHODS else "OTHER"

    @property
    def route(self) -> str:
        """The pattern that matched, such as `/tag/<slug>/`."""
        rule = getattr(self.request, "url_rule", None)
        return str(rule.rule) if rule is not None else UNASKED

    @property
    def endpoint(self) -> str:
        return getattr(self.request, "endpoint", None) or ""

    @property
    def path(self) -> str:
        """The path without the query, and without values that are called a token or the like."""
        raw = self.environ.get("PATH_INFO", "").encode("latin-1", "replace")
        path: str = raw.decode("utf-8", "backslashreplace")
        values = getattr(self.request, "view_args", None) or {}
        for name, value in values.items():
            if isinstance(value, str) and sensitive(name):
                path = path.replace(value, REDACTED)
        return path[:LONGEST_PATH]

    @property
    def user(self) -> object:
        """The number of who is signed in, once somebody has asked who it is."""
        visitor = self.environ.get(VISITOR)
        return getattr(visitor, "id", None)

    def described(self) -> dict[str, object]:
        """Return the fields of its log lines."""
        user = self.user
        route = self.route
        return {
            "http.request.id": self.id,
            "http.request.method": self.method,
            "url.path": self.path,
            "http.route": "" if route is UNASKED else route,
            "client.address": client_address(self.environ, whole=self.full_address()),
            "user.id": "" if user is None else str(user),
        }

    def brought(self) -> Iterator[str]:
        """Yield what came with the request and must not be told on."""
        for name, value in self.environ.items():
            if not name.startswith("HTTP_") or not isinstance(value, str):
                continue
            if name == "HTTP_COOKIE":
                yield from parse_cookie(value).values()
            elif sensitive(name.removeprefix("HTTP_").replace("_", "-")):
                yield value
                yield value.partition(" ")[2]
        query = self.environ.get("QUERY_STRING", "")
        yield from (value for _name, value in parse_qsl(query, max_num_fields=1000))
        values = getattr(self.request, "view_args", None) or {}
        yield from (str(value) for name, value in values.items() if sensitive(name))
        # Only a form that was read is known; reading one here could fail or take long.
        form = getattr(self.request, "__dict__", {}).get("form")
        if form is not None:
            for name, values in form.lists():
                if sensitive(name) or "mail" in name.lower():
                    yield from values


class Recorder:
    """Gives each request its id, and when it has ended writes its line and hands it on.

    `inner` is what answers.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        settings: Callable[[], SiteSettings],
        trusted: bool,
        redact: Redactor,
        ended: Callable[[RequestUnit], object],
    ) -> None:
        self.inner = app
        self._settings = settings
        self._trusted = trusted
        self._redact = redact
        self._ended = ended

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        id_, trace = request_ids(environ, trusted=self._trusted)
        unit = RequestUnit(id_, trace, redact=self._redact, environ=environ)
        unit.fields, unit.secrets = unit.described, unit.brought
        unit.full_address = self._whole_addresses
        outer = UNIT.get()
        UNIT.set(unit)

        def started(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            unit.status = int(status[:3])
            kept = [pair for pair in headers if pair[0].lower() != "x-request-id"]
            return start_response(status, [*kept, ("X-Request-Id", unit.id)], *rest)

        try:
            parts = self.inner(environ, started)
        except BaseException:
            unit.status = unit.status or FAILED
            self._end(unit, outer)
            raise
        if unit.streamed:
            return Answer(parts, lambda: self._end(unit, outer))
        self._end(unit, outer)
        return parts

    def _whole_addresses(self) -> bool:
        return self._settings().log_addresses

    def _end(self, unit: RequestUnit, outer: Unit | None) -> None:
        unit.seconds = (time.perf_counter_ns() - unit.began) / 1e9
        try:
            self._write_line(unit)
            self._ended(unit)
        except Exception:  # the answer is on its way; nothing here may take it back
            log.exception("The request %s couldn't be recorded", unit.id)
        finally:
            if UNIT.get() is unit:
                UNIT.set(outer)

    def _write_line(self, unit: RequestUnit) -> None:
        level = level_of(unit, wanted=self._settings().log_requests)
        if not log.isEnabledFor(level):
            return
        noted = unit.noted
        fields: dict[str, object] = {
            "event.kind": "event",
            "event.action": LOUD.get(unit.status, "request"),
            "http.response.status_code": unit.status,
            "event.duration": int(unit.seconds * 1e9),
            "db.query.count": unit.statements,
        }
        if noted is not None:
            fields |= {
                "error.class": noted.kind,
                "error.code": noted.code,
                "error.type": noted.error,
            }
        took = unit.seconds * 1000
        said = (unit.method, unit.path, unit.status, took)
        log.log(level, "%s %s %d %.1f ms", *said, extra={"fields": fields})


def begin_now() -> None:
    """Let a request's time begin here: how long it was sent, or waited for its turn, isn't ours."""
    unit = UNIT.get()
    if isinstance(unit, RequestUnit):
        unit.began = time.perf_counter_ns()


def level_of(unit: RequestUnit, *, wanted: bool) -> int:
    """Return the level of a request's line: what was refused is told even where lines are off."""
    if unit.status in LOUD:
        return logging.WARNING
    quiet = unit.endpoint in QUIET_ENDPOINTS or unit.environ.get("PATH_INFO") in QUIET_PATHS
    return logging.DEBUG if quiet or not wanted else logging.INFO


def client_address(environ: Mapping[str, Any], *, whole: bool) -> str:
    """Return where a request came from, as a network: IPv4 by 24 bits, IPv6 by 48."""
    try:
        address = ipaddress.ip_address(str(environ.get("REMOTE_ADDR", "")))
    except ValueError:  # a socket of this machine has none
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if whole:
        return str(address)
    bits = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network((address, bits), strict=False).network_address)


class Answer:
    """An answer's parts; `ended` is called once, after the last or when the server gives up."""

    def __init__(self, parts: Iterable[bytes], ended: Callable[[], object]) -> None:
        self._parts = parts
        self._steps = iter(parts)
        self._ended: Callable[[], object] | None = ended

    def __iter__(self) -> Answer:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._steps)
        except BaseException:
            self._end()
            raise

    def close(self) -> None:
        """Close the answer, as WSGI wants it."""
        try:
            close = getattr(self._parts, "close", None)
            if close is not None:
                close()
        finally:
            self._end()

    def _end(self) -> None:
        ended, self._ended = self._ended, None
        if ended is not None:
            ended()
