"""The first page: what needs doing, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from blogengine.api import AdminPage, Response, current_actor, may, site
from blogengine_plugins.admin import healthy, mailing, switching, working
from blogengine_plugins.admin.entering import ENTER, admin_blueprint

MOST = 99
DRAFTS = 5

blueprint = admin_blueprint("")

PAGES = (AdminPage("home", "Today", path="/admin/", section="home"),)


@dataclass(frozen=True, slots=True)
class Todo:
    """Something to do: a sentence, the page where it is done, and how bad it is if it isn't."""

    sentence: str
    url: str
    detail: str = ""
    tone: str = "warn"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A draft of one's own."""

    title: str
    url: str
    changed_at: datetime


@blueprint.get("/admin/", permission=ENTER)
def show() -> Response:
    """Show what needs doing of what the person may do."""
    return site.admin_page(
        "Today",
        "admin/home/home.html",
        todos=[*plugin_trouble(), *job_trouble(), *health_trouble()],
        drafts=list(own_drafts()),
        may_write=may("posts.create"),
    )


def own_drafts() -> Iterator[Unfinished]:
    """Yield one's own drafts, the last changed first."""
    if not may("posts.edit"):
        return
    me = current_actor().id
    _slice, lines = site.lines.show({"state": "draft"})
    mine = [line for line in lines if me in {author.id for author in line.authors}]
    for line in mine[:DRAFTS]:
        changed = site.local(line.updated_at)
        yield Unfinished(line.display_title, f"/admin/posts/{line.id}/", changed)


def plugin_trouble() -> Iterator[Todo]:
    """Yield plugins that don't run or fail, and those that use what goes away."""
    if not may(switching.SWITCH):
        return
    statuses = {one.name: one for one in site.host.statuses() if one.enabled}
    for one in statuses.values():
        if switching.bad(one):
            said = f"The plugin {one.name} is {one.state}."
            yield Todo(said, f"{switching.HOME}{one.name}/", one.reason, "bad")
    for name, count in switching.faulty().items():
        if name in statuses and not switching.bad(statuses[name]):
            said = f"The plugin {name} failed {times(count)}."
            yield Todo(
                said, f"{switching.HOME}{name}/#faults", "Readers saw their pages without it."
            )
    for name, sentence in site.host.outdated():
        said = f"The plugin {name} uses what goes away."
        yield Todo(said, f"{switching.HOME}{name}/", sentence)


def job_trouble() -> Iterator[Todo]:
    """Yield jobs that were given up and mails that weren't sent."""
    if not may(working.MANAGE):
        return
    if count := working.failing():
        said = f"{number(count)} given up after all {'its' if count == 1 else 'their'} tries."
        yield Todo(said, f"{working.HOME}?state=dead", tone="bad")
    if count := mailing.unsent():
        noun = "mail wasn’t" if count == 1 else "mails weren’t"
        yield Todo(f"{number(count, noun)} sent.", f"{mailing.HOME}?state=unsent", tone="bad")


def health_trouble() -> Iterator[Todo]:
    """Yield what quick checks of the engine say now, and what the last long look found."""
    if not may(healthy.MANAGE):
        return
    for check in site.readiness:
        health = check.run(site)
        if health.state != "ok":
            yield Todo(
                health.sentence or check.title, healthy.HOME, health.fix, tone_of(health.state)
            )
    report = site.operating.report()
    for one in report.findings if report else ():
        yield Todo(str(one["sentence"]), healthy.HOME, str(one["fix"]), tone_of(str(one["state"])))


def tone_of(state: str) -> str:
    """Return how bad a finding is."""
    return "bad" if state == "fail" else "warn"


def number(count: int, noun: str = "") -> str:
    """Return a number of jobs, or of what `noun` says; large ones aren't told."""
    words = noun or ("job was" if count == 1 else "jobs were")
    return f"{MOST}+ {words}" if count > MOST else f"{count} {words}"


def times(count: int) -> str:
    """Return how often, in words."""
    return "once" if count == 1 else f"{count} times"
