"""The page with the entries and the form."""

from __future__ import annotations

from blogengine.api import Blueprint, Page, Response, redirect, request, site

from . import entries
from .settings import Settings

LONGEST_NAME = 80
LONGEST_TEXT = 2000

routes = Blueprint("guestbook", __name__)


@routes.get("/guestbook/", permission="public")
def show() -> Response:
    """Show the entries and, while it is open, the form."""
    return answer()


@routes.post("/guestbook/", permission="public")
def write() -> Response:
    """Keep an entry. Forms of other sites don't get here."""
    settings = site.settings(Settings)
    given = {key: request.form.get(key, "").strip() for key in ("name", "text")}
    if not settings.open:
        return answer(403, given, {"form": "The guestbook takes no new entries."})
    if errors := problems(given):
        return answer(422, given, errors)
    if entries.count_waiting(site) >= settings.waiting:
        return answer(503, given, {"form": "Too many entries wait. Come back later, please."})
    entries.add(site, given["name"], given["text"])
    return redirect("/guestbook/?sent=1#guestbook-sent", 303)


def problems(given: dict[str, str]) -> dict[str, str]:
    """Return a sentence for each field that can't be kept."""
    found = {}
    if not 1 <= len(given["name"]) <= LONGEST_NAME:
        found["name"] = f"Give a name of at most {LONGEST_NAME} letters."
    if not 1 <= len(given["text"]) <= LONGEST_TEXT:
        found["text"] = f"Write something, at most {LONGEST_TEXT} letters."
    return found


def answer(
    status: int = 200, given: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> Response:
    """Show the page; what was written stands in the form again, beside what is wrong with it."""
    settings = site.settings(Settings)
    return site.page(
        Page("plugin", title="Guestbook", heading="Guestbook", status=status),
        "guestbook/page.html",
        entries=entries.newest(site, settings.most),
        form_open=settings.open,
        sent="sent" in request.args,
        given=given or {},
        errors=errors or {},
        longest={"name": LONGEST_NAME, "text": LONGEST_TEXT},
    )
