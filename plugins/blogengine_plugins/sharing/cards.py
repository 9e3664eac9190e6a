"""The address of a post's picture, and the answer there: drawn once, then kept."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Mapping
from urllib.parse import urlsplit

from werkzeug.wrappers import Response as AnyResponse

from blogengine.api import (
    Blueprint,
    Post,
    Response,
    Site,
    SiteSettings,
    abort,
    redirect,
    request,
    site,
)
from blogengine_plugins.sharing.settings import SharingSettings

blueprint = Blueprint("sharing", __name__)

FOREVER = "public, max-age=31536000, immutable"
LOOK = "1"
"""Goes up when pictures are drawn in another way."""

_turn = threading.Lock()


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


def kept_or_drawn(running: Site, post: Post, key: str) -> bytes:
    """Return the picture; there is one of each post at most, and one is drawn at a time."""
    found = running.storage.find(key)
    if found is None:
        # Only now: most processes draw nothing, and the library for it is large.
        from blogengine_plugins.sharing.drawing import draw

        with _turn:
            content = draw(**face_of(running, post))
        for old in list(running.storage.kept(f"sharing/{post.id}-")):
            running.storage.delete(old.key)
        running.storage.put(key, io.BytesIO(content))
        return content
    opened = running.storage.open(key)
    try:
        return opened.read()
    finally:
        opened.close()
