"""Looking at a text as its page before anybody else does, and links for others to do so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from werkzeug.wrappers import Response as AnyResponse

from blogengine.api import (
    Post,
    PostDraft,
    UserError,
    redirect_saying,
    request,
    site,
)
from blogengine_plugins.admin.posts.form import draft_of, new_draft, sent_values, whole
from blogengine_plugins.admin.posts.routes import (
    CREATE,
    EDIT,
    LIST,
    NUMBER,
    address_of,
    blueprint,
    own_post,
    trail_of,
)

PREVIEWS_A_MINUTE = "240/minute"
"""A live preview asks while somebody types."""


def answer_preview(values: Mapping[str, str], before: PostDraft, post: Post | None) -> AnyResponse:
    """Answer with the page that the fields would make; nothing is stored."""
    draft = replace(draft_of(values, before), password="", visibility="public")
    shown = site.previews.render(draft, post.id if post else None)
    return site.preview(shown)


@blueprint.post(f"{LIST}preview/", permission=CREATE, limit=PREVIEWS_A_MINUTE)
def preview() -> AnyResponse:
    """The page of what an editor holds now; `post_id` says which post it is, if it is there."""
    number = whole(request.form.get("post_id", ""))
    post = own_post(number) if number else None
    values = sent_values()
    before = site.posts.draft(post.id) if post else new_draft(values.get("kind", ""))
    return answer_preview(values, before, post)


@blueprint.get(f"{LIST}<{NUMBER}:post_id>/preview/", permission=EDIT)
def saved_preview(post_id: int) -> AnyResponse:
    """The page of a post as it was saved last, for who may edit it."""
    return site.preview(own_post(post_id))


@blueprint.get(f"{LIST}<{NUMBER}:post_id>/links/", permission=EDIT)
def links(post_id: int) -> AnyResponse:
    """The links of a post, and a form for another."""
    return _show(own_post(post_id))


@blueprint.post(f"{LIST}<{NUMBER}:post_id>/links/", permission=EDIT)
def make_link(post_id: int) -> AnyResponse:
    """Make a link for somebody without an account."""
    post = own_post(post_id)
    try:
        site.previews.make(post_id, days=whole(request.form.get("days", "")))
    except UserError as error:
        return _show(post, error)
    said = "The link works now. Whoever has it can read the draft without signing in."
    return redirect_saying(address_of(post_id, "links/"), said)


@blueprint.post(f"{LIST}<{NUMBER}:post_id>/links/<{NUMBER}:link_id>/revoke/", permission=EDIT)
def revoke_link(post_id: int, link_id: int) -> AnyResponse:
    """Take a link back."""
    own_post(post_id)
    site.previews.revoke(link_id)
    return redirect_saying(address_of(post_id, "links/"), "The link opens nothing any more.")


def _show(post: Post, error: UserError | None = None) -> AnyResponse:
    return site.admin_page(
        "Preview links",
        "admin/posts/links.html",
        error=error,
        trail=trail_of(post),
        post=post,
        links=site.previews.of(post.id),
        absolute=site.absolute,
    )
