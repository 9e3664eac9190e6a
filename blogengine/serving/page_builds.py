"""The app as a worker serves it: bodies read first, a bounded number of pages at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from gunicorn.http.errors import ParseException

from blogengine.bodies import LARGEST_REQUEST, drop_spooled, take_body
from blogengine.logs import Noted, current_unit
from blogengine.views.recording import begin_now

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PAGES_AT_ONCE = 8
"""Pages a worker builds at once; more would only slow each other down."""


class PageBuilds:
    """Lets a bounded number of threads build pages; the others wait their turn.

    `body_bound(method, path)` says how many bytes a request may have.
    """

    def __init__(
        self,
        app: WSGIApplication,
        limit: int = PAGES_AT_ONCE,
        *,
        body_bound: Callable[[str, str], int] = lambda _method, _path: LARGEST_REQUEST,
    ) -> None:
        self._app = app
        self.body_bound = body_bound
        self._turns = threading.BoundedSemaphore(limit)
        self._counting = threading.Lock()
        self.under_way = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # A slow sender may hold a thread, never a turn: the body is here before one is taken.
        try:
            take_body(environ)
        except TimeoutError:
            return refused(start_response, "408 Request Timeout", "The request came too slowly.")
        except (OSError, ParseException):  # a chunk that is none, or a connection that is gone
            return refused(start_response, "400 Bad Request", "The request can't be read.")
        self._count(1)
        try:
            with self._turns:
                begin_now()
                return self._app(environ, start_response)
        finally:
            self._count(-1)
            drop_spooled(environ)

    def _count(self, number: int) -> None:
        with self._counting:
            self.under_way += number


def refused(start_response: StartResponse, status: str, sentence: str) -> Iterable[bytes]:
    """Answer a request whose body can't be had; the connection ends with it."""
    unit = current_unit()
    if unit is not None:
        unit.noted = Noted("user", "request-refused", sentence)
    body = f"{sentence} Send it again.\n".encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("Connection", "close"),
    ]
    start_response(status, headers)
    return [body]
