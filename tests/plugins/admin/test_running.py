"""The pages for running the blog: settings, plugins, widgets, health, mails, jobs, audit."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from blogengine.db import db
from blogengine.errors import Denied
from blogengine.runtime import SessionRow
from blogengine.testing.statements import counting
from blogengine.testing.visitor import Visitor
from tests.conftest import Blog
from tests.plugins.admin.conftest import Enter

PAGES = {
    "/admin/settings/": "admin",
    "/admin/settings/site/": "admin",
    "/admin/settings/comments/": "admin",
    "/admin/plugins/": "owner",
    "/admin/plugins/feeds/": "owner",
    "/admin/plugins/feeds/switch/": "owner",
    "/admin/widgets/": "admin",
    "/admin/health/": "admin",
    "/admin/mails/": "admin",
    "/admin/jobs/": "admin",
    "/admin/audit/": "admin",
}
"""Each page with the lowest role that may open it."""

LOWER = {"owner": "admin", "admin": "editor"}


def send(visitor: Visitor, path: str, page: str = "", **fields: str) -> TestResponse:
    token = visitor.form(page or "/admin/", "/admin/logout")["csrf_token"]
    return visitor.post(path, data={"csrf_token": token, **fields})


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_for_its_role_and_no_lower_one(at_desk: Enter, path: str) -> None:
    role = PAGES[path]
    page = at_desk(role).get(path)
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    ids = re.findall(r'\bid="([^"]+)"', page.text)
    assert len(ids) == len(set(ids))
    assert not re.search(r"\bon\w+=|style=|<script(?![^>]*src)|<style", page.text)
    refused = at_desk(LOWER[role]).get(path)
    assert refused.status_code == 403


# --- settings -------------------------------------------------------------------------------------


def test_settings_are_searched_and_stored(at_desk: Enter, desk: Blog) -> None:
    admin = at_desk("admin")
    found = admin.get("/admin/settings/?q=posts+page").text
    assert 'href="/admin/settings/site/#f-posts_per_page"' in found and "f-tagline" not in found
    assert "No setting has these words." in admin.get("/admin/settings/?q=zebra").text
    form = admin.form("/admin/settings/site/", "")
    answer = admin.post("/admin/settings/site/", data={**form, "posts_per_page": "7"})
    assert answer.status_code == 303
    shown = admin.get("/admin/settings/site/").text
    assert "Saved." in shown and "7, by default 10" in shown
    line = desk.site.audit.find(act="setting.changed", limit=1)[0]
    assert (line.subject, line.after["value"]) == ("setting:site.posts_per_page", 7)
    send(admin, "/admin/settings/site/", reset="posts_per_page")
    assert "by default 10" not in admin.get("/admin/settings/site/").text


def test_a_wrong_setting_gives_the_form_back_and_stores_nothing(at_desk: Enter, desk: Blog) -> None:
    admin = at_desk("admin")
    form = admin.form("/admin/settings/site/", "")
    data = {**form, "tagline": "Kept <b>so</b>", "timezone": "Nowhere/Here"}
    answer = admin.post("/admin/settings/site/", data=data)
    assert answer.status_code == 422
    assert 'href="#f-timezone"' in answer.text and 'value="Nowhere/Here"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'value="Kept &lt;b&gt;so&lt;/b&gt;"' in answer.text
    assert "Kept" not in admin.get("/admin/settings/site/").text


def test_a_setting_fixed_elsewhere_is_locked_with_its_source(
    make_blog: Callable[..., Blog], tmp_path: Path, sign_in_to: Callable[..., Visitor]
) -> None:
    (tmp_path / "site" / "instance").mkdir(parents=True)
    (tmp_path / "site" / "instance" / "blog.toml").write_text('tagline = "From the file"\n')
    blog = make_blog(folder=tmp_path / "site", plugins=["admin"])
    owner = sign_in_to(blog)
    page = owner.get("/admin/settings/site/").text
    assert 'value="From the file" readonly' in page
    assert "Fixed by the instance/blog.toml" in page
    form = owner.form("/admin/settings/site/", "")
    assert "tagline" not in form
    owner.post("/admin/settings/site/", data={**form, "tagline": "Mine"})
    assert 'value="From the file" readonly' in owner.get("/admin/settings/site/").text


# --- plugins --------------------------------------------------------------------------------------


def test_what_needs_a_plugin_is_named_before_it_is_switched_off(
    make_blog: Callable[..., Blog], tmp_path: Path, sign_in_to: Callable[..., Visitor]
) -> None:
    (tmp_path / "site" / "plugins").mkdir(parents=True)
    needy = '"""Needs."""\nfrom blogengine.api import Plugin\n'
    needy += 'plugin = Plugin(summary=__doc__, requires=("feeds",))\n'
    (tmp_path / "site" / "plugins" / "needy.py").write_text(needy)
    blog = make_blog(folder=tmp_path / "site", plugins=["admin", "feeds", "needy"])
    owner = sign_in_to(blog)
    assert "<strong>needy</strong> needs it" in owner.get("/admin/plugins/feeds/switch/").text
    assert "These pages are gone then." in owner.get("/admin/plugins/admin/switch/").text


def test_switching_asks_for_the_password_and_is_done_by_a_job(at_desk: Enter, desk: Blog) -> None:
    owner = at_desk("owner")
    assert send(owner, "/admin/plugins/feeds/switch/").status_code == 303
    (job,) = desk.site.jobs.find(name="core.operate", limit=1)
    assert job.payload["act"] == "disable" and job.payload["name"] == "feeds"
    assert "feeds is being switched off" in owner.get("/admin/plugins/").text
    desk.site.jobs.cancel([job.id])
    with db.runtime_write() as session:
        session.execute(update(SessionRow).values(confirmed_at=datetime(2020, 1, 1, tzinfo=UTC)))
    answer = send(owner, "/admin/plugins/feeds/switch/")
    assert answer.status_code == 403 or "/admin/confirm" in answer.headers.get("Location", "")
    (last,) = desk.site.jobs.find(name="core.operate", limit=1)
    assert last.id == job.id


def test_the_job_switches_in_the_name_of_who_asked(
    make_blog: Callable[..., Blog], sign_in_to: Callable[..., Visitor]
) -> None:
    blog = make_blog(plugins=None)
    owner = sign_in_to(blog)
    send(owner, "/admin/plugins/hello/switch/", on="1")
    (outcome,) = [one for one in blog.site.jobs.run_due() if one.name == "core.operate"]
    assert outcome.error == ""
    db.end_reading()
    (line,) = blog.site.audit.find(act="plugin.enabled", subject="plugin:hello")
    assert line.actor.startswith("person:") and line.actor_name.startswith("Owner")


def test_faults_are_shown_with_a_sample(
    make_blog: Callable[..., Blog], tmp_path: Path, sign_in_to: Callable[..., Visitor]
) -> None:
    (tmp_path / "site" / "plugins").mkdir(parents=True)
    bad = '"""Bad."""\nfrom blogengine.api import Plugin, Widget, hookimpl\n'
    bad += "plugin = Plugin(summary=__doc__)\n@hookimpl\ndef register_widgets():\n"
    bad += '    return [Widget("w", "W", lambda ctx: 1 / 0)]\n'
    (tmp_path / "site" / "plugins" / "bad.py").write_text(bad)
    blog = make_blog(folder=tmp_path / "site", plugins=["admin", "bad"], strict=False)
    owner = sign_in_to(blog)
    for _time in range(5):
        blog.get("/")
    from blogengine.building.build import SHARING

    blog.app.extensions[SHARING].exchange(blog.site.guard)
    page = owner.get("/admin/plugins/bad/").text
    assert "ZeroDivisionError" in page and "Call it again now" in page
    assert "The plugin bad is paused." in owner.get("/admin/").text
    send(owner, "/admin/plugins/bad/retry/")
    assert "Call it again now" not in owner.get("/admin/plugins/bad/").text


# --- widgets --------------------------------------------------------------------------------------


def test_widgets_are_moved_by_buttons(at_desk: Enter, desk: Blog) -> None:
    admin = at_desk("admin")
    order = [one.name for one in desk.site.widgets.all() if one.region == "after_post"]
    send(admin, f"/admin/widgets/{order[0]}/", act="down")
    assert [one.name for one in desk.site.widgets.all() if one.region == "after_post"] == order[
        ::-1
    ]
    send(admin, f"/admin/widgets/{order[0]}/", act="move", region="footer")
    send(admin, f"/admin/widgets/{order[0]}/", act="hide")
    send(admin, f"/admin/widgets/{order[0]}/", act="title", title="Other words")
    (state,) = [one for one in desk.site.widgets.all() if one.name == order[0]]
    assert (state.region, state.hidden, state.title) == ("footer", True, "Other words")
    answer = send(admin, f"/admin/widgets/{order[0]}/", act="move", region="moon")
    assert answer.status_code == 404
    send(admin, f"/admin/widgets/{order[0]}/", act="reset")
    (state,) = [one for one in desk.site.widgets.all() if one.name == order[0]]
    assert state.region == "after_post"


# --- mails, jobs, audit, health -------------------------------------------------------------------


def test_a_kept_mail_is_read_and_a_secret_one_isnt(at_desk: Enter, desk: Blog) -> None:
    with db.write() as session:
        words = {"to": "ben@example.org", "subject": "Hello Ben", "text": "Plain <words>"}
        plain = desk.site.mail.send(session, **words)
        words = {"to": "ben@example.org", "subject": "A new password", "text": "http://x/SECRET"}
        secret = desk.site.mail.send(session, **words, secret=True)
    for role in ("admin", "owner"):
        listed = at_desk(role).get("/admin/mails/").text
        assert "Hello Ben" in listed and "A new password" in listed and "SECRET" not in listed
        assert "Plain &lt;words&gt;" in at_desk(role).get(f"/admin/mails/{plain}/").text
        hidden = at_desk(role).get(f"/admin/mails/{secret}/").text
        assert "ben@example.org" in hidden and "SECRET" not in hidden


def test_jobs_that_were_given_up_are_tried_again(at_desk: Enter, desk: Blog) -> None:
    admin = at_desk("admin")
    with db.write() as session:
        number = desk.site.jobs.enqueue(session, "core.render", {"after": 0, "done": 0}, key="t")
        session.connection().exec_driver_sql(
            f"UPDATE jobs SET state='dead', attempts=8, error='No &lt;luck' WHERE id={number}"
        )
    assert "1 job was given up" in admin.get("/admin/").text
    page = admin.get("/admin/jobs/?state=dead").text
    assert "given up" in page and "No &amp;lt;luck" in page
    assert send(admin, f"/admin/jobs/{number}/retry/").status_code == 303
    assert desk.site.jobs.get(number).state == "waiting"
    send(admin, f"/admin/jobs/{number}/cancel/")
    assert desk.site.jobs.get(number).state == "cancelled"


def test_the_trail_is_narrowed_and_shows_before_and_after(at_desk: Enter, desk: Blog) -> None:
    admin = at_desk("admin")
    desk.set("site", tagline="Now <this>")
    page = admin.get("/admin/audit/?what=setting&act=setting.changed").text
    assert "setting:site.tagline" in page and "<td>Now &lt;this&gt;</td>" in page
    assert "person.invited" not in page
    assert admin.get("/admin/audit/?since=rubbish&before=x&who=%00").status_code == 200
    assert "Nothing was done" in admin.get("/admin/audit/?since=2099-01-01").text


def test_the_long_look_is_done_by_a_job_and_shown(
    make_blog: Callable[..., Blog], sign_in_to: Callable[..., Visitor]
) -> None:
    blog = make_blog(plugins=["admin"])
    owner = sign_in_to(blog)
    assert "Nobody has looked yet." in owner.get("/admin/health/").text
    send(owner, "/admin/health/look/")
    assert "is being looked over" in owner.get("/admin/health/").text
    (outcome,) = [one for one in blog.site.jobs.run_due() if one.name == "core.operate"]
    assert outcome.error == ""
    shown = owner.get("/admin/health/").text
    assert "Nobody has looked" not in shown and "is being looked over" not in shown


def test_lists_cost_the_same_number_of_statements_however_long(at_desk: Enter, desk: Blog) -> None:
    admin = at_desk("admin")

    def cost(path: str) -> int:
        with counting(desk.app) as statements:
            assert admin.get(path).status_code == 200
        return len(statements)

    paths = ("/admin/mails/", "/admin/jobs/?state=all", "/admin/audit/")
    before = {path: cost(path) for path in paths}
    rows = [{"to": f"a{n}@example.org", "subject": f"Mail {n}", "text": "Text"} for n in range(120)]
    with db.write() as session:
        for row in rows:
            desk.site.mail.send(session, **row)
    assert {path: cost(path) for path in paths} == before
    first = admin.get("/admin/mails/").text
    (older,) = re.findall(r'href="(\?before=\d+)">Older', first)
    second = admin.get(f"/admin/mails/{older}").text
    assert "Mail 119<" in first and "Mail 119<" not in second and "Mail 60<" in second


def test_the_services_ask_for_permission_themselves(desk: Blog, at_desk: Enter) -> None:
    from blogengine.actors import NOBODY, acting

    at_desk("owner")
    acts: list[Callable[[], object]] = [
        desk.site.preferences.all,
        lambda: desk.site.preferences.change("site", {"tagline": "x"}),
        lambda: desk.site.operating.enable("hello"),
        lambda: desk.site.operating.disable("feeds"),
        lambda: desk.site.operating.call_again("feeds"),
        desk.site.operating.examine,
        desk.site.operating.report,
    ]
    with acting(NOBODY):
        for act in acts:
            with pytest.raises(Denied):
                act()
