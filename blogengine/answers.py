"""What a plugin's view may answer: a text is a text, and nobody is sent to another site by chance.

Flask takes whatever a view returns for HTML. Here a `str` is plain text; HTML is what says so:
`Markup`, a rendered template, or a response with its type.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import flask
from flask import request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from blogengine.doors.redirects import own_address
from blogengine.errors import UserError

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
FOUND = 302

BROKEN_HEADER = "Header values must not contain newline characters."
"""What Werkzeug says; a test notices when it says something else."""

ELSEWHERE = "blogengine_elsewhere"
"""The attribute of a response that may send its visitor to another site."""


class Response(flask.Response):
    """Flask's response; without a type a text is plain text and bytes are a file.

    `Markup` is HTML, and `mimetype` or `content_type` say anything else.
    """

    def __init__(self, response: Any = None, *args: Any, **options: Any) -> None:
        headers = options.get("headers") or (args[1] if len(args) > 1 else None)
        said = len(args) > 2 or "mimetype" in options or "content_type" in options
        if not said and not _names_type(headers):
            options["content_type"] = type_of(response)
        super().__init__(response, *args, **options)


def redirect(location: str, code: int = FOUND, *, elsewhere: bool = False) -> AnyResponse:
    """Send the visitor to another address of this site, `/` for one that isn't.

    With `elsewhere` another site is taken too: only for addresses that no request can choose.
    """
    target = location if elsewhere else own_address(_without_host(location))
    answer = flask.redirect(target, code, Response=flask.Response)
    setattr(answer, ELSEWHERE, elsewhere)
    return answer


def stay_here(response: AnyResponse) -> None:
    """Let a redirect lead to this site unless it was made for another one on purpose."""
    location = response.headers.get("Location")
    if location is None or getattr(response, ELSEWHERE, False):
        return
    response.headers["Location"] = own_address(_without_host(location))


def _without_host(location: str) -> str:
    """Return the path of an address that names this site, any other as it is."""
    try:
        parts = urlsplit(location)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or parts.netloc != request.host:
        return location
    return parts._replace(scheme="", netloc="").geturl() or "/"


@contextmanager
def refusing_broken_headers() -> Iterator[None]:
    """Let a line break that a request brought into a header be the visitor's mistake.

    Werkzeug refuses it with a ValueError, which would count as a failure of the plugin: with five
    requests anybody could have it paused. Raises UserError.
    """
    try:
        yield
    except ValueError as error:
        if str(error) != BROKEN_HEADER:
            raise
        raise UserError(
            "Something in the request has a line break where none can be.",
            code="header-broken",
            action="Go back and try again.",
        ) from error


def typed(answer: Any) -> Any:
    """Return a view's answer with its type said where it is a bare text or bytes."""
    body, *rest = answer if isinstance(answer, tuple) else (answer,)
    if not isinstance(body, str | bytes | bytearray):
        return answer
    headers = next((part for part in rest if not isinstance(part, int | str)), None)
    sent = bytes(body) if isinstance(body, bytearray) else body
    made = flask.Response(sent, content_type=type_of(body))
    if _names_type(headers):
        made.headers.pop("Content-Type")
    return (made, *rest) if rest else made


def type_of(body: Any) -> str:
    """Return the type of a body of which nobody said one."""
    if isinstance(body, Markup):
        return "text/html; charset=utf-8"
    return BYTES if isinstance(body, bytes | bytearray) else TEXT


def _names_type(headers: Any) -> bool:
    if not headers:
        return False
    pairs = headers.items() if hasattr(headers, "items") else headers
    return any(str(name).lower() == "content-type" for name, _value in pairs)
