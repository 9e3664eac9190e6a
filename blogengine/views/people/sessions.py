"""From a sign-in to the browser's cookies, and back to nothing."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from blogengine.cookies import DEVICE, FORM, SESSION, drop_cookie, read_cookie, set_cookie
from blogengine.doors.redirects import own_address
from blogengine.identity import Caller, SignedIn
from blogengine.views.current import current_site

HOME = "/admin/profile"
ADMIN = "/admin/"
SEE_OTHER = 303
DEVICE_SECONDS = 180 * 24 * 3600


def caller() -> Caller:
    """Return from where the request comes."""
    agent = request.headers.get("User-Agent", "")
    return Caller(request.remote_addr or "", agent, read_cookie(DEVICE))


def next_address() -> str:
    """Return where to go on after signing in: an address of this site, whatever was asked."""
    return own_address(request.values.get("next"), otherwise=home())


def home() -> str:
    """Return where somebody begins who has signed in: the admin, where it is switched on."""
    pages = current_site().contributions.admin_pages
    return ADMIN if any(page.path == ADMIN for _plugin, page in pages) else HOME


def signed_in(signed: SignedIn, address: str | None = None) -> Response:
    """Go on as somebody who is signed in: with a new session, whatever cookie was there before."""
    response = redirect(address or next_address(), SEE_OTHER)
    keep_session(response, signed.cookie, signed.max_age)
    set_cookie(response, DEVICE, signed.device_cookie, max_age=DEVICE_SECONDS)
    drop_cookie(response, FORM)
    return response


def keep_session(response: Response, cookie: str, max_age: int | None) -> None:
    """Give the browser its session's cookie."""
    set_cookie(response, SESSION, cookie, max_age=max_age)


def signed_out() -> Response:
    """Go to the sign-in page as nobody; the browser forgets what it kept of this site's pages."""
    response = redirect("/admin/login?done=1", SEE_OTHER)
    drop_cookie(response, SESSION)
    drop_cookie(response, FORM)
    # Cookies are left out: the one that knows the device lets its owner in past an attack.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
