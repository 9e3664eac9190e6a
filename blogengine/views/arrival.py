"""What happens to every request before a view and after it."""

from __future__ import annotations

import re
import threading
import time
from typing import cast

from flask import Flask, Request, Response, current_app, g, request
from werkzeug.local import LocalProxy

from blogengine.clock import utcnow
from blogengine.cookies import FORM, LANGUAGE, is_protected, set_cookie
from blogengine.csrf import NEW_FORM_COOKIE
from blogengine.errors import BlogError
from blogengine.languages import ENGLISH, Tongue, speak
from blogengine.logs import current_id, current_unit
from blogengine.patience import patience
from blogengine.site import Site
from blogengine.state import read_state
from blogengine.views.caching import settle_cache
from blogengine.views.confirming import keep_confirmation
from blogengine.views.current import current_site
from blogengine.views.guarding import check_host, guard_route, know_visitor
from blogengine.views.recording import QUIET_PATHS, RequestUnit
from blogengine.views.static import ENDPOINT as STATIC

REVISION = "blogengine.settings_revision"
TURN = "blogengine.publishing_turn"

PATIENCE = 200
"""Milliseconds that a request waits for another writer before it leaves a due post to others."""

REST_SECONDS = 5.0

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
BARE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
STRICT_TRANSPORT = "max-age=31536000"
TEXTUAL = re.compile(r"text/|image/svg\+xml|application/(?:[\w.-]+\+)?xml|application/javascript")


def add_arrival(app: Flask) -> None:
    """Register the steps around every request."""
    app.extensions[TURN] = PublishingTurn()
    for step in (name_request, know_visitor, check_host, look_at_state, guard_route):
        app.before_request(step)
    app.after_request(add_headers)


def name_request() -> None:
    """Give the request an id that the answer and the log share."""
    g.request_id = current_id()
    unit = current_unit()
    if isinstance(unit, RequestUnit):
        unit.request = cast(LocalProxy[Request], request)._get_current_object()


def look_at_state() -> None:
    """Read the one row that tells what changed: settings to reload, posts that are due.

    A plugin's file is what it is, and has to be there when the database isn't; so have the
    addresses that machines watch. The page speaks the site's language.
    """
    speak(ENGLISH)
    if request.endpoint == STATIC or request.path in QUIET_PATHS:
        return
    site = current_site()
    speak(spoken_here(site))
    state = read_state(site.db.reading())
    # Not "another than": a request that began earlier must not bring older settings back.
    if state.settings_revision > current_app.extensions.get(REVISION, 0):
        site.store.reload(site.db.reading())
        site.widgets.reload(site.db.reading())
        current_app.extensions[REVISION] = state.settings_revision
        speak(spoken_here(site))
    due = state.next_due is not None and state.next_due <= utcnow()
    if due and not site.config.trial:
        publish_due(site)
        state = read_state(site.db.reading())
    g.state = state


def spoken_here(site: Site) -> Tongue:
    """Return the language of this page: in the admin one's own choice, elsewhere the site's."""
    if request.path.startswith("/admin/"):
        chosen = request.cookies.get(f"blogengine-{LANGUAGE}", "")
        if chosen and chosen in site.languages.offered():
            return site.languages.tongue(chosen)
    return site.locale


def publish_due(site: Site) -> None:
    """Publish what is due; a busy database only means that somebody tries again soon.

    One thread tries and waits for a moment only; the others show the page as it is.
    """
    turn: PublishingTurn = current_app.extensions[TURN]
    if not turn.take():
        return
    try:
        with patience(PATIENCE):
            site.posts.publish_due()
    except BlogError as error:
        turn.rest()
        current_app.logger.warning("Scheduled posts couldn't be published yet: %s", error)
    finally:
        turn.give_back()


class PublishingTurn:
    """Lets one thread of a worker at a time publish, and none right after it was in vain."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._not_before = 0.0

    def take(self) -> bool:
        """Whether it is this thread's turn; then it gives it back."""
        return time.monotonic() >= self._not_before and self._lock.acquire(blocking=False)

    def rest(self) -> None:
        """Let nobody try for a while."""
        self._not_before = time.monotonic() + REST_SECONDS

    def give_back(self) -> None:
        self._lock.release()


def add_headers(response: Response) -> Response:
    """Add what every answer carries."""
    unit = current_unit()
    if isinstance(unit, RequestUnit):
        unit.streamed = response.is_streamed
    # Routing makes the addresses of its redirects from the Host header, which anybody may send.
    if (location := response.location) and location.startswith(request.host_url):
        response.location = "/" + location.removeprefix(request.host_url).lstrip("/")
    if cookie := request.environ.get(NEW_FORM_COOKIE):
        set_cookie(response, FORM, cookie)
    keep_confirmation(response)
    settle_cache(response)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", BARE_POLICY)
    if is_protected():  # elsewhere browsers only complain of it
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
    kind = response.headers.get("Content-Type", "")
    if TEXTUAL.match(kind) and "charset=" not in kind:
        response.headers["Content-Type"] = f"{kind}; charset=utf-8"
    return response
