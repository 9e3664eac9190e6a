"""What the next page says of what was just done: it survives the redirect without a script.

The sentence travels in a cookie that is signed for the session it was made in, so that nobody
writes one into another's page.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass

from flask import current_app, request

from blogengine.actors import current_actor
from blogengine.answers import Response, redirect
from blogengine.clock import utcnow
from blogengine.cookies import drop_cookie, read_cookie, set_cookie
from blogengine.doors.redirects import own_address

COOKIE = "blogengine-notice"
SECONDS = 120
LONGEST = 1000
SEE_OTHER = 303
TONES = ("done", "warning")

TAKEN = "blogengine.notice_taken"
"""The name in a request's environment: a notice was shown, so its cookie goes."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence about what was done. `undo` is the address that takes it back, by POST."""

    text: str
    tone: str = "done"
    undo: str = ""


def redirect_saying(location: str, text: str, *, tone: str = "done", undo: str = "") -> Response:
    """Answer a form with 303; the page of the admin that comes next says `text`.

    `tone` is done or warning. With `undo`, an address of this site, a button beside the sentence
    sends a form there.
    """
    notice = Notice(text[:LONGEST], tone if tone in TONES else TONES[0], undo)
    response = Response("", SEE_OTHER)
    response.location = redirect(location).location or "/"
    said = json.dumps([int(utcnow().timestamp()), asdict(notice)]).encode()
    packed = base64.urlsafe_b64encode(said).decode()
    set_cookie(response, COOKIE, f"{packed}.{_signature(packed)}", max_age=SECONDS)
    return response


def take_notice() -> Notice | None:
    """Return what the last act left to say; it is said once."""
    cookie = read_cookie(COOKIE)
    if not cookie:
        return None
    request.environ[TAKEN] = True
    packed, _, signature = cookie.partition(".")
    if not signature.isascii() or not hmac.compare_digest(signature, _signature(packed)):
        return None
    at, fields = json.loads(base64.urlsafe_b64decode(packed))
    if utcnow().timestamp() - at > SECONDS:
        return None
    notice = Notice(**fields)
    return Notice(notice.text, notice.tone, own_address(notice.undo, otherwise=""))


def forget_taken(response: Response) -> None:
    """Let the browser forget a notice that this answer shows."""
    if request.environ.get(TAKEN):
        drop_cookie(response, COOKIE)


def _signature(packed: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    message = f"notice\x00{current_actor().session}\x00{packed}".encode("utf-8", "replace")
    return hmac.new(secret, message, hashlib.sha256).hexdigest()
