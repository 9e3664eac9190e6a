"""The menu of the site and the template of a post, by the pages and at the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from blogengine.testing.blog import Workshop
from blogengine.testing.visitor import Visitor, arrive
from tests.conftest import Blog

pytestmark = pytest.mark.xdist_group("admin_menus")  # one site for all

MENUS = "/admin/menus/"
CHILD = """
from pathlib import Path

from blogengine.api import Plugin, Theme, hookimpl

plugin = Plugin(summary="A theme with a wide post.", api=1, requires=("theme_paper",))


@hookimpl
def register_themes():
    folder = Path(__file__).parent / "templates"
    return [Theme("child", "Child", templates=folder, parent="paper")]
"""
WIDE = """{% extends "post.html" %}
{% block main %}<p class="wide">Wide indeed.</p>{{ super() }}{% endblock %}
"""


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory, blogengine_workshop: Workshop) -> Iterator[Blog]:
    """A site that wears a theme of its own, with two pages and a tag."""
    folder: Path = tmp_path_factory.mktemp("menus") / "site"
    templates = folder / "plugins" / "child" / "templates"
    templates.mkdir(parents=True)
    (templates.parent / "__init__.py").write_text(CHILD, "utf-8")
    (templates / "post-wide.html").write_text(WIDE, "utf-8")
    made = blogengine_workshop.build(
        folder,
        plugins=["admin", "theme_paper", "child"],
        settings={"site": {"theme": "child"}},
    )
    made.post("About", kind="page")
    made.post("Contact", kind="page")
    made.post("A post", tags=["Sea"])
    yield made
    made.close()


@pytest.fixture(scope="module")
def owner(blog: Blog) -> Visitor:
    return arrive(Visitor(blog.app), blog.site.identity, "owner")


def send(visitor: Visitor, path: str, **fields: str) -> str:
    token = visitor.form("/admin/", "/admin/logout")["csrf_token"]
    answer = visitor.post(path, data={"csrf_token": token, **fields})
    assert answer.status_code == 303, answer.text
    return answer.location


def shown(blog: Blog) -> list[tuple[str, str]]:
    """Return address and text of what a reader sees in the menu."""
    nav = re.search(r'<nav class="site-menu".*?</nav>', blog.get("/").text, re.DOTALL)
    return re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', nav[0]) if nav else []


USUAL = [("/about/", "About"), ("/contact/", "Contact")]


def test_the_menu_is_the_pages_until_somebody_makes_one_and_follows_what_it_leads_to(
    blog: Blog, owner: Visitor
) -> None:
    assert shown(blog) == USUAL
    page = owner.get(MENUS).text
    tag = re.search(r'<option value="(\d+)">Sea<', page)
    assert tag is not None
    send(owner, MENUS, act="tag", tag=tag[1])
    assert shown(blog) == [*USUAL, ("/tag/sea/", "Sea")]
    send(owner, f"{MENUS}3/", act="up")
    send(owner, f"{MENUS}2/", act="rename", label="At <sea>")
    assert shown(blog)[1] == ("/tag/sea/", "At &lt;sea&gt;")
    send(owner, f"{MENUS}2/", act="rename", label="")
    assert blog.run("tag", "rename", "sea", "Ocean") == 0
    assert shown(blog)[1] == ("/tag/ocean/", "Ocean")
    fields = {"address": "https://example.org/?a=b&c=%20d", "address-label": "There"}
    send(owner, MENUS, act="address", **fields)
    assert shown(blog)[3] == ("https://example.org/?a=b&amp;c=%20d", "There")
    send(owner, f"{MENUS}1/", act="remove")
    assert [title for _url, title in shown(blog)] == ["Ocean", "Contact", "There"]
    send(owner, f"{MENUS}undo/")
    assert [title for _url, title in shown(blog)] == ["About", "Ocean", "Contact", "There"]
    send(owner, MENUS, act="reset")
    assert shown(blog) == USUAL
    acts = owner.get("/admin/audit/?what=menu").text
    assert "menu.undone" in acts and "menu.reset" in acts


def test_a_page_that_isn_t_public_is_told_and_not_shown(
    blog: Blog, owner: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    hidden = blog.post("Soon", kind="page")
    assert blog.run("menu", "add", "page", str(hidden.id), "--position", "1") == 0
    assert shown(blog)[0] == ("/soon/", "Soon")
    assert blog.run("post", "unpublish", str(hidden.id)) == 0
    assert shown(blog) == USUAL
    capsys.readouterr()
    assert blog.run("menu", "list", "--json") == 0
    first, *_rest = json.loads(capsys.readouterr().out)
    assert first["title"] == "Soon" and "public" in first["note"]
    assert "not shown" in owner.get(MENUS).text
    assert blog.run("menu", "undo") == 0
    assert shown(blog) == USUAL
    assert blog.run("menu", "remove", "77") == 65


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//evil.example/", "/\\evil.example", "no", "https://", ""]
)
def test_what_is_no_address_is_refused_and_given_back(owner: Visitor, address: str) -> None:
    token = owner.form("/admin/", "/admin/logout")["csrf_token"]
    sent = {"csrf_token": token, "act": "address", "address": address, "address-label": "Kept"}
    answer = owner.post(MENUS, data=sent)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text and 'value="Kept"' in answer.text


def test_only_who_may_make_the_menu_sees_its_page(blog: Blog) -> None:
    editor = arrive(Visitor(blog.app), blog.site.identity, "editor")
    assert editor.get(MENUS).status_code == 403
    assert MENUS not in editor.get("/admin/").text


def test_a_post_wears_the_template_that_its_writer_chose(blog: Blog, owner: Visitor) -> None:
    post = blog.post("Wide")
    edit = f"/admin/posts/{post.id}/"
    assert '<option value="post-wide.html"' in owner.get(edit).text
    assert "Wide indeed." not in blog.get(post.url).text
    fields = owner.form(edit, edit)
    answer = owner.post(edit, data={**fields, "template": "post-wide.html", "act": "save"})
    assert answer.status_code == 303, answer.text
    assert "Wide indeed." in blog.get(post.url).text
    assert "Wide indeed." not in blog.get("/").text
    assert "template" in owner.get("/admin/audit/?what=post&act=post.edited").text
    refused = owner.post(edit, data={**owner.form(edit, edit), "template": "../x", "act": "save"})
    assert refused.status_code == 422
    assert blog.run("post", "edit", str(post.id), "--template", "page-gone.html") == 0
    assert blog.get(post.url).status_code == 200
