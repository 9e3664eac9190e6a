"""What was typed and not saved: kept while somebody writes, shown as a difference."""

from __future__ import annotations

import json

from werkzeug.wrappers import Response as AnyResponse

from blogengine.api import (
    Autosave,
    Response,
    redirect_saying,
    request,
    site,
)
from blogengine_plugins.admin.posts.comparing import differing
from blogengine_plugins.admin.posts.differences import differences
from blogengine_plugins.admin.posts.editor import show
from blogengine_plugins.admin.posts.form import new_draft, sent_values, values_of, whole
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

KEEPS_A_MINUTE = "240/minute"
"""Every few seconds for each open tab."""

UNSAVED = f"{LIST}unsaved/"


@blueprint.post(f"{NEW}autosave/", permission=CREATE, limit=KEEPS_A_MINUTE)
def keep_new() -> Response:
    """Keep what an editor holds of a post that isn't there yet."""
    return _keep(None)


@blueprint.post(f"{LIST}<{NUMBER}:post_id>/autosave/", permission=EDIT, limit=KEEPS_A_MINUTE)
def keep(post_id: int) -> Response:
    """Keep what an editor holds; the post itself isn't touched."""
    return _keep(post_id)


def _keep(post_id: int | None) -> Response:
    post = own_post(post_id) if post_id else None
    values = sent_values()
    version = whole(values.get("version", ""))
    slot = site.autosaves.keep(values, post=post, form=values.get("form", "")[:40], version=version)
    said = {"saved_at": site.local(slot.at).isoformat(timespec="seconds"), "id": slot.id}
    return Response(json.dumps(said), content_type="application/json")


@blueprint.get(f"{UNSAVED}<{NUMBER}:slot_id>/", permission=CREATE)
def compare(slot_id: int) -> Response:
    """Show what an unsaved text would change."""
    slot = site.autosaves.get(slot_id)
    saved = _saved(slot)
    text = slot.fields.get("text", saved["text"])
    post = own_post(slot.post_id) if slot.post_id else None
    title = post.display_title if post else slot.fields.get("title") or "Untitled"
    return site.admin_page(
        f"Unsaved: {title}",
        "admin/posts/unsaved.html",
        slot=slot,
        post=post,
        at=site.local(slot.at),
        changes=differences(saved["text"], text),
        fields=differing({}, slot.fields, saved),
        back=address_of(slot.post_id),
    )


@blueprint.post(f"{UNSAVED}<{NUMBER}:slot_id>/open/", permission=CREATE)
def take(slot_id: int) -> AnyResponse:
    """Open the editor with an unsaved text; nothing is stored before it is saved there."""
    slot = site.autosaves.get(slot_id)
    post = own_post(slot.post_id) if slot.post_id else None
    before = site.posts.draft(post.id) if post else new_draft(slot.fields.get("kind", ""))
    return show(post, before, {**values_of(before), **slot.fields})


@blueprint.post(f"{UNSAVED}<{NUMBER}:slot_id>/discard/", permission=CREATE)
def discard(slot_id: int) -> AnyResponse:
    """Throw an unsaved text away, or bring it back."""
    undo = bool(request.form.get("undo")) or bool(request.args.get("undo"))
    slot = site.autosaves.discard(slot_id, undo=undo)
    if undo:
        return redirect_saying(f"{UNSAVED}{slot_id}/", "The unsaved text is back.")
    again = f"{UNSAVED}{slot_id}/discard/?undo=1"
    return redirect_saying(address_of(slot.post_id), "The unsaved text is gone.", undo=again)


def _saved(slot: Autosave) -> dict[str, str]:
    if slot.post_id is None:
        return values_of(new_draft(slot.fields.get("kind", "")))
    own_post(slot.post_id)
    return values_of(site.posts.draft(slot.post_id))
