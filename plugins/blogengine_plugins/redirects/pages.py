"""`/admin/redirects/`: rules, many at once, and what visitors ask for in vain."""

from __future__ import annotations

from werkzeug.wrappers import Response as AnyResponse

from blogengine.api import (
    BlogError,
    Blueprint,
    SortBy,
    UserError,
    may,
    redirect_saying,
    request,
    require,
    select,
    site,
    take_slice,
)
from blogengine_plugins.redirects.models import Rule
from blogengine_plugins.redirects.rules import EDIT, Wanted, add, checked, read_csv, remove

HERE = "/admin/redirects/"
READ = "audit.read"

blueprint = Blueprint("redirects", __name__)


@blueprint.get(HERE, permission=EDIT)
def rules() -> AnyResponse:
    """Show the rules, a form for another, and what was asked for in vain."""
    return _show()


@blueprint.post(HERE, permission=EDIT)
def keep() -> AnyResponse:
    """Keep one rule."""
    require("admin.enter")
    form = request.form
    try:
        wanted = checked(form.get("path", ""), form.get("target", ""), form.get("status", "301"))
        (kept,) = add(site, [wanted])
    except UserError as refused:
        return _show(error=refused)
    return redirect_saying(HERE, _said(kept))


@blueprint.post(f"{HERE}remove/", permission=EDIT)
def forget() -> AnyResponse:
    """Forget a rule; what it said stands in the form again."""
    require("admin.enter")
    gone = remove(site, request.form.get("path", ""))
    return redirect_saying(HERE, f"{gone.path} leads nowhere any more; it led to {gone.target}.")


@blueprint.route(f"{HERE}import/", methods=["GET", "POST"], permission=EDIT)
def bring() -> AnyResponse:
    """Take many rules from lines of CSV: shown first, then kept."""
    require("admin.enter")
    error: BlogError | None = None
    shown: list[Wanted] = []
    lines = request.form.get("lines", "")
    if request.method == "POST":
        try:
            wanted = read_csv(lines)
            if request.form.get("confirmed"):
                kept = add(site, wanted)
                return redirect_saying(HERE, f"{len(kept)} rules are kept.")
            shown = add(site, wanted, dry_run=True)
        except UserError as refused:
            error = refused
    return site.admin_page(
        "Many redirects at once", "redirects/import.html", error=error, shown=shown, lines=lines
    )


def _show(error: BlogError | None = None) -> AnyResponse:
    table = Rule.__table__.c
    q = request.args.get("q", "")
    found = take_slice(
        site.db.reading(),
        select(table.path, table.target, table.status, table.by),
        request.args,
        sorts=(SortBy("path", "Address", table.path), SortBy("at", "Made", table.at, True)),
        key=table.id,
        match=table.path.icontains(q, autoescape=True) if q else None,
    )
    return site.admin_page(
        "Redirects",
        "redirects/rules.html",
        error=error,
        slice=found,
        q=q,
        missed=site.missing.top(10) if may(READ) else (),
        path=request.args.get("path", ""),
        target=request.args.get("target", ""),
    )


def _said(rule: Wanted) -> str:
    return f"{rule.path} is gone." if not rule.target else f"{rule.path} leads to {rule.target}."
