"""Jobs: what waits, what failed, and trying it again."""

from __future__ import annotations

from blogengine.api import AdminPage, Response, redirect_saying, site
from blogengine_plugins.admin.entering import admin_blueprint
from blogengine_plugins.admin.pieces import chosen, number, older

MANAGE = "jobs.manage"
HOME = "/admin/jobs/"
SIZE = 50
STATES = {
    "open": ("To do", ("waiting", "running", "failed")),
    "dead": ("Given up", ("dead",)),
    "all": ("All", ()),
}

blueprint = admin_blueprint("jobs")

PAGES = (AdminPage("jobs", "Jobs", path=HOME, permission=MANAGE, order=60),)


@blueprint.get(HOME, permission=MANAGE)
def index() -> Response:
    """List jobs, the last asked for first."""
    state = chosen("state", STATES)
    found = site.jobs.find(states=STATES[state][1], limit=SIZE + 1, before=number("before"))
    return site.admin_page(
        "Jobs",
        "admin/jobs/index.html",
        jobs=found[:SIZE],
        state=state,
        states={name: title for name, (title, _states) in STATES.items()},
        dead=bool(site.jobs.find(states=("dead",), limit=1)),
        local=site.local,
        older=older(found, SIZE),
    )


@blueprint.post("/admin/jobs/<int:job_id>/<any(retry, cancel):act>/", permission=MANAGE)
def change(job_id: int, act: str) -> Response:
    """Try a job again, or give it up."""
    done = site.jobs.retry([job_id]) if act == "retry" else site.jobs.cancel([job_id])
    said = {"retry": "The job is tried again.", "cancel": "The job is given up."}[act]
    if not done:
        said = "Nothing was changed: the job was done meanwhile."
    return redirect_saying(f"{HOME}?state={chosen('state', STATES)}", said)


@blueprint.post("/admin/jobs/retry/", permission=MANAGE)
def retry_all() -> Response:
    """Try everything again that failed or was given up."""
    count = len(site.jobs.retry())
    return redirect_saying(HOME, f"{count} jobs are tried again." if count else "Nothing to try.")


def failing() -> int:
    """Return how many jobs were given up, up to 100."""
    return len(site.jobs.find(states=("dead",), limit=100))
