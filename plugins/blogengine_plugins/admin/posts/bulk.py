"""One act on many posts: asked for in the list, shown while it goes on, taken back by a button."""

from __future__ import annotations

from urllib.parse import urlencode

from werkzeug.wrappers import Response as AnyResponse

from blogengine.api import BulkRun, Link, Response, UserError, redirect_saying, request, site
from blogengine_plugins.admin.posts.form import whole
from blogengine_plugins.admin.posts.listing import KEPT, chosen_of, show_list
from blogengine_plugins.admin.posts.routes import EDIT, LIST, NUMBER, blueprint

RUNS = f"{LIST}bulk/"
DONE_SAID = {
    "publish": "published",
    "draft": "drafts again",
    "trash": "in the trash",
    "restore": "restored",
    "tag": "tagged",
    "untag": "without the tag",
    "author": "given to the author",
}


@blueprint.post(RUNS, permission=EDIT)
def ask() -> AnyResponse:
    """Do what is chosen to what is chosen: some of the list, or all that match it."""
    chosen = {name: text for name, text in chosen_of(request.form).items() if name in KEPT}
    if request.form.get("all"):
        ids = list(site.lines.ids(chosen))
    else:
        ids = [number for text in request.form.getlist("post") if (number := whole(text))]
    act = request.form.get("act", "")
    value = request.form.get("to" if act == "author" else "value", "")
    try:
        run = site.bulk.ask(act, ids, value)
    except UserError as error:
        return show_list(chosen, error, picked=ids)
    if not run.finished:
        return redirect_saying(f"{RUNS}{run.id}/", "It is being done.")
    back = LIST + (f"?{urlencode(chosen)}" if chosen else "")
    if run.counts.get("refused"):
        return redirect_saying(f"{RUNS}{run.id}/", said(run), tone="warning")
    undo = f"{RUNS}{run.id}/undo/" if run.counts.get("done") else ""
    return redirect_saying(back, said(run), undo=undo)


def said(run: BulkRun) -> str:
    """Return in one sentence what came of an act."""
    if run.state == "undone":
        kept = run.counts.get("kept", 0)
        left = f" {kept} changed since then and stay as they are." if kept else ""
        return f"Taken back for {run.counts.get('undone', 0)} of {run.total} posts.{left}"
    done, same = run.counts.get("done", 0), run.counts.get("unchanged", 0)
    parts = [f"{done} of {run.total} posts are {DONE_SAID[run.act]} now."]
    if same:
        parts.append(f"{same} were so before.")
    if refused := run.counts.get("refused", 0):
        parts.append(f"{refused} stay as they were; see why below.")
    return " ".join(parts)


@blueprint.get(f"{RUNS}<{NUMBER}:run_id>/", permission=EDIT)
def show(run_id: int) -> Response:
    """How far an act is, what couldn't be done and why."""
    run = site.bulk.get(run_id)
    return site.admin_page(
        "Many posts at once",
        "admin/posts/bulk.html",
        trail=(Link(LIST, "Posts"),),
        run=run,
        said=said(run) if run.finished else "",
        problems=site.bulk.problems(run_id),
        began=site.local(run.at),
    )


@blueprint.post(f"{RUNS}<{NUMBER}:run_id>/undo/", permission=EDIT)
def undo(run_id: int) -> AnyResponse:
    """Take an act back."""
    run = site.bulk.undo(run_id)
    if run.finished and not run.counts.get("kept"):
        return redirect_saying(LIST, said(run))
    return redirect_saying(f"{RUNS}{run_id}/", said(run) if run.finished else "It is taken back.")
