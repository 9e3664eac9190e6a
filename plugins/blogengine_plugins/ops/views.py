"""The addresses `/readyz` and `/metrics`. They need no session, set no cookie and aren't stored."""

from __future__ import annotations

import json
from hmac import compare_digest

from blogengine.api import Blueprint, Response, from_this_machine, request, site
from blogengine_plugins.ops.exposition import CONTENT_TYPE, written
from blogengine_plugins.ops.figures import figures
from blogengine_plugins.ops.readiness import Readiness
from blogengine_plugins.ops.settings import Settings

BEARER = "Bearer "

blueprint = Blueprint("ops", __name__)
readiness = Readiness()


@blueprint.get("/readyz", permission="public", cache="no-store")
def readyz() -> Response:
    """Say whether the site can take visitors; what is wrong only to who may know."""
    found = readiness.look(site)
    failed = any(health.state == "fail" for health in found.values())
    body: dict[str, object] = {"status": "fail" if failed else "ok"}
    if trusted():
        body["checks"] = {
            name: {"status": health.state, "sentence": health.sentence, "fix": health.fix}
            for name, health in found.items()
        }
    return answer(json.dumps(body) + "\n", "application/json", 503 if failed else 200)


@blueprint.get("/metrics", permission="public", cache="no-store")
def metrics() -> Response:
    """Say how the site goes, as Prometheus reads it; to others there is nothing here."""
    if not trusted():
        return answer("Not found.\n", "text/plain; charset=utf-8", 404)
    return answer(written(figures(site)), CONTENT_TYPE)


def trusted() -> bool:
    """Whether the request comes from this machine itself, or brings the token."""
    if from_this_machine(request.environ):
        return True
    token = site.settings(Settings).token
    given = request.headers.get("Authorization", "")
    if not token or not given.startswith(BEARER):
        return False
    return compare_digest(given.removeprefix(BEARER).encode(), token.encode())


def answer(text: str, content_type: str, status: int = 200) -> Response:
    """Return an answer that nobody keeps."""
    response = Response(text, status, content_type=content_type)
    response.headers["Cache-Control"] = "no-store"
    return response
