"""What a request may measure: refused before any view looks at it, with the limit and what came."""

from __future__ import annotations

import re

from flask import request

from blogengine.bodies import LARGEST_REQUEST
from blogengine.errors import UserError
from blogengine.views.guarding import policy_of_request

MOST_FORM_FIELDS = 1000
LARGEST_FORM = 1024 * 1024
DEEPEST_JSON = 64

JSON_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def refuse_excess() -> None:
    """Refuse a body that is too large, compressed, of too many fields or too deep.

    Raises UserError: 413 by size and number, 415 for a compressed body, 422 by depth. Parts of a
    form with files are counted by Werkzeug, while it reads them.
    """
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UserError(
            "The request's body is compressed, which isn't taken.",
            code="request-compressed",
            action="Send it as it is, without Content-Encoding.",
            status=415,
        )
    length = request.content_length or 0
    policy = policy_of_request()
    largest = policy.body if policy is not None else LARGEST_REQUEST
    if length > largest:
        raise _too_large("bytes", largest, length)
    if not length:
        return
    if request.mimetype == "application/x-www-form-urlencoded":
        if length > LARGEST_FORM:
            raise _too_large("bytes of a form", LARGEST_FORM, length)
        fields = request.get_data().count(b"&") + 1
        if fields > MOST_FORM_FIELDS:
            raise _too_large("fields", MOST_FORM_FIELDS, fields)
    elif request.is_json and (depth := json_depth(request.get_data())) > DEEPEST_JSON:
        raise UserError(
            f"The JSON is {depth} levels deep; {DEEPEST_JSON} are allowed.",
            code="json-too-deep",
            action="Send it flatter.",
            status=422,
        )


def json_depth(text: bytes) -> int:
    """Return how deep JSON is nested, without reading it: readers of JSON fail at great depth."""
    if text.count(b"[") + text.count(b"{") <= DEEPEST_JSON:
        return 0
    depth = deepest = 0
    for token in JSON_TOKENS.finditer(text):
        if token[0] in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token[0] in b"]}":
            depth -= 1
    return deepest


def _too_large(what: str, limit: int, given: int) -> UserError:
    return UserError(
        f"A request may have {limit} {what}; {given} came.",
        code="request-too-large",
        action="Send less at once.",
        status=413,
    )
