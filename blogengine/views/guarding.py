"""The guards in front of every view, by what its route declares; one place for all of them."""

from __future__ import annotations

import logging
from typing import cast
from urllib.parse import urlencode

from flask import abort, current_app, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from blogengine.actors import NOBODY, RECOGNISE, Actor, current_actor, require
from blogengine.bodies import LARGEST_REQUEST
from blogengine.confirming import require_confirmed
from blogengine.cookies import SESSION, read_cookie
from blogengine.csrf import from_elsewhere, token_fits
from blogengine.errors import Denied, UserError
from blogengine.hosts import host_name, is_known
from blogengine.limits import address_key
from blogengine.permissions import PUBLIC
from blogengine.routes import SAFE_METHODS, RoutePolicy, policies
from blogengine.settings import SiteSettings
from blogengine.views.confirming import take_confirmation
from blogengine.views.current import current_site

SIGN_IN = "/admin/login"
MISDIRECTED = 421
BEARER = "bearer"

log = logging.getLogger(__name__)


def know_visitor() -> None:
    """Say how to find out who sends the request; nobody looks before somebody asks."""
    request.environ[RECOGNISE] = recognise


def recognise() -> Actor:
    """Return who sends the request, by an API token or the session's cookie."""
    identity = current_site().identity
    given = request.authorization
    if given is not None and given.type == BEARER:
        return identity.actor_of_token(given.token or "") or NOBODY
    policy = policy_of_request()
    if policy is not None and policy.csrf == "none":
        return NOBODY
    cookie = read_cookie(SESSION)
    return (identity.actor_of(cookie) if cookie else None) or NOBODY


def by_token() -> bool:
    """Whether an API token speaks for the request: no browser adds one by itself."""
    return request.authorization is not None and request.authorization.type == BEARER


def check_host() -> None:
    """Refuse a request for another site's name, so that nothing is ever made with it."""
    given = request.environ.get("HTTP_HOST")
    if given is None:
        return  # an old program; the server's own name stands in
    name = host_name(given)
    if name is None:
        raise UserError(
            "The request doesn't say for which site it is.",
            code="host-invalid",
            action="Check the address.",
        )
    settings = current_site().settings(SiteSettings)
    if not is_known(name, settings.base_url, settings.allowed_hosts):
        raise UserError(
            "There is no such site here.",
            code="host-unknown",
            action="If it is yours, name it in the setting base_url or allowed_hosts.",
            status=MISDIRECTED,
        )


def policy_of_request() -> RoutePolicy | None:
    """Return what the route of the running request declares."""
    return policies(current_app).get(request.endpoint or "")


def guard_route() -> AnyResponse | None:
    """Let a request through to its view only if it shows what the route declares."""
    if request.endpoint is None:
        return None  # no such address; Flask says so
    policy = policy_of_request()
    if policy is None:
        log.error("The route %s declares no permission; nobody gets an answer.", request.url_rule)
        abort(404)
    if policy.body > LARGEST_REQUEST:
        request.max_content_length = policy.body
    if request.method == "HEAD":
        # A view that takes what isn't GET for a sent form must not take this for one.
        request.method = "GET"
    changing = request.method not in SAFE_METHODS
    if changing and policy.csrf != "none" and not by_token() and from_elsewhere():
        raise _not_from_here()
    if policy.permission != PUBLIC:
        if current_actor().anonymous and request.method == "GET" and _is_page():
            there = request.full_path.rstrip("?")
            return redirect(f"{SIGN_IN}?{urlencode({'next': there})}", 303)
        require(policy.permission)
    if changing and policy.csrf == "token" and not by_token() and not token_fits():
        raise _not_fresh()
    if changing or policy.limits_reading:
        who = current_actor()
        key = f"person:{who.id}" if who.id is not None else address_key(request.remote_addr or "")
        current_site().limits.hit(f"route:{request.endpoint}", key, rate=policy.limit)
    if changing and policy.csrf == "token" and not by_token():
        take_confirmation()
    if policy.confirm and (changing or policy.confirms_reading):
        require_confirmed()
    return None


def _is_page() -> bool:
    accepted = request.accept_mimetypes
    return not accepted or "text/html" in cast(list[str], list(accepted.values()))


def _not_from_here() -> Denied:
    return Denied(
        "This was sent from a page of another site.",
        code="form-from-elsewhere",
        action="Open the page of this site and send it from there. Nothing was changed.",
    )


def _not_fresh() -> Denied:
    return Denied(
        "This form is too old, or wasn't made for you.",
        code="form-not-fresh",
        action="Nothing was changed. Look through what you wrote, and send it again.",
    )
