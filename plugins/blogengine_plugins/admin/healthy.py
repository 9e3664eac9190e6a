"""Is the site well? What its checks found, with what mends it."""

from __future__ import annotations

from collections.abc import Iterator

from blogengine.api import AdminPage, Health, Response, redirect_saying, site
from blogengine_plugins.admin.entering import admin_blueprint

MANAGE = "jobs.manage"
HOME = "/admin/health/"

blueprint = admin_blueprint("health")

PAGES = (AdminPage("health", "Health", path=HOME, permission=MANAGE, order=40),)


@blueprint.get(HOME, permission=MANAGE)
def index() -> Response:
    """Show what the checks say now, and what the last long look found."""
    now = list(checked())
    report = site.operating.report()
    return site.admin_page(
        "Health",
        "admin/health/index.html",
        wrong=[(title, health) for title, health in now if health.state != "ok"],
        well=[title for title, health in now if health.state == "ok"],
        report=report,
        found=[] if report is None else report.findings,
        at=None if report is None else site.local(report.at),
        looking=site.operating.looking(),
    )


@blueprint.post("/admin/health/look/", permission=MANAGE)
def look() -> Response:
    """Ask for the long look: files, database, lists, clock, plugins."""
    site.operating.examine()
    return redirect_saying(HOME, "The site is being looked over. Come back in a moment.")


def checked() -> Iterator[tuple[str, Health]]:
    """Yield each quick check with what it says now."""
    for check in site.readiness:
        yield check.title, check.run(site)
    for _plugin, check in site.contributions.health_checks:
        yield check.title, check.run(site)
