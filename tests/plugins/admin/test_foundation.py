"""The admin's layout, menu, notices and pages of other plugins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blogengine.testing.blog import Workshop
from blogengine.testing.visitor import Visitor, arrive
from tests.conftest import Blog

pytestmark = pytest.mark.xdist_group("foundation")  # one site for all

DROP_IN = '''
"""A queue."""
from blogengine.api import (
    AdminPage, Plugin, Widget, csrf_field, hookimpl, redirect_saying, request
)

plugin = Plugin(summary=__doc__)

@hookimpl
def register_admin_pages():
    return [
        AdminPage("list", "Queue", lambda site: show(site), section="readers",
                  permission="posts.publish", badge=lambda site: 120),
    ]

def show(site):
    if request.method == "POST":
        return redirect_saying("/admin/", request.form["say"], undo=request.form.get("undo", ""))
    return site.admin_page("Queue", "admin/base.html")

@hookimpl
def register_widgets():
    return [Widget("todo", "To do", lambda ctx: "Three things to do", region="admin_home")]
'''


BROKEN = '''
"""A page that fails."""
from blogengine.api import AdminPage, Plugin, hookimpl

plugin = Plugin(summary=__doc__)

@hookimpl
def register_admin_pages():
    return [AdminPage("page", "Broken", lambda site: 1 / 0, badge=lambda site: 1 / 0)]
'''


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory, blogengine_workshop: Workshop) -> Iterator[Blog]:
    folder = tmp_path_factory.mktemp("admin") / "site"
    (folder / "plugins").mkdir(parents=True)
    (folder / "plugins" / "queue.py").write_text(DROP_IN)
    (folder / "plugins" / "broken.py").write_text(BROKEN)
    made = blogengine_workshop.build(folder, plugins=["admin", "queue", "broken"], strict=False)
    yield made
    made.close()


@pytest.fixture
def enter(blog: Blog) -> Callable[[str], Visitor]:
    return lambda role: arrive(Visitor(blog.app), blog.site.identity, role)


def test_the_menu_holds_what_the_person_may_open(
    enter: Callable[[str], Visitor], blog: Blog
) -> None:
    """register_admin_pages: a line with a number, for those with the permission."""
    page = enter("editor").get("/admin/")
    assert page.status_code == 200
    assert '<a href="/admin/queue/list/">Queue <span class="badge">99+' in page.text
    assert 'aria-current="page">Today' in page.text
    assert "/admin/queue/list/" not in enter("contributor").get("/admin/").text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "'unsafe" not in page.headers["Content-Security-Policy"]
    assert "<style" not in page.text and "<script" not in page.text


def test_a_page_of_another_plugin_stands_in_the_layout(enter: Callable[[str], Visitor]) -> None:
    page = enter("author").get("/admin/queue/list/")
    assert "<h1>Queue</h1>" in page.text and 'aria-current="page">Queue' in page.text
    assert enter("contributor").get("/admin/queue/list/").status_code == 403


def test_nobody_known_signs_in_and_comes_back(blog: Blog) -> None:
    answer = Visitor(blog.app).get("/admin/queue/list/?state=old")
    assert answer.status_code == 303
    assert (
        answer.headers["Location"] == "/admin/login?next=%2Fadmin%2Fqueue%2Flist%2F%3Fstate%3Dold"
    )


def test_a_failing_page_and_badge_leave_the_rest(enter: Callable[[str], Visitor]) -> None:
    owner = enter("owner")
    assert owner.get("/admin/broken/page/").status_code == 502
    shown = owner.get("/admin/")
    assert shown.status_code == 200 and 'href="/admin/broken/page/">Broken</a>' in shown.text


def test_a_widget_stands_on_the_first_page_of_the_admin_only(
    enter: Callable[[str], Visitor], blog: Blog
) -> None:
    assert "Three things to do" in enter("author").get("/admin/").text
    assert "Three things to do" not in Visitor(blog.app).get("/").text


def test_a_token_without_the_scope_doesnt_enter(blog: Blog) -> None:
    identity = blog.site.identity
    link = identity.people.invite("Robot", "robot@example.org", "owner")
    identity.accept_invitation(link.token, "a password of robots")
    person = next(one for one in identity.people.all() if one.name == "Robot")
    codes = {}
    for scopes in (["posts.publish"], ["posts.publish", "admin.enter"]):
        secret, _info = identity.tokens.create(person.id, "Queue", scopes, days=1)
        bearer = {"Authorization": f"Bearer {secret}"}
        codes[len(scopes)] = Visitor(blog.app).get("/admin/queue/list/", headers=bearer).status_code
    assert codes == {1: 403, 2: 200}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ('"x", "X"', "neither a view nor a path"),
        ('"X y", "X", path="/admin/x/"', "one word"),
        ('"x", "X", path="/admin/x/", section="other"', "section must be one of"),
        ('"x", "X", path="/admin/x/", permission="no.such"', "wants the permission"),
    ],
)
def test_a_wrong_page_stops_its_plugin_with_a_sentence(
    make_blog: Callable[..., Blog], tmp_path: Path, arguments: str, said: str
) -> None:
    page = f"def register_admin_pages():\n    return [AdminPage({arguments})]\n"
    head = DROP_IN.partition("@hookimpl")[0]
    (tmp_path / "site" / "plugins").mkdir(parents=True)
    (tmp_path / "site" / "plugins" / "wrong.py").write_text(f"{head}@hookimpl\n{page}")
    blog = make_blog(folder=tmp_path / "site", plugins=["wrong"], strict=False)
    status = blog.site.host.status("wrong")
    assert status.state == "failed" and said in status.reason


def test_the_admin_runs_in_safe_mode_and_nothing_else(
    make_blog: Callable[..., Blog], tmp_path: Path
) -> None:
    (tmp_path / "site" / "instance").mkdir(parents=True)
    (tmp_path / "site" / "instance" / "blog.toml").write_text('safe = "1"\n')
    blog = make_blog(folder=tmp_path / "site", plugins=["admin", "feeds"])
    assert list(blog.site.host.loaded) == ["admin"]
    assert blog.site.host.status("feeds").enabled
    assert blog.app.test_client().get("/admin/").status_code == 303


def say(visitor: Visitor, text: str, undo: str = "") -> None:
    form = visitor.form("/admin/", "/admin/logout")
    data = {"csrf_token": form["csrf_token"], "say": text, "undo": undo}
    assert visitor.post("/admin/queue/list/", data=data).status_code == 303


def test_a_notice_is_said_once(enter: Callable[[str], Visitor]) -> None:
    author = enter("author")
    say(author, "Saved <b>it</b>.", undo="/admin/queue/list/")
    shown = author.get("/admin/").text
    assert "Saved &lt;b&gt;it&lt;/b&gt;." in shown
    assert '<form method="post" action="/admin/queue/list/">' in shown
    assert "Saved" not in author.get("/admin/").text


def test_undo_never_leads_to_another_site(enter: Callable[[str], Visitor]) -> None:
    author = enter("author")
    say(author, "Done.", undo="https://evil.example/")
    shown = author.get("/admin/").text
    assert "Done." in shown and "evil" not in shown


def test_a_notice_of_another_session_or_a_forged_one_is_not_said(
    enter: Callable[[str], Visitor],
) -> None:
    author, other = enter("author"), enter("author")
    say(author, "For the first one.")
    name = "__Host-blogengine-notice"
    cookie = author._client.get_cookie(name)
    assert cookie is not None
    for value in (cookie.decoded_value, "x.y", "x", cookie.decoded_value[1:], "é.é"):
        other._client.set_cookie(name, value, secure=True)
        shown = other.get("/admin/")
        assert shown.status_code == 200 and "first one" not in shown.text
    assert "For the first one." in author.get("/admin/").text
