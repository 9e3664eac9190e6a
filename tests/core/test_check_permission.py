"""`check_permission`: a denial beats the role, failing denies, and what is public stays so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from blogengine.actors import NOBODY, THE_ENGINE, Actor, acting, may, require
from blogengine.errors import Denied
from blogengine.posts.service import PostDraft
from tests.conftest import Blog

START = """
from blogengine.api import *
plugin = Plugin(summary="x")
seen = []
"""

STRICT = """
@hookimpl
def check_permission(actor, permission, subject):
    seen.append((actor.name, permission, getattr(subject, "title", None)))
    if permission == "posts.publish":
        return "not on a Monday."
"""

MILD = """
@hookimpl
def check_permission(site, permission):
    assert may("posts.edit")  # the table answers, nobody is asked again
    return None
"""

OWNER = Actor("person", 1, "Ann", "owner")
CONTRIBUTOR = Actor("person", 2, "Cal", "contributor")

Make = Callable[..., Blog]


@pytest.fixture
def with_plugins(make_blog: Make, tmp_path: Path) -> Make:
    def build(**plugins: str) -> Blog:
        folder = tmp_path / "site"
        (folder / "plugins").mkdir(parents=True)
        for name, text in plugins.items():
            (folder / "plugins" / f"{name}.py").write_text(START + text)
        return make_blog(folder=folder, plugins=list(plugins), strict=False)

    return build


def test_a_denial_beats_the_role_and_says_why(with_plugins: Make) -> None:
    blog = with_plugins(mild=MILD, strictly=STRICT, again=MILD)
    post = blog.site.posts.create(PostDraft("Waves"))
    with acting(OWNER):
        assert may("posts.edit", post)
        assert not may("posts.publish")
        with pytest.raises(Denied, match=r"You may not make posts public.*: not on a Monday"):
            require("posts.publish", post)
        with pytest.raises(Denied, match="not on a Monday"):
            blog.site.posts.publish(post.id)
    assert blog.site.posts.get(post.id).status == "draft"
    seen = blog.site.host.loaded["strictly"].module.seen
    assert ("Ann", "posts.publish", "Waves") in seen
    assert ("Ann", "posts.publish", None) in seen


def test_only_what_a_role_has_is_asked_about(with_plugins: Make) -> None:
    """The operator, the engine, strangers and public pages ask no plugin."""
    blog = with_plugins(strictly=STRICT)
    seen = blog.site.host.loaded["strictly"].module.seen
    for actor in (THE_ENGINE, NOBODY, None, CONTRIBUTOR):
        with acting(actor) if actor else acting(Actor("operator")):
            assert may("posts.publish") is (actor is THE_ENGINE or actor is None)
            assert may("public")
    assert blog.get("/").status_code == 200
    assert seen == []
    blog.post("Waves")  # the operator publishes


@pytest.mark.parametrize(
    "answer",
    ["raise RuntimeError('broken')", "return False", "return True", "return ''", "return 7"],
)
def test_who_cannot_answer_denies_and_public_pages_stay(with_plugins: Make, answer: str) -> None:
    blog = with_plugins(
        broken=f"@hookimpl\ndef check_permission(permission):\n    {answer}\n", mild=MILD
    )
    post = blog.post("Waves")
    for _time in range(8):  # more than it takes to be paused: it denies all the same
        with acting(OWNER), pytest.raises(Denied, match="doesn't work at the moment"):
            require("posts.edit", post)
    assert blog.site.guard.paused("broken")
    assert blog.get("/").status_code == 200
    assert blog.get(post.url).status_code == 200
    with acting(Actor("operator")):
        assert may("plugins.switch")


def test_a_route_and_the_pages_own_words_follow_the_denial(with_plugins: Make) -> None:
    from tests.core.browser import Browser
    from tests.core.identity import make_owner

    text = """
@hookimpl
def check_permission(permission):
    return "the ledger is closed." if permission == "settings.edit" else None

routes = Blueprint("ledger", __name__)

@hookimpl
def register_blueprints():
    return [routes]

@routes.get("/ledger/", permission="settings.edit")
def show():
    return "figures"
"""
    blog = with_plugins(ledger=text)
    make_owner(blog)
    browser = Browser(blog)
    browser.sign_in()
    answer = browser.get("/ledger/")
    assert answer.status_code == 403
    assert "You may not change settings: the ledger is closed." in answer.text
    assert browser.get("/admin/profile").status_code == 200


def test_without_such_a_plugin_nothing_is_asked(make_blog: Make) -> None:
    blog = make_blog(plugins=["comments"])
    assert "blogengine.veto" not in blog.app.extensions
    with acting(OWNER):
        require("plugins.switch")
