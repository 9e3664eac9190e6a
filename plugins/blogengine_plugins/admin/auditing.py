"""The audit trail: who changed what, and what it was before and after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from blogengine.api import AdminPage, Response, request, site
from blogengine_plugins.admin.entering import admin_blueprint
from blogengine_plugins.admin.pieces import number, older

READ = "audit.read"
HOME = "/admin/audit/"
SIZE = 50
LONGEST = 200

blueprint = admin_blueprint("audit")

PAGES = (AdminPage("audit", "Who did what", path=HOME, permission=READ, order=70),)


@blueprint.get(HOME, permission=READ)
def index() -> Response:
    """List acts, the newest first, narrowed by who, what and since when."""
    asked = {name: asked_for(name) for name in ("who", "what", "act", "since")}
    found = site.audit.find(
        actor=asked["who"],
        subject=asked["what"],
        act=asked["act"],
        since=day(asked["since"]),
        before=number("before"),
        limit=SIZE + 1,
    )
    return site.admin_page(
        "Who did what",
        "admin/audit/index.html",
        lines=found[:SIZE],
        asked=asked,
        narrowed=any(asked.values()),
        local=site.local,
        differences=differences,
        older=older(found, SIZE),
    )


def asked_for(name: str) -> str:
    """Return one condition of the address."""
    return request.args.get(name, "").strip()[:LONGEST]


def day(text: str) -> datetime | None:
    """Return the beginning of a day in the site's time zone; None for what isn't one."""
    try:
        return site.local(datetime.fromisoformat(text).replace(tzinfo=None)) if text else None
    except ValueError:
        return None


def differences(
    before: Mapping[str, object], after: Mapping[str, object]
) -> list[tuple[str, str, str]]:
    """Return the fields that differ, each with what it was and what it is."""
    return [
        (name, told(before.get(name)), told(after.get(name))) for name in sorted({*before, *after})
    ]


def told(value: object) -> str:
    """Return a value of the trail for people; of a long text its length."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping) and set(value) == {"sha256", "length"}:
        return f"{value['length']} characters ({str(value['sha256'])[:8]}…)"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nothing"
    return str(value)
