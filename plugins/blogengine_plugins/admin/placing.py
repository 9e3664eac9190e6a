"""Widgets by region: moved by buttons, hidden, renamed."""

from __future__ import annotations

from blogengine.api import (
    ADMIN_REGIONS,
    REGIONS,
    AdminPage,
    Response,
    UserError,
    WidgetState,
    redirect_saying,
    request,
    site,
)
from blogengine_plugins.admin.entering import admin_blueprint

EDIT = "widgets.edit"
HOME = "/admin/widgets/"
ALL = (*REGIONS, *ADMIN_REGIONS)

TITLES = {
    "header": "Below the menu",
    "before_list": "Before a list of posts",
    "after_list": "After a list of posts",
    "before_post": "Before a post",
    "after_post": "After a post",
    "sidebar": "Beside the content",
    "footer": "At the end of the page",
    "admin_home": "First page of the admin",
}

blueprint = admin_blueprint("widgets")

PAGES = (AdminPage("widgets", "Widgets", path=HOME, permission=EDIT, section="look", order=20),)


@blueprint.get(HOME, permission=EDIT)
def index() -> Response:
    """Show what stands in each region."""
    return answer()


@blueprint.post("/admin/widgets/<name>/", permission=EDIT)
def change(name: str) -> Response:
    """Move a widget up or down or to another region, hide it, show it or rename it."""
    act = request.form.get("act", "")
    try:
        said = changed(name, act)
    except UserError as error:
        return answer(error)
    return redirect_saying(f"{HOME}#w-{name}", said)


def changed(name: str, act: str) -> str:
    """Do what a button says; return what was done."""
    widgets = site.widgets
    if act in ("up", "down"):
        state = next((one for one in widgets.all() if one.name == name), None)
        if state is not None:
            step = -1 if act == "up" else 1
            widgets.place(name, state.region, position=max(state.position + step, 1))
        return "Moved."
    if act == "move":
        widgets.place(name, request.form.get("region", ""))
        return "Moved."
    if act == "hide":
        widgets.hide(name)
        return "Hidden. Its place is kept."
    if act == "show":
        widgets.show(name)
        return "Shown again."
    if act == "reset":
        widgets.reset(name)
        return "It is where its plugin wants it."
    widgets.entitle(name, request.form.get("title", ""))
    return "Renamed."


def answer(error: UserError | None = None) -> Response:
    """Answer with the page."""
    regions: dict[str, list[WidgetState]] = {name: [] for name in ALL}
    for state in site.widgets.all():
        regions.setdefault(state.region, []).append(state)
    return site.admin_page(
        "Widgets",
        "admin/widgets/index.html",
        error=error,
        regions={name: here for name, here in regions.items() if here},
        titles=TITLES,
    )
