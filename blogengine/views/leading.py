"""Asking plugins where an address leads, before a visitor is told that nothing is there."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from flask import abort, current_app, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from blogengine.dressing import Redirection
from blogengine.errors import Gone
from blogengine.views.current import current_site
from blogengine.views.posts import stands_at

ADMIN = "/admin/"
GONE = 410
LEADING = (301, 302)
SAFE = "/:@!$&'()*+,;=~%?#-._"


def leading_elsewhere() -> AnyResponse | Gone | None:
    """Return the redirect that a plugin knows, or the error for what it says is gone."""
    if request.method not in ("GET", "HEAD") or request.path.startswith(ADMIN):
        return None
    for answer in _answers():
        if answer.status == GONE:
            return Gone(
                "What was here has been deleted.",
                code="gone",
                action="Look through all tags instead.",
                pointer=("/tags/", "Tags"),
            )
        if answer.status in LEADING and _sound(answer.to):
            return redirect(quote(answer.to, safe=SAFE), answer.status)
    return None


def _answers() -> Iterator[Redirection]:
    """Yield what plugins know of the address; an answer of another type is that plugin's fault."""
    site = current_site()
    known = {"site": site, "path": request.path}
    for one in site.hooks.implementations("not_found"):
        answer = one.call(*(known[name] for name in one.arguments))
        if isinstance(answer, Redirection):
            yield answer
        elif answer is not None:
            wrong = f"it returned {type(answer).__name__}, not a Redirection or None"
            site.guard.report(one.plugin, "not_found", TypeError(wrong))


def refuse_empty_slash() -> None:
    """Answer 404 at once for an address without its slash where nothing stands with it either.

    Else a visitor would be sent on to be told so, or take two steps where a rule leads.
    """
    if not isinstance(request.routing_exception, RequestRedirect) or request.path.endswith("/"):
        return
    adapter = current_app.create_url_adapter(request)
    if adapter is None or request.method not in ("GET", "HEAD"):
        return
    try:
        endpoint, _ = adapter.match(f"{request.path}/", method="GET")
    except HTTPException:
        return
    if endpoint == "post" and not stands_at(request.path):
        abort(404)


def _sound(address: str) -> bool:
    """Whether an address is a path of this site, or a whole one by http or https."""
    if any(ord(letter) < 33 or letter == "\\" for letter in address):
        return False
    if address.startswith("/"):
        return not address.startswith("//")
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and bool(parts.hostname)
