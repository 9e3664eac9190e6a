"""What was done to tags, and the way back."""

from __future__ import annotations

from werkzeug.wrappers import Response as AnyResponse

from blogengine.api import NotFound, UserError, redirect_saying, site
from blogengine_plugins.admin.tags.routes import EDIT, LIST, NUMBER, UP, blueprint

ACTS = f"{LIST}acts/"
MOST = 200


@blueprint.get(ACTS, permission=EDIT)
def acts() -> AnyResponse:
    """What was done in the last 30 days."""
    found = site.terms.acts(limit=MOST)
    return site.admin_page(
        "What was done to tags", "admin/tags/acts.html", acts=found, local=site.local, trail=(UP,)
    )


@blueprint.get(f"{ACTS}<{NUMBER}:number>/", permission=EDIT)
def act(number: int) -> AnyResponse:
    """What undoing an act would do."""
    error, effect = None, None
    try:
        effect = site.terms.undo(number, dry_run=True)
    except NotFound:
        raise
    except UserError as refused:
        error = refused
    return site.admin_page(
        "Undo", "admin/tags/undo.html", error=error, effect=effect, number=number, trail=(UP,)
    )


@blueprint.post(f"{ACTS}<{NUMBER}:number>/undo/", permission=EDIT)
def undo(number: int) -> AnyResponse:
    """Undo an act."""
    try:
        done = site.terms.undo(number)
    except NotFound:
        raise
    except UserError as refused:
        return site.admin_page(
            "Undo", "admin/tags/undo.html", error=refused, effect=None, number=number, trail=(UP,)
        )
    said = " ".join([f"{done.summary}: done.", *done.notes])
    return redirect_saying(ACTS, said, tone="warning" if done.notes else "done")
