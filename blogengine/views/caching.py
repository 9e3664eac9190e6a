"""What caches may keep of an answer: by its route's declaration, and never anything of a person."""

from __future__ import annotations

from flask import Response, request

from blogengine.actors import VISITOR
from blogengine.cookies import ASKED_FOR_CHOICE, CHOSEN
from blogengine.csrf import PRIVATE
from blogengine.pages import make_cacheable
from blogengine.views.guarding import policy_of_request

FIRST_ERROR = 400
READING = ("GET", "HEAD")
NO_STORE, ONE_PERSON, REVALIDATE = "no-store", "private, no-store", "no-cache"


def settle_cache(response: Response) -> None:
    """Set Cache-Control and Vary, last of all, whatever the view had in mind."""
    policy = policy_of_request()
    asked = request.environ.get(VISITOR)
    for_one = (asked is not None and not asked.anonymous) or request.environ.get(PRIVATE)
    if for_one or (policy is not None and policy.cache == "private"):
        _forget_validators(response)
        response.headers["Cache-Control"] = ONE_PERSON
    elif "Set-Cookie" in response.headers:
        _forget_validators(response)
        if response.headers.get("Cache-Control") != NO_STORE:
            response.headers["Cache-Control"] = ONE_PERSON
    elif (
        response.status_code >= FIRST_ERROR
        or request.method not in READING
        or (policy is not None and policy.cache == NO_STORE)
    ):
        _forget_validators(response)
        response.headers["Cache-Control"] = NO_STORE
    elif "Cache-Control" not in response.headers and policy is not None:
        _let_revalidate(response)
    if request.environ.get(CHOSEN) and response.headers.get("Cache-Control") == REVALIDATE:
        response.headers["Cache-Control"] = f"private, {REVALIDATE}"
    if request.environ.get(ASKED_FOR_CHOICE):
        response.vary.add("Cookie")
    if asked is not None:
        response.vary.add("Cookie")
    if response.status_code >= FIRST_ERROR:
        response.vary.add("Accept")


def _let_revalidate(response: Response) -> None:
    if response.status_code == 200 and not response.is_streamed:
        make_cacheable(response, None)
    else:
        response.headers["Cache-Control"] = REVALIDATE


def _forget_validators(response: Response) -> None:
    for name in ("ETag", "Last-Modified", "Cache-Status", "Expires"):
        response.headers.pop(name, None)
