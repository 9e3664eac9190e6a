"""Deleting for good: only from the trash, after a page that says what goes with the post."""

from __future__ import annotations

from werkzeug.wrappers import Response as AnyResponse

from blogengine.api import UserError, redirect_saying, request, site
from blogengine_plugins.admin.posts.routes import LIST, NUMBER, blueprint, own_post, trail_of

DELETE = "posts.delete"
TRASH = f"{LIST}?state=trashed"


@blueprint.route(f"{LIST}<{NUMBER}:post_id>/delete/", methods=["GET", "POST"], permission=DELETE)
def delete(post_id: int) -> AnyResponse:
    """Ask, then delete."""
    post = own_post(post_id)
    if post.status != "trashed":
        raise UserError(
            "Only a post in the trash can be deleted for good.",
            code="post-not-trashed",
            action="Move it to the trash first. Nothing was changed.",
            status=409,
        )
    if request.method == "POST":
        site.posts.purge(post_id)
        return redirect_saying(TRASH, f"“{post.display_title}” is deleted for good.")
    return site.admin_page(
        "Delete for good",
        "admin/posts/delete.html",
        trail=trail_of(post),
        post=post,
        count=len(site.posts.revisions(post_id)),
    )
