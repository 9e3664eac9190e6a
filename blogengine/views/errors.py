"""Errors as answers: a readable page for people, problem+json (RFC 9457) for programs."""

from __future__ import annotations

import json
import logging
import traceback

from flask import Flask, Response, g, request
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from blogengine.db import explained
from blogengine.errors import BlogError, Retryable, TooMany
from blogengine.values import Page
from blogengine.views.current import current_site, respond

log = logging.getLogger(__name__)

SENTENCES = {
    400: ("The request can't be understood.", "Check the address, or go back and try again."),
    403: ("This isn't allowed.", "Open the page of this site again and repeat it there."),
    404: ("There is nothing at this address.", "It may have moved, or the address is mistyped."),
    405: ("This address can't be used that way.", "Open it as an ordinary page."),
    410: ("What was here has been deleted.", "Look through the newest posts instead."),
    413: ("What was sent is too large.", "Shorten it and send it again."),
    414: ("The address is too long.", "Shorten it."),
    500: ("Something went wrong on our side.", "Try again; tell the owner if it goes on."),
}
FATAL = 500


def add_error_handlers(app: Flask) -> None:
    """Answer every failure with a sentence, whose turn it is, and what to do."""
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(BlogError, show_blog_error)
    app.register_error_handler(DBAPIError, lambda error: show_blog_error(explained(error)))
    app.register_error_handler(Exception, show_bug)


def show_http_error(error: HTTPException) -> AnyResponse:
    """Answer for an error of the HTTP layer, redirects included."""
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response(request.environ)
    status = error.code
    message, action = SENTENCES.get(status, (f"{error.name}.", "Go back and try again."))
    response = _answer(status, error.name, message, action, "user" if status < FATAL else "fatal")
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def show_blog_error(error: BlogError) -> Response:
    """Answer for one of the engine's own errors."""
    if error.turn in ("operator", "fatal"):
        log.error("%s [%s]", error, error.code, exc_info=error)
    response = _answer(error.status, error.code, error.message, error.action, error.turn)
    if isinstance(error, Retryable | TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def show_bug(error: Exception) -> Response:
    """Answer for what nobody foresaw: no detail to the visitor, all of it to the log."""
    log.error("Unhandled error in request %s", g.get("request_id", "-"), exc_info=error)
    if current_site().guard.strict:
        # Only where an author tries things out: with --reload, and in tests.
        trace = "".join(traceback.format_exception(error))
        return Response(trace, FATAL, content_type="text/plain; charset=utf-8")
    message, action = SENTENCES[FATAL]
    return _answer(FATAL, "internal-error", message, action, "fatal")


def _answer(status: int, code: str, message: str, action: str, turn: str) -> Response:
    heading = "Not found" if status == 404 else message.rstrip(".")
    if _wants_json():
        body = {
            "type": f"urn:blogengine:error:{code}",
            "title": heading,
            "status": status,
            "detail": message,
            "instance": request.path,
            "request_id": g.get("request_id", ""),
            "turn": turn,
            "action": action,
        }
        response = Response(json.dumps(body), status, content_type="application/problem+json")
    else:
        response = _page(status, heading, message, action, turn)
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(status: int, heading: str, message: str, action: str, turn: str) -> Response:
    page = Page(
        kind="error",
        title=heading,
        heading=heading,
        status=status,
        message=message,
        action=action,
        turn=turn,
        request_id=g.get("request_id", ""),
        noindex=True,
    )
    try:
        return respond(page)
    except Exception:
        # The page of an error must not fail itself: then plain text has to do.
        log.exception("The error page failed")
        return Response(f"{message} {action}\n", status, content_type="text/plain; charset=utf-8")


def _wants_json() -> bool:
    accept = request.accept_mimetypes
    best = accept.best_match(["text/html", "application/problem+json", "application/json"])
    return bool(accept) and best is not None and best != "text/html" and accept[best] > 0
