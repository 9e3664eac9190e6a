"""The page Theme of the admin: settings tried on real pages, saved, taken along; other themes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from blogengine.testing.blog import Workshop
from blogengine.testing.visitor import Visitor, arrive
from tests.conftest import Blog

pytestmark = pytest.mark.xdist_group("theming")  # one site for all

HERE = "/admin/theme/"
OWN = "/admin/theme/import/"


@pytest.fixture(scope="module")
def blog(blogengine_workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    folder: Path = tmp_path_factory.mktemp("theming") / "blog"
    made = blogengine_workshop.build(
        folder,
        plugins=["admin", "theme_paper", "theme_press", "feeds"],
        settings={"site": {"theme": "paper", "base_url": "https://localhost"}},
    )
    made.post("A ship", "It *floats*.", tags=["Sea"])
    yield made
    made.close()


@pytest.fixture(scope="module")
def owner(blog: Blog) -> Visitor:
    return arrive(Visitor(blog.app), blog.site.identity, "owner")


def settings_form(owner: Visitor) -> dict[str, str]:
    form = next(one for one in owner.forms(HERE) if "accent" in one)
    return {name: text for name, text in form.items() if name != "action"}


def token(owner: Visitor) -> dict[str, str]:
    return {"csrf_token": settings_form(owner)["csrf_token"], "of": "theme_paper"}


def test_real_pages_wear_what_is_not_saved_and_nothing_is_stored(
    blog: Blog, owner: Visitor
) -> None:
    form = {**settings_form(owner), "accent": "plum", "width": "wide"}
    for path, words in (("/tag/sea/", "Tag: Sea"), ("/", "A ship"), ("/missing/", "Error 404")):
        tried = owner.post(f"{HERE}try/", data={**form, "path": path})
        assert words in tried.text and "--measure:68ch" in tried.text
        assert "--link:light-dark(#7a2a6b" in tried.text
        assert "frame-ancestors 'self'" in tried.headers["Content-Security-Policy"]
        assert tried.headers["Cache-Control"] == "private, no-store"
        assert "Set-Cookie" not in tried.headers
    assert "--measure:68ch" not in blog.get("/tag/sea/").text
    assert settings_form(owner)["accent"] == "rust"


@pytest.mark.parametrize("path", ["https://elsewhere.example/", "//elsewhere.example/", ""])
def test_only_pages_of_this_site_are_looked_at(owner: Visitor, path: str) -> None:
    tried = owner.post(f"{HERE}try/", data={**settings_form(owner), "path": path})
    assert tried.status_code == 200 and "A ship" in tried.text


def test_what_is_no_page_and_what_is_for_others_is_not_shown(owner: Visitor) -> None:
    form = settings_form(owner)
    assert owner.post(f"{HERE}try/", data={**form, "path": "/feed/"}).status_code == 404
    asked = owner.post(f"{HERE}try/", data={**form, "path": "/admin/settings/"})
    assert asked.status_code == 404 or "/admin/login" in asked.text + str(asked.headers)
    assert "Public address" not in asked.text


def test_saving_stores_it_and_the_next_page_wears_it(blog: Blog, owner: Visitor) -> None:
    done = owner.post(HERE, data={**settings_form(owner), "ground": "white", "font": "plain"})
    assert done.status_code == 303
    html = blog.get("/").text
    assert "--paper:light-dark(#ffffff,#121314)" in html and "--text:var(--plain)" in html
    assert owner.post(f"{HERE}defaults/", data=token(owner)).status_code == 303
    assert "--paper:light-dark(#ffffff,#121314)" not in blog.get("/").text


def test_a_colour_that_cannot_be_read_is_refused_and_given_back(blog: Blog, owner: Visitor) -> None:
    form = {**settings_form(owner), "accent": "own", "own_light": "#ffcc00"}
    answer = owner.post(HERE, data=form)
    assert answer.status_code == 422
    assert "#ffcc00 has a contrast of 1.3 on light paper" in answer.text
    assert 'value="#ffcc00"' in answer.text and 'aria-invalid="true"' in answer.text
    assert 'type="color"' in answer.text
    assert "#ffcc00" not in blog.get("/").text


def test_settings_go_out_and_come_back_by_a_file(blog: Blog, owner: Visitor) -> None:
    owner.post(HERE, data={**settings_form(owner), "accent": "ocean", "text": "large"})
    out = owner.get(f"{HERE}export/?of=theme_paper")
    assert out.headers["Content-Disposition"] == 'attachment; filename="theme_paper.json"'
    kept = json.loads(out.text)
    assert kept["settings"]["accent"] == "ocean"
    owner.post(f"{HERE}defaults/", data=token(owner))

    def send(content: object) -> Any:
        text = content if isinstance(content, bytes) else json.dumps(content).encode()
        data = {**token(owner), "file": (io.BytesIO(text), "x.json")}
        return owner.post(OWN, data=data, content_type="multipart/form-data")

    assert send(kept).status_code == 303
    assert settings_form(owner)["accent"] == "ocean"
    for bad in (
        b"no json",
        [],
        {"plugin": "theme_press", "settings": {}},
        {"plugin": "theme_paper", "settings": {"comet": 1}},
        {"plugin": "theme_paper", "settings": {"accent": "pink"}},
        {"plugin": "theme_paper", "settings": {"accent": "own", "own_light": "#ffffff"}},
    ):
        assert send(bad).status_code == 422, bad
    assert settings_form(owner)["accent"] == "ocean"


def test_another_theme_is_worn_by_a_button(blog: Blog, owner: Visitor) -> None:
    page = owner.get(HERE).text
    assert "Wear the theme Press" in page and "Wear the theme Paper" not in page
    refused = owner.post(f"{HERE}wear/", data={**token(owner), "theme": "comet"})
    assert refused.status_code >= 400 and "There is no theme" in refused.text
    done = owner.post(f"{HERE}wear/", data={**token(owner), "theme": "press"})
    assert done.status_code == 303
    with blog.app.app_context():
        assert blog.site.preferences.theme() == "press"


def test_who_may_not_change_settings_neither_tries_nor_sees_them(blog: Blog) -> None:
    author = arrive(Visitor(blog.app), blog.site.identity, "author")
    assert author.get(HERE).status_code in (403, 404)
    assert author.post(f"{HERE}try/", data={"path": "/"}).status_code in (403, 404)
    assert Visitor(blog.app).get(HERE).status_code == 303
