"""What was saved before: a list, the difference of any two, and one click to bring one back."""

from __future__ import annotations

from werkzeug.wrappers import Response as AnyResponse

from blogengine.api import NotFound, Revision, UserError, redirect_saying, request, site
from blogengine_plugins.admin.posts.comparing import (
    CHANGED_MEANWHILE,
    JOINED,
    MINE,
    THEIRS,
    compare_page,
    differing,
    seen_by,
    settled,
)
from blogengine_plugins.admin.posts.differences import differences
from blogengine_plugins.admin.posts.editor import Unsaved, save, show
from blogengine_plugins.admin.posts.form import renamed, shown, values_of, whole
from blogengine_plugins.admin.posts.routes import (
    EDIT,
    LIST,
    NUMBER,
    address_of,
    blueprint,
    own_post,
    trail_of,
)


@blueprint.get(f"{LIST}<{NUMBER}:post_id>/revisions/", permission=EDIT)
def revisions(post_id: int) -> AnyResponse:
    """All saved texts; two of them can be chosen to be compared."""
    post = own_post(post_id)
    found = site.posts.revisions(post_id)
    old, new = _chosen(found)
    return site.admin_page(
        "Revisions",
        "admin/posts/revisions.html",
        trail=trail_of(post),
        post=post,
        revisions=found,
        old=old,
        new=new,
        local=site.local,
        changes=differences(shown(old.source), shown(new.source)) if old and new else (),
    )


def _chosen(found: tuple[Revision, ...]) -> tuple[Revision | None, Revision | None]:
    """Return the two that the address names, else the last two; the older one first."""
    numbers = {revision.version: revision for revision in found}
    picked: list[Revision | None] = []
    for name, position in (("old", 1), ("new", 0)):
        given = request.args.get(name, "")
        if given.isascii() and given.isdigit():
            if int(given) not in numbers:
                raise NotFound(
                    "This post has no such revision.",
                    code="revision-unknown",
                    action="Choose two from the list.",
                )
            picked.append(numbers[int(given)])
        else:
            picked.append(found[position] if len(found) > position else None)
    old, new = picked
    if old and new and old.version > new.version:
        return new, old
    return old, new


@blueprint.post(f"{LIST}<{NUMBER}:post_id>/revisions/<{NUMBER}:version>/", permission=EDIT)
def restore_revision(post_id: int, version: int) -> AnyResponse:
    """Make an older text the current one, as a new revision; the same form takes it back."""
    before = own_post(post_id).version
    restored = site.posts.restore_revision(post_id, version)
    undo = address_of(post_id, f"revisions/{before}/")
    said = f"The text of revision {version} is back, as revision {restored.version}."
    return redirect_saying(address_of(post_id, "revisions/"), said, undo=undo)


@blueprint.post(f"{LIST}<{NUMBER}:post_id>/joined/", permission=EDIT)
def settle(post_id: int) -> AnyResponse:
    """Save what was chosen of two versions. What isn't taken stays: as a revision, or unsaved."""
    post = own_post(post_id)
    slot = site.autosaves.get(whole(request.form.get("slot", "")))
    choice = request.form.get("choice", JOINED)
    back = address_of(post_id)
    if choice == THEIRS:
        said = "You took what was saved meanwhile. Your own text is kept beside it, unsaved."
        return redirect_saying(back, said)
    before = site.posts.draft(post_id)
    theirs = values_of(before, post.version)
    mine = dict(slot.fields)
    values = settled(differing(seen_by(mine), mine, theirs), theirs, request.form)
    joined = request.form.get("text", "").replace("\r\n", "\n")
    values["text"] = mine.get("text", "") if choice == MINE else joined
    values["version"] = request.form.get("version", "")
    values["form"] = slot.form
    try:
        saved = save(post, before, values)
    except Unsaved as failure:
        return redirect_saying(back, str(failure), tone="warning")
    except UserError as error:
        if error.code == CHANGED_MEANWHILE:
            return compare_page(post_id, values, error)
        return show(post, before, values, error=renamed(error))
    said = "Saved. What was saved meanwhile is the revision before it."
    return redirect_saying(address_of(saved.id), said)
