"""The password once more: which acts ask for it, and how a form goes on through the question."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from blogengine.db import db
from blogengine.errors import Denied
from blogengine.lifecycle.switching import disable, enable
from blogengine.routes import declare
from blogengine.settings import store_setting
from blogengine.testing.visitor import read_forms
from tests.conftest import Blog
from tests.core.browser import Browser
from tests.core.identity import EMAIL, PASSWORD, make_owner, member, signed_in

VAULT = """
from blogengine.api import *

plugin = Plugin(summary="What nobody should reach with a stolen session.")
routes = Blueprint("vault", __name__)
kept = []


@hookimpl
def register_blueprints():
    return [routes]


@routes.get("/vault/", permission="settings.edit")
def show():
    return Markup(
        "<form method='post' action='/vault/?shelf=2'>{}<textarea name='note'></textarea>"
        "<input name='tag'><input type='password' name='new_secret'></form>"
    ).format(csrf_field())


@routes.post("/vault/", permission="settings.edit", confirm=True)
def keep():
    kept.append(dict(request.form.lists()))
    where = request.args.get("shelf")
    files = [one.read().decode() for one in request.files.values()]
    return {"form": {k: v for k, v in request.form.lists()}, "shelf": where, "files": files}


@routes.post("/vault/empty/", permission="settings.edit")
def empty():
    require_confirmed()
    return "emptied"


@routes.get("/vault/key/", permission="settings.edit", confirm=True)
def key():
    return "the key"
"""


@pytest.fixture(scope="module")
def started() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def clock() -> Iterator[Callable[[int], None]]:
    """Moves the time on by minutes."""
    with mock.patch("blogengine.clock.system_time") as told:
        began = datetime.now(UTC)
        told.side_effect = lambda: began

        def move(minutes: int) -> None:
            later = told.side_effect() + timedelta(minutes=minutes)
            told.side_effect = lambda: later

        yield move


@pytest.fixture
def blog(make_blog: Callable[..., Blog], tmp_path: Path) -> Blog:
    folder = tmp_path / "site"
    (folder / "plugins").mkdir(parents=True)
    (folder / "plugins" / "vault.py").write_text(VAULT)
    made = make_blog(folder=folder, plugins=["vault"], strict=False)
    make_owner(made)
    return made


def kept(blog: Blog) -> list[Any]:
    return list(blog.site.host.loaded["vault"].module.kept)


@pytest.fixture
def ann(blog: Blog, clock: Callable[[int], None]) -> Browser:
    """Somebody who signed in 16 minutes ago."""
    browser = Browser(blog)
    assert browser.sign_in().status_code == 303
    clock(16)
    return browser


NOTE = 'Two lines,\r\n\r\n<b>& "quoted"</b>, and one more\r\n'


def test_a_form_goes_on_with_all_that_was_written_in_it(blog: Blog, ann: Browser) -> None:
    asked = ann.fill("/vault/", note=NOTE, tag="a", new_secret="")
    assert asked.status_code == 403
    assert "Is it you?" in asked.text
    assert kept(blog) == []
    assert asked.headers["Cache-Control"] == "private, no-store"
    before = ann.cookies["__Host-blogengine"]
    wrong = ann.send(asked, confirm_secret="not my password")
    assert wrong.status_code == 401
    assert "isn&#39;t your current password" in wrong.text
    assert kept(blog) == []
    done = ann.send(wrong, confirm_secret=PASSWORD)
    assert done.status_code == 200
    form = done.json["form"]
    assert (form["note"], form["tag"], form["new_secret"]) == ([NOTE], ["a"], [""])
    assert done.json["shelf"] == "2"
    # The session goes on under a new cookie, and is asked no more for 15 minutes.
    assert ann.cookies["__Host-blogengine"] != before
    assert ann.fill("/vault/", note="x", tag="", new_secret="").status_code == 200
    stolen = blog.get("/admin/profile", headers={"Cookie": f"__Host-blogengine={before}"})
    assert stolen.status_code == 303


def test_a_secret_of_the_form_is_typed_again_and_stands_in_no_page(
    blog: Blog, ann: Browser
) -> None:
    asked = ann.fill("/vault/", note="n", tag="", new_secret="hidden in plain sight")
    assert "hidden in plain sight" not in asked.text
    done = ann.send(asked, confirm_secret=PASSWORD, new_secret="hidden in plain sight")
    assert done.json["form"]["new_secret"] == ["hidden in plain sight"]


def test_values_with_one_name_and_files_go_on_too(ann: Browser) -> None:
    (form,) = ann.forms("/vault/")
    data = {"csrf_token": form["csrf_token"], "tag": ["a", "b"], "note": ""}
    sent = {**data, "file": (io.BytesIO(b"bytes"), "a.txt")}
    asked = ann.post("/vault/", data=sent, content_type="multipart/form-data")
    assert asked.text.count('name="tag"') == 2
    assert 'enctype="multipart/form-data"' in asked.text
    assert 'type="file"' in asked.text
    (form,) = [one for one in read_forms(asked.text) if "confirm_secret" in one]
    again = {**data, "csrf_token": form["csrf_token"], "confirm_secret": PASSWORD}
    again["file"] = (io.BytesIO(b"bytes"), "a.txt")
    done = ann.post("/vault/", data=again, content_type="multipart/form-data")
    assert done.json["form"]["tag"] == ["a", "b"]
    assert done.json["files"] == ["bytes"]


def test_a_service_that_asks_gets_the_same_page(ann: Browser) -> None:
    (form,) = ann.forms("/vault/")
    asked = ann.post("/vault/empty/", data={"csrf_token": form["csrf_token"]})
    assert asked.status_code == 403
    assert ann.send(asked, confirm_secret=PASSWORD).text == "emptied"


def test_a_page_that_only_reads_asks_first_and_then_shows(ann: Browser) -> None:
    asked = ann.get("/vault/key/")
    assert asked.status_code == 303
    done = ann.fill(asked.headers["Location"], secret=PASSWORD)
    assert done.headers["Location"] == "/vault/key/"
    assert ann.get("/vault/key/").text == "the key"


def test_nobody_else_is_asked_or_gets_through(
    blog: Blog, ann: Browser, clock: Callable[[int], None]
) -> None:
    """An editor may not at all; another site's page, a program and a token get no form."""
    member(blog, "Dan", "editor")
    dan = Browser(blog, REMOTE_ADDR="192.0.2.44")
    dan.sign_in("dan@example.org", "paper boats on gravel")
    assert "Is it you?" not in dan.get("/vault/").text
    (form,) = ann.forms("/vault/")
    data = {"csrf_token": form["csrf_token"], "confirm_secret": PASSWORD}
    assert ann.post("/vault/", data=data, from_elsewhere=True).status_code == 403
    assert kept(blog) == []
    told = ann.post(
        "/vault/", data={"csrf_token": form["csrf_token"]}, headers={"Accept": "application/json"}
    )
    assert (told.status_code, told.json["code"]) == (403, "confirmation-needed")
    owner = blog.site.identity.people.find("ann-lee").id
    secret, _token = blog.site.identity.tokens.create(owner, "deploy", ["settings.edit"])
    bearer = {"Authorization": f"Bearer {secret}"}
    stopped = blog.app.test_client().post(
        "/vault/", data={"confirm_secret": PASSWORD}, headers=bearer
    )
    assert stopped.status_code == 403
    assert "Is it you?" not in stopped.text
    assert kept(blog) == []
    assert blog.app.test_client().get("/vault/key/", headers=bearer).status_code == 403


def test_guessing_at_the_question_is_limited(ann: Browser) -> None:
    (form,) = ann.forms("/vault/")
    data = {"csrf_token": form["csrf_token"], "confirm_secret": "wrong"}
    codes = [ann.post("/vault/", data=data).status_code for _ in range(22)]
    assert codes[:20] == [401] * 20
    assert codes[21] == 429


@pytest.mark.parametrize(
    "said", [{"permission": "public"}, {"permission": "posts.edit", "csrf": "none"}]
)
def test_a_route_that_asks_for_a_password_has_a_permission_and_a_token(said: Any) -> None:
    with pytest.raises(ValueError, match="needs a permission"):
        declare("/x/", confirm=True, **said)
    with pytest.raises(ValueError, match="True or False"):
        declare("/x/", permission="posts.edit", confirm="yes")


def test_what_would_be_worst_in_a_thiefs_hands_asks(
    blog: Blog, clock: Callable[[int], None]
) -> None:
    identity = blog.site.identity
    dan = member(blog, "Dan", "author")
    eve = identity.people.invite("Eve", "eve@example.org").token
    _secret, token = identity.tokens.create(1, "deploy", ["posts.edit"])
    done = identity.sign_in(EMAIL, PASSWORD)
    number = dan.session.user_id

    def secret_setting() -> None:
        with db.write() as session:
            store_setting(session, "vault", "key", "hush", secret=True)

    acts: dict[str, Callable[[], object]] = {
        "switch on": lambda: enable(blog.site.config, "vault"),
        "switch off": lambda: disable(blog.site.config, "vault"),
        "role": lambda: identity.people.set_role(number, "admin"),
        "invite": lambda: identity.people.invite("Flo", "flo@example.org"),
        "invite again": lambda: identity.people.invite_again(identity.people.find("eve").id),
        "disable": lambda: identity.people.disable(number),
        "end a session": lambda: identity.revoke(number, dan.session.id),
        "end sessions": lambda: identity.revoke_all(number),
        "new password link": lambda: identity.passwords.link(number),
        "new password": lambda: identity.passwords.set(number, PASSWORD),
        "make a token": lambda: identity.tokens.create(1, "two", ["posts.edit"]),
        "end a token": lambda: identity.tokens.revoke(token.id),
        "a secret setting": secret_setting,
    }
    clock(16)
    with signed_in(blog, done.cookie):  # type: ignore[union-attr]
        for name, act in acts.items():
            with pytest.raises(Denied) as refused:
                act()
            assert refused.value.code == "confirmation-needed", name
        assert identity.revoke_all(1, but=done.session.id) >= 0  # one's own others need none  # type: ignore[union-attr]
    assert identity.people.check_invitation(eve).name == "Eve"
