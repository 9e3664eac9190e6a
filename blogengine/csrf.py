"""Where a form came from: browsers say it, and forms of signed-in people carry a token besides.

The token is bound to the session; on the pages where somebody signs in, to a cookie of that form's
own. It is made anew for every page, so that a compressed answer doesn't tell it bit by bit.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import cast
from urllib.parse import urlsplit

from flask import current_app, request
from markupsafe import Markup

from blogengine.actors import PERSON, current_actor
from blogengine.cookies import FORM, read_cookie

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"

PRIVATE = "blogengine.private"
NEW_FORM_COOKIE = "blogengine.form_cookie"
"""Names in a request's environment: the answer is for one visitor, and gives them this cookie."""

NONCE_BYTES = 16


def csrf_token() -> str:
    """Return a token for a form of the page that is being made, which no cache may keep then."""
    request.environ[PRIVATE] = True
    bound = _bound_to()
    if not bound:
        request.environ[NEW_FORM_COOKIE] = secrets.token_urlsafe(32)
        bound = _bound_to()
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    return f"{nonce}.{_signature(nonce, bound)}"


def csrf_field() -> Markup:
    """Return the hidden field that a form of a signed-in person needs."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, csrf_token())


def token_fits() -> bool:
    """Whether the request carries a token that this site gave to this session."""
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    nonce, _, signature = given.partition(".")
    bound = _bound_to()
    if not bound or not nonce or not signature.isascii():
        return False
    return hmac.compare_digest(signature, _signature(nonce, bound))


def from_elsewhere() -> bool:
    """Whether the browser says that another site's page sent the request.

    In `Sec-Fetch-Site` (Fetch Metadata), older ones in `Origin`; programs send neither.
    """
    where = request.headers.get("Sec-Fetch-Site")
    if where is not None:
        return where not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is not None and not _is_here(origin)


def from_here() -> bool:
    """Whether the browser says that a page of this site sent the request."""
    if from_elsewhere():
        return False
    said = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return said or request.headers.get("Origin") is not None


def _is_here(origin: str) -> bool:
    try:
        return urlsplit(origin).netloc == request.host
    except ValueError:
        return False


def _bound_to() -> str:
    actor = current_actor()
    if actor.kind == PERSON:
        return f"session {actor.session}"
    cookie = cast(str, request.environ.get(NEW_FORM_COOKIE) or read_cookie(FORM))
    return f"form {cookie}" if cookie else ""


def _signature(nonce: str, bound: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    message = f"csrf\x00{nonce}\x00{bound}".encode("utf-8", "replace")
    return hmac.new(secret, message, hashlib.sha256).hexdigest()
