"""Child themes: one file or one block of another's, style sheets, and parents that err."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from blogengine.contributions import Theme
from blogengine.errors import BlogError
from blogengine.looks import find_look
from tests.conftest import Blog

HEAD = '''"""Themes."""
from pathlib import Path
from blogengine.api import Plugin, Theme, hookimpl
HERE = Path(__file__).parent
plugin = Plugin(summary=__doc__)
@hookimpl
def register_themes():
    return [{}]
'''
BASE = 'Theme("base", "Base", HERE / "templates", (HERE / "one.css", HERE / "two.css"), {})'
CHILD = 'Theme("child", "Child", HERE / "templates", (HERE / "two.css",), parent="base")'


def write(folder: Path, name: str, value: str, files: dict[str, str]) -> None:
    place = folder / "plugins" / name
    (place / "templates").mkdir(parents=True)
    (place / "__init__.py").write_text(HEAD.format(value), "utf-8")
    for path, text in files.items():
        (place / path).write_text(text, "utf-8")


def drop(folder: Path, *, parent: str = "") -> None:
    """A base theme, and a child that changes a file, a block and a style sheet of it."""
    loop = f'parent="{parent}"' if parent else 'regions=("footer", "header")'
    sheets = {"one.css": "p{color:#111}", "two.css": "p{color:#222}"}
    templates = {
        "templates/_pager.html": "BASE PAGER",
        "templates/_tags.html": "BASE TAGS",
        "templates/post.html": '{% extends "core/post.html" %}'
        "{% block post_footer %}BASE FOOT{% endblock %}",
    }
    write(folder, "base", BASE.format(loop), {**sheets, **templates})
    child = {
        "two.css": "p{color:#333}",
        "templates/_tags.html": "CHILD TAGS",
        "templates/post.html": '{% extends "base/post.html" %}'
        "{% block post_header %}CHILD HEAD{% endblock %}"
        "{% block post_footer %}{{ super() }} AND MORE{% endblock %}",
    }
    write(folder, "child", CHILD, child)


def test_a_child_changes_one_file_one_block_and_one_sheet(
    make_blog: Callable[..., Blog], tmp_path: Path
) -> None:
    drop(tmp_path)
    blog = make_blog(folder=tmp_path, plugins=["base", "child"], settings={"theme": "child"})
    post = blog.post("Sea", tags=["Ships"])
    html = blog.get(post.url).text
    assert "CHILD HEAD" in html and "BASE FOOT AND MORE" in html
    listed = blog.get("/").text
    assert "CHILD TAGS" in listed and "BASE PAGER" in listed and "BASE TAGS" not in listed
    assert re.findall(r"<style>(.*?)</style>", listed) == ["p{color:#111}", "p{color:#333}"]
    assert blog.site.themes.worn() == ("child", "base")
    assert set(blog.site.widgets.all()) == set()


def test_a_child_without_regions_of_its_own_has_those_of_its_parent() -> None:
    here = Path()
    base = Theme("base", "Base", here, regions=("footer",))
    child = Theme("child", "Child", here, parent="base")
    other = Theme("other", "Other", here, regions=("header",), parent="base")
    themes = {one.name: one for one in (base, child, other)}
    assert find_look(themes, "child").regions == ("footer",)
    assert find_look(themes, "other").regions == ("header",)


@pytest.mark.parametrize(
    ("parents", "code"),
    [
        ({"a": "b", "b": "a"}, "theme-parent-loops"),
        ({"a": "a"}, "theme-parent-loops"),
        ({"a": "b", "b": "c"}, "theme-parent-unknown"),
        ({}, "theme-unknown"),
    ],
)
def test_parents_that_err_are_named(parents: dict[str, str], code: str) -> None:
    themes = {name: Theme(name, name, Path(), parent=p) for name, p in parents.items()}
    with pytest.raises(BlogError) as raised:
        find_look(themes, "a")
    assert raised.value.code == code and raised.value.action


def test_with_a_looped_parent_the_site_wears_the_default_and_says_so(
    make_blog: Callable[..., Blog],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    drop(tmp_path, parent="child")
    enabled = ["theme_paper", "base", "child"]
    blog = make_blog(folder=tmp_path, plugins=enabled, settings={"theme": "child"})
    assert "base → child → base" in caplog.text or "child → base → child" in caplog.text
    assert blog.site.themes.worn() == ("paper",)
    assert "--paper:" in blog.get("/").text
    states = {one.name: one for one in blog.site.themes.all()}
    assert states["paper"].worn and not states["paper"].problem
    assert "itself among its parents" in states["child"].problem
    for name in enabled:
        blog.run("plugin", "enable", name)
    assert blog.run("theme", "use", "child") == 65
    assert "itself among its parents" in capsys.readouterr().err


def test_custom_properties_end_no_rule(make_blog: Callable[..., Blog], tmp_path: Path) -> None:
    for number, value in enumerate(("red", "red}body{display:none", "</style>", "url(//x)")):
        folder = tmp_path / str(number)
        theme = f'Theme("vv", "V", HERE, variables=lambda site: {{"a": {value!r}}})'
        write(folder, "vv", theme, {})
        blog = make_blog(folder=folder, plugins=["vv"], settings={"theme": "vv"}, strict=False)
        html = blog.get("/").text
        assert ("<style>:root{--a:red}</style>" in html) is (value == "red")
        assert "display:none" not in html and "</style><" not in html.replace("</style>\n", "")
