"""The page of a post as readers would see it, for somebody who looks before it is public."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from blogengine.settings import SiteSettings
from blogengine.values import Page, Post
from blogengine.views.current import current_site, respond

SEE_OTHER = 303


def show_link(token: str) -> AnyResponse:
    """Answer for a preview link; one to a post that became public leads to its own address."""
    post = current_site().previews.open(token)
    if post.public:
        return redirect(post.url, SEE_OTHER)
    return show_post(post)


def show_post(post: Post) -> Response:
    """Answer with a post's page in the theme: not indexed, stored nowhere, without comments."""
    settings = current_site().settings(SiteSettings)
    shown = replace(post, status="draft", comments_open=False)
    page = Page(
        kind=post.kind,
        title=f"Preview: {post.display_title} – {settings.title}",
        heading=post.display_title,
        post=shown,
        description=post.seo_description or post.excerpt,
        noindex=True,
        updated_at=post.updated_at,
    )
    response = respond(page)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    # Whoever owns a site that the draft links to must not learn the secret address.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers.pop("ETag", None)
    response.headers.pop("Last-Modified", None)
    return response
