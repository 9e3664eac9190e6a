"""The site's own cookies: their names, and what a browser may do with them."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from blogengine.hosts import host_name, is_loopback

SESSION = "blogengine"
FORM = "blogengine-form"
DEVICE = "blogengine-device"
LANGUAGE = "language"
"""The choice of the admin's language, which the browser keeps."""

YEAR = 365 * 24 * 3600

ASKED_FOR_CHOICE = "blogengine.asked_for_choice"
CHOSEN = "blogengine.chosen"
"""Names in a request's environment: its answer depends on a choice; the visitor has made one."""


def is_protected() -> bool:
    """Whether nobody on the way can read what this request carries: https, or this machine."""
    return request.is_secure or is_loopback(host_name(request.host) or "")


def cookie_name(name: str) -> str:
    """Return a cookie's name here.

    With `__Host-` in front a browser takes it from this very host only, and only protected. Over
    plain http from elsewhere there is no such thing.
    """
    return f"__Host-{name}" if is_protected() else name


def read_cookie(name: str) -> str:
    """Return a cookie's value, of several with one name the first; "" when there is none."""
    return request.cookies.get(cookie_name(name), "")


def set_cookie(response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
    """Let the browser keep a cookie that no script can read and other sites don't send."""
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=max_age,
        path="/",
        secure=is_protected(),
        httponly=True,
        samesite="Lax",
    )


def remembered(name: str) -> str:
    """Return what `remember` left with the visitor; "" for nothing.

    The answer to whoever chose something is kept by no shared cache, and is compared as usual.
    """
    request.environ[ASKED_FOR_CHOICE] = True
    value = request.cookies.get(f"blogengine-{name}", "")
    if value:
        request.environ[CHOSEN] = True
    return value


def remember(response: Response, name: str, value: str) -> None:
    """Let the visitor's browser keep a choice about what pages look like, for a year.

    It is no secret and nobody is known by it. An empty value is forgotten.
    """
    key, secure = f"blogengine-{name}", request.is_secure
    if value:
        response.set_cookie(key, value, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(key, secure=secure, httponly=True, samesite="Lax")


def drop_cookie(response: Response, name: str) -> None:
    """Let the browser forget a cookie."""
    response.delete_cookie(
        cookie_name(name), path="/", secure=is_protected(), httponly=True, samesite="Lax"
    )
