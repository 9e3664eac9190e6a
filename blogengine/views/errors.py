"""Errors as answers: a readable page for people, problem+json (RFC 9457) for programs."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator
from dataclasses import asdict

from flask import Flask, Response, request
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from blogengine.confirming import CONFIRM_FIRST
from blogengine.db import explained
from blogengine.errors import BlogError, Gone, Lost, Retryable, TooMany
from blogengine.languages import tongue, translator
from blogengine.logs import Noted, current_id, current_unit, sensitive
from blogengine.routes import SAFE_METHODS
from blogengine.values import FieldError, GivenBack, Link, Page
from blogengine.views.confirming import ask_to_confirm, can_confirm, was_refused
from blogengine.views.current import current_site, respond, respond_with
from blogengine.views.http_errors import FATAL, told
from blogengine.views.leading import leading_elsewhere, refuse_empty_slash
from blogengine.views.people.arriving import log_in_form
from blogengine.views.people.carrying import SIGN_IN_NEEDED, ask_to_sign_in, can_carry
from blogengine.views.sent import to_send_again

_ = translator(__name__)

log = logging.getLogger(__name__)

MANUAL = "/errors/"
NOT_FOUND = 404
MOST_GIVEN_BACK = 1_000_000
"""Characters of a form that an error's page gives back."""


def add_error_handlers(app: Flask) -> None:
    """Answer every failure with a sentence, whose turn it is, and what to do."""
    app.before_request(refuse_empty_slash)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(BlogError, show_blog_error)
    app.register_error_handler(DBAPIError, lambda error: show_blog_error(explained(error)))
    app.register_error_handler(Exception, show_bug)


def show_http_error(error: HTTPException) -> AnyResponse:
    """Answer for an error of the HTTP layer, redirects included."""
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response(request.environ)
    if error.code == NOT_FOUND and (elsewhere := leading_elsewhere()) is not None:
        return show_blog_error(elsewhere) if isinstance(elsewhere, Gone | Lost) else elsewhere
    known = told(error.code, error.name)
    note(known, error)
    response = answer(known)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def show_blog_error(error: BlogError) -> AnyResponse:
    """Answer for one of the engine's own errors."""
    note(error, error)
    if error.turn in ("operator", "fatal"):
        log.error("%s", error, exc_info=error, extra={"fields": fields_of(error, error)})
    if (error.code == CONFIRM_FIRST or was_refused()) and can_confirm() and not wants_json():
        return ask_to_confirm(error)
    if error.code == SIGN_IN_NEEDED and can_carry() and not wants_json():
        return ask_to_sign_in(error, log_in_form())
    return answer(error)


def show_bug(error: Exception) -> Response:
    """Answer for what nobody foresaw: no detail to the visitor, all of it to the log."""
    known = told(FATAL, "")
    note(known, error)
    fields = fields_of(known, error)
    log.error("Unhandled error: %r", error, exc_info=error, extra={"fields": fields})
    if current_site().guard.strict:
        # Only where an author tries things out: with --reload, and in tests.
        trace = "".join(traceback.format_exception(error))
        return Response(trace, FATAL, content_type="text/plain; charset=utf-8")
    return answer(known)


def fields_of(error: BlogError, cause: BaseException) -> dict[str, object]:
    """Return an error as fields of a log line."""
    return {
        "event.kind": "event",
        "event.action": "error",
        "error.class": error.kind,
        "error.code": error.code,
        "error.type": type(cause).__name__,
        "http.response.status_code": error.status,
    }


def note(error: BlogError, cause: BaseException) -> None:
    """Let the request's own line, and whoever asks after its id, know what went wrong."""
    unit = current_unit()
    if unit is None:
        return
    trace = ""
    if error.kind not in ("user", "denied"):
        trace = "".join(traceback.format_exception(cause))
    unit.noted = Noted(
        error.kind, error.code, error.message, error.action, type(cause).__name__, trace
    )


def answer(error: BlogError) -> Response:
    """Return the answer for an error, in the form that the client prefers; nothing stores it."""
    heading = "Not found" if error.status == 404 else error.message.rstrip(".")
    if wants_json():
        body = json.dumps(problem(error, heading))
        response = Response(body, error.status, content_type="application/problem+json")
    else:
        response = _page(error)
    response.headers["Cache-Control"] = "no-store"
    if isinstance(error, Retryable | TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def problem(error: BlogError, title: str) -> dict[str, object]:
    """Return an error as RFC 9457 wants it.

    `type` is the address of the error's entry in the manual, which every site serves itself.
    """
    body: dict[str, object] = {
        "type": f"{MANUAL}{error.code}/",
        "title": title,
        "status": error.status,
        "detail": error.message,
        "instance": request.path,
        "code": error.code,
        "request_id": current_id(),
        "turn": error.turn,
        "action": error.action,
    }
    if error.errors:
        body["errors"] = [asdict(FieldError(*one)) for one in error.errors]
    if isinstance(error, Retryable | TooMany):
        body["retry_after"] = error.retry_after
    return body


def _page(error: BlogError) -> Response:
    said = tongue().find_anywhere
    message = said(error.message)
    heading = _("Not found") if error.status == NOT_FOUND else message.rstrip(".")
    page = Page(
        kind="error",
        title=heading,
        heading=heading,
        status=error.status,
        message=message,
        action=said(error.action),
        turn=error.turn,
        request_id=current_id(),
        code=error.code,
        errors=tuple(
            FieldError(one[0], one[1], said(one[2]))
            for one in error.errors
            if one[2] != error.message
        ),
        given=tuple(given_back()),
        pointer=Link(*error.pointer) if isinstance(error, Gone | Lost) else None,
        noindex=True,
    )
    form = to_send_again(error, page.given)
    try:
        return respond_with(page, "_errors/sent.html", form) if form else respond(page)
    except Exception:
        # The page of an error must not fail itself: then plain text has to do.
        log.exception("The error page failed")
        plain = f"{error.message} {error.action}\n"
        return Response(plain, error.status, content_type="text/plain; charset=utf-8")


def given_back() -> Iterator[GivenBack]:
    """Yield what a form had brought, secrets left out: whatever fails, no text is lost with it."""
    left = MOST_GIVEN_BACK
    if request.method in SAFE_METHODS:
        return  # whoever only reads has written nothing
    try:
        form = request.form
    except (HTTPException, OSError):  # too large, or broken: then there is nothing to give back
        return
    for name, text in form.items(multi=True):
        if text.strip() and not sensitive(name) and len(text) <= left:
            left -= len(text)
            yield GivenBack(name, text)


def wants_json() -> bool:
    """Whether the client asks for JSON rather than for a page."""
    accept = request.accept_mimetypes
    best = accept.best_match(["text/html", "application/problem+json", "application/json"])
    return bool(accept) and best is not None and best != "text/html" and accept[best] > 0
