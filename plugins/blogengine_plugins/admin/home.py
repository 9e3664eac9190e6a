"""The first page: what needs doing, and nothing else."""

from __future__ import annotations

from blogengine.api import AdminPage, Response, site
from blogengine_plugins.admin.entering import ENTER, admin_blueprint

blueprint = admin_blueprint("")

PAGES = (AdminPage("home", "Today", path="/admin/", section="home"),)


@blueprint.get("/admin/", permission=ENTER)
def show() -> Response:
    """Show the first page."""
    return site.admin_page("Today", "admin/home/home.html")
