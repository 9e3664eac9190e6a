"""The menu of the site: pages, tags and addresses, put into order by buttons."""

from __future__ import annotations

from blogengine.api import (
    AdminPage,
    BlogError,
    MenuItem,
    Response,
    UserError,
    redirect_saying,
    request,
    site,
)
from blogengine_plugins.admin.entering import admin_blueprint

EDIT = "menus.edit"
HOME = "/admin/menus/"
MOST_CHOICES = 200

KNOWN = (("/", "Front page"), ("/tags/", "All tags"))
"""Pages that every site has."""

blueprint = admin_blueprint("menus")

PAGES = (AdminPage("menus", "Menu", path=HOME, permission=EDIT, section="look", order=15),)


@blueprint.get(HOME, permission=EDIT)
def index() -> Response:
    """Show the menu, and what could be added."""
    return answer()


@blueprint.post(HOME, permission=EDIT)
def add() -> Response:
    """Add what a form says, go back to the site's own menu, or take a change back."""
    act = request.form.get("act", "")
    try:
        said = done(act)
    except BlogError as error:
        names = {"target": act, "label": f"{act}-label"}
        error.errors = tuple((names.get(n, n), code, said) for n, code, said in error.errors)
        return answer(error)
    return redirect_saying(HOME, said, undo=f"{HOME}undo/")


@blueprint.post(f"{HOME}undo/", permission=EDIT)
def undo() -> Response:
    """Take the last change back; taking that back does it again."""
    try:
        site.menus.undo()
    except UserError as error:
        return answer(error)
    return redirect_saying(HOME, "Taken back.", undo=f"{HOME}undo/")


@blueprint.post(f"{HOME}<int:number>/", permission=EDIT)
def change(number: int) -> Response:
    """Move an entry, give it another text or take it out."""
    act = request.form.get("act", "")
    try:
        if act in ("up", "down"):
            to = max(number + (-1 if act == "up" else 1), 1)
            site.menus.move(number, to)
            return redirect_saying(f"{HOME}#e-{to}", "Moved.", undo=f"{HOME}undo/")
        if act == "remove":
            site.menus.remove(number)
            return redirect_saying(HOME, "Taken out.", undo=f"{HOME}undo/")
        site.menus.rename(number, request.form.get("label", ""))
    except BlogError as error:
        return answer(error)
    return redirect_saying(f"{HOME}#e-{number}", "Renamed.", undo=f"{HOME}undo/")


def done(act: str) -> str:
    """Do what a button below the menu says; return what was done."""
    if act == "reset":
        site.menus.reset()
        return "The menu holds the site’s pages by itself again."
    kind = act if act in ("page", "tag") else "address"
    item = MenuItem(kind, request.form.get(kind, ""), request.form.get(f"{kind}-label", ""))
    line = site.menus.add(item)
    return f"“{line.title}” was added." + (f" {line.note}" if line.note else "")


def answer(error: BlogError | None = None) -> Response:
    """Answer with the page."""
    pages = site.posts.find(kind="page", statuses=("published",), limit=MOST_CHOICES)
    tags, _count = site.terms.find(sort="posts", limit=MOST_CHOICES)
    lines = site.menus.lines()
    return site.admin_page(
        "Menu",
        "admin/menus/index.html",
        error=error,
        lines=lines,
        shown=[line for line in lines if line.url and not line.note],
        made=site.menus.made(),
        pages=pages,
        page_choices=[(str(page.id), page.display_title) for page in pages],
        tags=tags,
        tag_choices=[(str(tag.id), tag.name) for tag in tags],
        known=KNOWN,
    )
