"""The editor: one form, which works without a script, and gives back what was typed.

Saving comes first, whatever button was pressed: the text is stored before anything is asked of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from werkzeug.wrappers import Response as AnyResponse

from blogengine.api import (
    BlogError,
    Finding,
    Link,
    Post,
    PostDraft,
    UserError,
    may,
    redirect_saying,
    request,
    require,
    site,
    utcnow,
)
from blogengine_plugins.admin.posts import panels
from blogengine_plugins.admin.posts.comparing import CHANGED_MEANWHILE, compare_page
from blogengine_plugins.admin.posts.form import (
    draft_of,
    may_choose_authors,
    names_in,
    new_draft,
    read_moment,
    renamed,
    sent_values,
    state_of,
    values_of,
    whole,
)
from blogengine_plugins.admin.posts.previews import answer_preview
from blogengine_plugins.admin.posts.routes import (
    CREATE,
    EDIT,
    LIST,
    NEW,
    NUMBER,
    address_of,
    blueprint,
    own_post,
)

LIVE = ("published", "scheduled")
STOP = "stop"
SAID = {
    "save": "Saved.",
    "publish": "Published.",
    "schedule": "Scheduled.",
    "unpublish": "It is a draft again; readers don’t see it any more.",
    "trash": "Moved to the trash.",
    "restore": "Restored from the trash.",
}


class Unsaved(Exception):
    """The post is saved, and panels of plugins aren't."""

    def __init__(self, post_id: int, titles: list[str]) -> None:
        names = " and ".join(titles)
        super().__init__(f"The post is saved, but not what stands under {names}.")
        self.post_id = post_id


@blueprint.route(NEW, methods=["GET", "POST"], permission=CREATE)
def new() -> AnyResponse:
    """A post that isn't there yet; it is made by its first save."""
    draft = new_draft(request.values.get("kind", ""))
    if request.method == "POST":
        return take(None, draft)
    return show(None, draft, values_of(draft))


@blueprint.route(f"{LIST}<{NUMBER}:post_id>/", methods=["GET", "POST"], permission=EDIT)
def edit(post_id: int) -> AnyResponse:
    """A post that is there."""
    post = own_post(post_id)
    draft = site.posts.draft(post_id)
    if request.method == "POST":
        return take(post, draft)
    return show(post, draft, values_of(draft, post.version))


def take(post: Post | None, before: PostDraft) -> AnyResponse:
    """Carry out what a form asks for; whatever goes wrong, its fields are shown again."""
    values, act = sent_values(), request.form.get("act", "save")
    try:
        if act == "preview":
            return answer_preview(values, before, post)
        return carry_out(post, before, values, act if act in SAID else "save")
    except Unsaved as failure:
        return redirect_saying(address_of(failure.post_id), str(failure), tone="warning")
    except UserError as error:
        if error.code == CHANGED_MEANWHILE and post is not None:
            return compare_page(post.id, values, error)
        return show(post, before, values, error=renamed(error))
    except BlogError as error:
        return show(post, before, values, error=error)


def carry_out(
    post: Post | None, before: PostDraft, values: Mapping[str, str], act: str
) -> AnyResponse:
    """Save, then do what the button says; raises BlogError."""
    if post is not None and act == "restore":
        restored = site.posts.restore(post.id)
        return redirect_saying(address_of(restored.id), SAID[act])
    moment = coming(values) if act == "schedule" else None
    saved = save(post, before, values, unpublish=act == "unpublish")
    if act == "trash":
        site.posts.trash(saved.id)
        undo = address_of(saved.id, "restore/")
        return redirect_saying(LIST, f"“{saved.display_title}” is in the trash.", undo=undo)
    if (act in ("publish", "schedule") and saved.status not in LIVE) or act == "schedule":
        require("posts.publish", saved)
        found = stopping(saved)
        if found and not request.form.get("anyway"):
            return stopped(saved, found)
        # An empty field means this moment, also where a date that lay ahead stood in it before.
        asked = moment or (saved.published_at if values.get("publish_at") else None)
        saved = site.posts.publish(saved.id, at=asked)
    said = SAID["schedule"] if saved.status == "scheduled" and act == "publish" else SAID[act]
    return redirect_saying(address_of(saved.id), said)


def save(
    post: Post | None, before: PostDraft, values: Mapping[str, str], *, unpublish: bool = False
) -> Post:
    """Store the fields as a new revision and forget what was kept unsaved; raises BlogError."""
    draft = draft_of(values, before)
    panels.look(values)
    if unpublish:
        draft = replace(draft, status="draft")
    if post is None:
        saved = site.posts.create(draft, note="Written in the admin")
    else:
        seen = whole(values.get("version", ""))
        fields = {name: getattr(draft, name) for name in draft.__slots__ if name != "guid"}
        if post.status == "trashed":
            fields["status"] = "trashed"
        saved = site.posts.edit(post.id, expected_version=seen or None, **fields)
    site.autosaves.saved(post.id if post else None, values.get("form", ""))
    if failed := panels.store(saved, values):
        raise Unsaved(saved.id, failed)
    return saved


def coming(values: Mapping[str, str]) -> datetime:
    """Return the moment to publish at; raises UserError for one that isn't ahead."""
    try:
        moment = read_moment(values.get("publish_at", ""))
    except ValueError:
        moment = None
    if moment is None or moment <= utcnow():
        said = "Say when it becomes public: a date and time that lie ahead."
        raise UserError(
            said,
            code="post-invalid",
            action="Fill in the date, then schedule it again. Nothing was saved.",
            errors=[("publish_at", "post-invalid", said)],
            status=422,
        )
    return moment


def stopping(post: Post) -> list[Finding]:
    """Return what the checks want mended before readers see a post."""
    return [finding for _check, finding in site.findings(post) if finding.severity == STOP]


def stopped(post: Post, found: list[Finding]) -> AnyResponse:
    """Show what has to be mended first. The text is saved; it only isn't public."""
    things = "One thing has" if len(found) == 1 else f"{len(found)} things have"
    error = UserError(
        f"Saved, but not published: {things} to be mended first.",
        code="publish-stopped",
        action="Look at the checks beside the text; tick “Publish anyway” if it is meant so.",
        status=422,
    )
    draft = site.posts.draft(post.id)
    return show(post, draft, values_of(draft, post.version), error=error, anyway=True)


def show(
    post: Post | None,
    draft: PostDraft,
    values: Mapping[str, str],
    *,
    error: BlogError | None = None,
    anyway: bool = False,
) -> AnyResponse:
    """Answer with the editor."""
    kind = values.get("kind") or draft.kind
    known = {"kind": kind, **values_of(draft), **values}
    action = address_of(post.id if post else None)
    wrong = {name: said for name, _code, said in error.errors} if error else {}
    what = "page" if kind == "page" else "post"
    response = site.admin_page(
        f"Edit {what}" if post else f"New {what}",
        "admin/posts/editor.html",
        error=error,
        trail=(Link(LIST, "Posts"),),
        post=post,
        values=known,
        state=state_of(post),
        action=action,
        authors=site.users.all() if may_choose_authors() else (),
        chosen=names_in(known["authors"]),
        parents=parents_of(post) if kind == "page" else (),
        templates=templates_for(kind, known["template"]),
        panels=list(panels.drawn(post, values, wrong)),
        findings=site.findings(post) if post else (),
        autosaves=site.autosaves.of(post.id if post else None),
        may_publish=may("posts.publish", post),
        anyway=anyway or "anyway" in request.form,
    )
    if error is not None:
        response.status_code = error.status
    return response


def templates_for(kind: str, chosen: str) -> list[tuple[str, str]]:
    """Return the theme's templates to choose from, with the chosen one though it be gone."""
    offered = site.themes.templates("page" if kind == "page" else "post")
    gone = [(chosen, f"{chosen} (not in this theme)")] if chosen and chosen not in offered else []
    return [("", "The usual one"), *((name, name) for name in offered), *gone]


def parents_of(post: Post | None) -> list[Post]:
    """Return the pages a page can stand below."""
    pages = site.posts.find(kind="page", limit=1000)
    return [page for page in pages if page.status != "trashed" and (not post or page.id != post.id)]


@blueprint.post(f"{LIST}<{NUMBER}:post_id>/restore/", permission=EDIT)
def restore(post_id: int) -> AnyResponse:
    """Bring a post back from the trash."""
    own_post(post_id)
    restored = site.posts.restore(post_id)
    return redirect_saying(address_of(restored.id), SAID["restore"])
