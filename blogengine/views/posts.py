"""A post or page by its permalink: today's, an older one, or none."""

from __future__ import annotations

import hmac
import unicodedata
from urllib.parse import quote

from flask import Response, abort, current_app, redirect, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.security import check_password_hash
from werkzeug.wrappers import Response as AnyResponse

from blogengine.actors import may
from blogengine.languages import translator
from blogengine.models import PATH_LENGTH
from blogengine.queries.drafts import password_hash
from blogengine.queries.posts import moved_path, neighbours, post_by_path
from blogengine.settings import SiteSettings
from blogengine.site import Site
from blogengine.values import Page, Post
from blogengine.views.archives import MOVED
from blogengine.views.current import current_site, respond

_ = translator(__name__)

UNLOCKED_SECONDS = 10 * 24 * 3600
COOKIE = "site-unlocked"
PERMANENT = 308
LONGEST_PASSWORD = 200


def show_path(path: str) -> AnyResponse:
    """Answer for any address that nothing else answers: a post, a page, a redirect or 404."""
    site = current_site()
    wanted = f"/{unicodedata.normalize('NFC', path)}/"
    if len(wanted) > PATH_LENGTH or "\x00" in wanted:
        abort(404)
    post = post_by_path(site.db.reading(), site.posts.mapper(), wanted)
    if post is None or post.status != "published":
        moved = None if post else moved_path(site.db.reading(), wanted)
        if moved is None:
            abort(404)
        return redirect(quote(moved), MOVED)
    if post.visibility == "private" and not may("posts.read_private", post):
        abort(404)
    if post.visibility == "password":
        return show_protected(site, post)
    if request.method == "POST":
        abort(405)
    return respond(post_page(site, post))


def add_slash(path: str) -> AnyResponse:
    """Send an address without its last slash on, but only where something stands behind it."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None or "\x00" in path or path.endswith("/"):
        abort(404)
    endpoint, _ = adapter.match(f"/{path}/", method="GET")
    if endpoint == "post" and not stands_at(path):
        abort(404)
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    return redirect(f"{quote(f'/{path}/')}{query}", PERMANENT)


def stands_at(path: str) -> bool:
    """Whether a public post or page stands at this address, or once did."""
    site = current_site()
    wanted = f"/{unicodedata.normalize('NFC', path).strip('/')}/"
    if len(wanted) > PATH_LENGTH or "\x00" in wanted:
        return False
    post = post_by_path(site.db.reading(), site.posts.mapper(), wanted)
    known = post is not None and post.status == "published" and post.visibility != "private"
    return known or moved_path(site.db.reading(), wanted) is not None


def post_page(site: Site, post: Post) -> Page:
    """Return the page of one post."""
    settings = site.settings(SiteSettings)
    newer, older = None, None
    if post.kind == "post":
        newer, older = neighbours(site.db.reading(), post)
    return Page(
        kind=post.kind,
        title=post.seo_title or f"{post.display_title} – {settings.title}",
        heading=post.display_title,
        canonical=site.absolute(post.url),
        post=post,
        newer=newer,
        older=older,
        feeds=site.feed_links(),
        description=post.seo_description or post.excerpt,
        keys=frozenset({f"post:{post.id}", "home:0", "menu", "settings:site"}),
        updated_at=post.updated_at,
    )


def show_protected(site: Site, post: Post) -> AnyResponse:
    """Ask for the password of a post; show it to who has given it. Never cached anywhere."""
    signer = URLSafeTimedSerializer(site.config.secret_key, salt="site-unlocked")
    stored = password_hash(site.db.reading(), post.id)
    message = ""
    if request.method == "POST":
        given = request.form.get("password", "")[:LONGEST_PASSWORD]
        if stored and check_password_hash(stored, given):
            response = redirect(post.url, 303)
            token = signer.dumps([post.id, stored[-16:]])
            response.set_cookie(
                f"{COOKIE}-{post.id}",
                token,
                max_age=UNLOCKED_SECONDS,
                path=post.url,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure,
            )
            response.headers["Cache-Control"] = "no-store"
            return response
        message = "That isn't the password of this post. Try again."
    elif _unlocked(signer, post, stored):
        response = respond(post_page(site, post))
        response.headers["Cache-Control"] = "private, no-store"
        response.headers.pop("ETag", None)
        return response
    return _ask(site, post, message)


def _ask(site: Site, post: Post, message: str) -> Response:
    settings = site.settings(SiteSettings)
    bare = Page(
        kind="protected",
        title=f"{_('Protected:')} {post.display_title} – {settings.title}",
        heading=post.display_title,
        post=post,
        message=message,
        status=403 if message else 200,
        noindex=True,
    )
    return respond(bare)


def _unlocked(signer: URLSafeTimedSerializer, post: Post, stored: str) -> bool:
    """Whether the visitor's cookie was made for this post and its present password."""
    try:
        number, mark = signer.loads(
            request.cookies.get(f"{COOKIE}-{post.id}", ""), max_age=UNLOCKED_SECONDS
        )
    except (BadSignature, ValueError, TypeError):
        return False
    return number == post.id and hmac.compare_digest(str(mark), stored[-16:])
