"""Plugins: what each does and costs, what went wrong, and switching it on or off."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import (
    AdminPage,
    Link,
    Operation,
    PluginStatus,
    Response,
    redirect_saying,
    request,
    site,
    utcnow,
)
from blogengine_plugins.admin.configuring import settings_of
from blogengine_plugins.admin.entering import admin_blueprint

SWITCH = "plugins.switch"
HOME = "/admin/plugins/"
TONES = {"running": "good", "paused": "warn", "blocked": "warn", "failed": "bad", "missing": "bad"}

blueprint = admin_blueprint("plugins")

PAGES = (AdminPage("plugins", "Plugins", path=HOME, permission=SWITCH, order=20),)


@dataclass(frozen=True, slots=True)
class Share:
    """What a plugin took of the time of all plugins."""

    calls: int
    milliseconds: float
    percent: float


@blueprint.get(HOME, permission=SWITCH)
def index() -> Response:
    """List the plugins that are there: what runs first, then what could."""
    statuses = site.host.statuses()
    return site.admin_page(
        "Plugins",
        "admin/plugins/index.html",
        on=[one for one in statuses if one.enabled],
        off=[one for one in statuses if not one.enabled],
        shares=shares(),
        faults=faulty(),
        tones=TONES,
        operations=site.operating.recent(),
        sentence=sentence,
    )


@blueprint.get("/admin/plugins/<name>/", permission=SWITCH)
def show(name: str) -> Response:
    """Show one plugin."""
    status = site.host.known(name)
    faults = [fault for fault in site.telemetry.faults() if fault.plugin == name]
    pause = next((one for one in site.telemetry.pauses(utcnow()) if one.plugin == name), None)
    costs = [
        (call.hook, cost)
        for call, cost in site.telemetry.costs().items()
        if call.plugin == name and cost.calls
    ]
    return site.admin_page(
        name,
        "admin/plugins/plugin.html",
        trail=(Link(HOME, "Plugins"),),
        status=status,
        faults=faults,
        pause=pause,
        costs=sorted(costs, key=lambda one: -one[1].total)[:20],
        settings=next(settings_of(name), None) if status.manifest else None,
        pages=[page for plugin, page in site.contributions.admin_pages if plugin == name],
        tones=TONES,
        local=site.local,
    )


@blueprint.get("/admin/plugins/<name>/switch/", permission=SWITCH)
def ask(name: str) -> Response:
    """Say what would be switched, before it is."""
    status = site.host.known(name)
    return site.admin_page(
        f"Switch {name} off?" if status.enabled else f"Switch {name} on?",
        "admin/plugins/ask.html",
        trail=(Link(HOME, "Plugins"), Link(f"{HOME}{name}/", name)),
        status=status,
        others=site.operating.needed_by(name) if status.enabled else site.operating.needs(name),
        itself=name == "admin",
    )


@blueprint.post("/admin/plugins/<name>/switch/", permission=SWITCH, confirm=True)
def switch(name: str) -> Response:
    """Have it switched: a trial on a copy comes first, in the background."""
    if request.form.get("on"):
        site.operating.enable(name, trust="trust" in request.form)
    else:
        site.operating.disable(name)
    return redirect_saying(HOME, "It is being tried on a copy of the site. See below how it ends.")


@blueprint.post("/admin/plugins/<name>/retry/", permission=SWITCH)
def retry(name: str) -> Response:
    """Let a paused plugin be called again."""
    site.operating.call_again(name)
    return redirect_saying(f"{HOME}{name}/", f"The plugin {name} is called again.")


def shares() -> dict[str, Share]:
    """Return what each plugin took of the time of all, since the figures were cleared."""
    costs = site.telemetry.costs()
    whole = sum(cost.total for cost in costs.values()) or 1
    found: dict[str, Share] = {}
    for call, cost in costs.items():
        had = found.get(call.plugin, Share(0, 0.0, 0.0))
        found[call.plugin] = Share(
            had.calls + cost.calls,
            had.milliseconds + cost.total / 1e6,
            had.percent + 100 * cost.total / whole,
        )
    return found


def faulty() -> dict[str, int]:
    """Return how often each plugin failed."""
    found: dict[str, int] = {}
    for fault in site.telemetry.faults():
        found[fault.plugin] = found.get(fault.plugin, 0) + fault.count
    return found


def sentence(operation: Operation) -> str:
    """Return how an act stands, in words."""
    on = operation.act == "enable"
    return {
        "done": f"{operation.name} was switched {'on' if on else 'off'}.",
        "failed": f"{operation.name} wasn't switched {'on' if on else 'off'}.",
    }.get(operation.state, f"{operation.name} is being switched {'on' if on else 'off'} …")


def bad(status: PluginStatus) -> bool:
    """Whether an enabled plugin isn't running."""
    return status.enabled and status.state in ("failed", "blocked", "missing", "paused")
