"""The address of a post's picture, and the answer there: drawn once, then kept."""

from __future__ import annotations

import base64
import hashlib
import io
import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from werkzeug.wrappers import Response as AnyResponse

from blogengine.api import (
    ApartFailed,
    Blueprint,
    Bounds,
    Post,
    Response,
    Retryable,
    Site,
    SiteSettings,
    abort,
    redirect,
    request,
    run_apart,
    site,
)
from blogengine_plugins.sharing.settings import SharingSettings

blueprint = Blueprint("sharing", __name__)

FOREVER = "public, max-age=31536000, immutable"
LOOK = "1"
"""Goes up when pictures are drawn in another way."""

DRAWER = Path(__file__).with_name("drawing.py")
"""Loaded in a process of its own only; it would bring its large library into this one."""

DRAWING = Bounds(seconds=10, memory=512, file=1)
WAIT_SECONDS = 10.0
_turn = threading.BoundedSemaphore(1)


def face_of(running: Site, post: Post) -> Mapping[str, str]:
    """Return everything that stands in a post's picture."""
    chosen, settings = running.settings(SharingSettings), running.settings(SiteSettings)
    return {
        "title": post.display_title,
        "site_name": settings.title,
        "host": urlsplit(settings.base_url).hostname or "",
        "colour": chosen.colour,
        "font": chosen.font,
    }


def card_path(running: Site, post: Post) -> str:
    """Return the address, which is another as soon as the picture would be."""
    face = "\x00".join((LOOK, *face_of(running, post).values()))
    mark = hashlib.sha256(face.encode("utf-8", "backslashreplace")).hexdigest()[:16]
    return f"/cards/{post.id}-{mark}.png"


@blueprint.get("/cards/<int:post_id>-<mark>.png", permission="public", limit="120/minute")
def card(post_id: int, mark: str) -> AnyResponse:
    """Answer with the picture of a public post; an old address leads to today's."""
    posts = site.posts.by_ids([post_id])
    if not posts or not site.settings(SharingSettings).cards:
        abort(404)
    path = card_path(site, posts[0])
    if path != f"/cards/{post_id}-{mark}.png":
        return redirect(path, 302)
    key = path.replace("/cards/", "sharing/")
    answer = Response(kept_or_drawn(site, posts[0], key), mimetype="image/png")
    answer.set_etag(mark)
    answer.headers["Cache-Control"] = FOREVER
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer.make_conditional(request)


def drawn(face: Mapping[str, str]) -> bytes:
    """Return a new picture; raises Retryable when that takes too long."""
    busy = Retryable(
        "The picture can't be drawn just now.", code="card-busy", action="Ask again in a moment."
    )
    if not _turn.acquire(timeout=WAIT_SECONDS):
        raise busy
    try:
        return base64.b64decode(run_apart(DRAWER, "draw_apart", face, DRAWING))
    except ApartFailed as failed:
        site.log("sharing").warning("A picture couldn't be drawn: %s", failed)
        raise busy from failed
    finally:
        _turn.release()


def kept_or_drawn(running: Site, post: Post, key: str) -> bytes:
    """Return the picture; there is one of each post at most, and one is drawn at a time."""
    found = running.storage.find(key)
    if found is None:
        content = drawn(face_of(running, post))
        for old in list(running.storage.kept(f"sharing/{post.id}-")):
            running.storage.delete(old.key)
        running.storage.put(key, io.BytesIO(content))
        return content
    opened = running.storage.open(key)
    try:
        return opened.read()
    finally:
        opened.close()
