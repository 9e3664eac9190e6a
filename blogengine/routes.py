"""What each address of the site declares: who may call it, and what its answers may become.

The guards read the declaration by the endpoint of a request, never by its path. A route that
declares nothing answers nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from blogengine.bodies import LARGEST_REQUEST
from blogengine.permissions import NAME, PUBLIC

POLICIES = "blogengine.routes"
SAID = ("csrf", "cache", "limit", "confirm", "body")
"""What a route may say of itself besides its permission."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS = SAFE_METHODS | {"POST", "PUT", "PATCH", "DELETE"}

CSRF = ("same-origin", "token", "none")
CACHE = ("revalidate", "no-store", "private", "forever")
RATE = re.compile(r"[1-9]\d*(?:/| per )(?:[1-9]\d* )?(?:second|minute|hour|day)s?")

LARGEST_BODY = 64 * 1024 * 1024
"""What a route for uploads may declare at most, all its files together."""

CHANGES_LIMIT = "120/minute"
"""How many changing requests an address or a person may send to one route that names no limit."""


@dataclass(frozen=True, slots=True)
class RoutePolicy:
    """The declaration of one route.

    `csrf` says what a changing request must show: "same-origin" that it doesn't come from another
    site's page, "token" the session's token too, "none" nothing, and then the visitor's cookies
    count for nothing. `cache`: "revalidate" for public pages, "no-store", "private", "forever" for
    addresses that hold a hash. `limit` is a rate for changing requests; on a route that only reads
    it counts them all. So does `confirm`: it asks for the password when the last one was given
    more than 15 minutes ago. `body` is how many bytes a request may have.
    """

    permission: str
    csrf: str
    cache: str
    limit: str = CHANGES_LIMIT
    limits_reading: bool = False
    confirm: bool = False
    confirms_reading: bool = False
    body: int = LARGEST_REQUEST


def declare(  # noqa: PLR0913 - each is one word of a declaration
    rule: str,
    *,
    permission: object,
    csrf: object = None,
    cache: object = None,
    limit: object = None,
    confirm: object = None,
    body: object = None,
    methods: Iterable[str] | None = None,
) -> RoutePolicy:
    """Return a route's declaration, complete; raises ValueError for one that is wrong.

    What isn't said follows from the permission: public routes take forms of this site's pages and
    are revalidated, all others want the session's token and are stored nowhere.
    """
    if permission is None:
        raise ValueError(f'The route {rule} must declare a permission, such as "public".')
    if permission != PUBLIC and not (isinstance(permission, str) and NAME.fullmatch(permission)):
        raise ValueError(f"The route {rule}: {permission!r} can't be a permission.")
    public = permission == PUBLIC
    csrf = csrf or ("same-origin" if public else "token")
    cache = cache or ("revalidate" if public else "private")
    if csrf not in CSRF:
        raise ValueError(f"The route {rule}: csrf is one of {', '.join(CSRF)}, not {csrf!r}.")
    if cache not in CACHE:
        raise ValueError(f"The route {rule}: cache is one of {', '.join(CACHE)}, not {cache!r}.")
    if not public and cache != "private":
        raise ValueError(f"The route {rule} isn't public, so its answers can only be private.")
    if not public and csrf == "same-origin":
        raise ValueError(f"The route {rule} isn't public, so its forms need the token.")
    if limit is not None and not (isinstance(limit, str) and RATE.fullmatch(limit)):
        raise ValueError(f'The route {rule}: {limit!r} is no limit; write one such as "10/minute".')
    unknown = {method.upper() for method in methods or ()} - METHODS
    if unknown:
        raise ValueError(f"The route {rule} can't answer {', '.join(sorted(unknown))}.")
    if confirm not in (None, True, False):
        raise ValueError(f"The route {rule}: confirm is True or False, not {confirm!r}.")
    if confirm and (public or csrf != "token"):
        raise ValueError(f"The route {rule} asks for a password, so it needs a permission.")
    reads = {method.upper() for method in methods or ()} <= SAFE_METHODS
    return RoutePolicy(
        str(permission),
        str(csrf),
        str(cache),
        limit or CHANGES_LIMIT,
        limits_reading=limit is not None and reads,
        confirm=bool(confirm),
        confirms_reading=bool(confirm) and reads,
        body=_bound(rule, body, public=public),
    )


def _bound(rule: str, body: object, *, public: bool) -> int:
    if body is None:
        return LARGEST_REQUEST
    if not isinstance(body, int) or not 0 < body <= LARGEST_BODY:
        raise ValueError(f"The route {rule}: a body has up to {LARGEST_BODY} bytes, not {body!r}.")
    if body > LARGEST_REQUEST and public:
        raise ValueError(f"The route {rule} is public, so nobody may send it that much.")
    return body


def add_route(
    app: Flask,
    rule: str,
    endpoint: str,
    view: Callable[..., Any],
    *,
    permission: str,
    **options: Any,
) -> None:
    """Put a route of the core on the app; `methods` and all that is declared may be said."""
    said = {name: options.pop(name, None) for name in SAID}
    methods = options.get("methods")
    keep(app, endpoint, declare(rule, permission=permission, methods=methods, **said))
    app.add_url_rule(rule, endpoint, view, **options)


def keep(app: Flask, endpoint: str, policy: RoutePolicy) -> None:
    """Remember what an endpoint declared; raises ValueError when it declared another before."""
    before = policies(app).setdefault(endpoint, policy)
    if before != policy:
        raise ValueError(f"The endpoint {endpoint} has two declarations that differ.")


def policies(app: Flask) -> dict[str, RoutePolicy]:
    """Return the declarations of all endpoints."""
    return cast(dict[str, RoutePolicy], app.extensions.setdefault(POLICIES, {}))


def undeclared(app: Flask) -> tuple[Rule, ...]:
    """Return the rules of endpoints that declared nothing; nobody gets an answer there."""
    known = policies(app)
    return tuple(rule for rule in app.url_map.iter_rules() if rule.endpoint not in known)


def body_bound(app: Flask, method: str, path: str) -> int:
    """Return how many bytes a request may have by what its route declares."""
    try:
        rule, _values = app.url_map.bind("").match(path, method, return_rule=True)
    except HTTPException:  # no such route, or another address
        return LARGEST_REQUEST
    policy = policies(app).get(rule.endpoint)
    return policy.body if policy is not None else LARGEST_REQUEST
