"""The hooks of rendering, through a site: what a drop-in may do to texts, and what it costs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Blog
from tests.core.test_plugin_host import drop_in, status

HEAD = """
from dataclasses import dataclass
from blogengine.api import *

plugin = Plugin(summary="A sonde.")
"""


@pytest.fixture
def sonde(make_blog: Callable[..., Blog], tmp_path: Path) -> Callable[..., Blog]:
    """Make a blog with one plugin called `sonde`, of this text."""

    def make(text: str, *, state: str = "running") -> Blog:
        drop_in(tmp_path / "site", "sonde", HEAD + text)
        blog = make_blog(folder=tmp_path / "site", plugins=["sonde"], strict=False)
        assert status(blog, "sonde").state == state, status(blog, "sonde").reason
        return blog

    return make


FILTER = """
@dataclass(frozen=True)
class Settings:
    word: str = setting("old", title="Word")
    key: str = setting("default", title="Key", secret=True)


plugin = Plugin(summary="A sonde.", settings=Settings)


def add(text, settings):
    return f"{text}\\n\\n{settings.word} {settings.key}"


@hookimpl
def register_source_filters(site):
    return [SourceFilter("add", add, settings=Settings)]
"""


def test_register_markdown_extensions_teaches_markdown(sonde: Callable[..., Blog]) -> None:
    blog = sonde("""
def make():
    from markdown.extensions import Extension
    from markdown.inlinepatterns import SimpleTagInlineProcessor

    class Marked(Extension):
        def extendMarkdown(self, md):
            md.inlinePatterns.register(
                SimpleTagInlineProcessor(r"()==(.+?)==", "mark"), "marked", 50
            )

    return Marked()


@hookimpl
def register_markdown_extensions():
    return [MarkdownExtension("marked", make)]
""")
    post = blog.post("One", "A ==marked== word, `==not==` code.")
    html = blog.get(post.url).text
    assert "<mark>marked</mark>" in html
    assert "<code>==not==</code>" in html


def test_register_source_filters_gives_settings_but_no_secret(
    sonde: Callable[..., Blog], capsys: pytest.CaptureFixture[str]
) -> None:
    blog = sonde(FILTER)
    assert blog.run("plugin", "enable", "sonde", "--quiet") == 0
    post = blog.post("One", "Text.")
    assert "old default" in blog.get(post.url).text
    assert blog.site.posts.draft(post.id).source == "Text."
    assert blog.run("plugin", "settings", "sonde", "word=new", "key=hush") == 0
    assert "1 text waits to be rendered again: blogengine post render" in capsys.readouterr().err
    assert blog.run("post", "render") == 0
    assert "new default" in blog.get(post.url).text
    assert "hush" not in blog.get(post.url).text


def test_register_source_filters_leaves_imported_html_alone(sonde: Callable[..., Blog]) -> None:
    blog = sonde(FILTER)
    post = blog.post("One", "<p>Text.</p>", format="html")
    assert "old default" not in blog.get(post.url).text


def test_register_html_filters_are_sanitised(sonde: Callable[..., Blog]) -> None:
    blog = sonde("""
def add(html):
    return html + "<p onclick='x()'>added</p><script>x()</script>"


@hookimpl
def register_html_filters():
    return [HtmlFilter("add", add)]
""")
    html = blog.get(blog.post("One", "Text.").url).text
    assert "<p>added</p>" in html
    assert "x()" not in html


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("SourceFilter('a', lambda text: text)", "top level"),
        ("SourceFilter('a', inner())", "top level"),
        ("SourceFilter('a', 7)", "must be a function"),
        ("SourceFilter(7, good)", "must be a text"),
        ("SourceFilter('a', good, order='first')", "order must be a number"),
        ("SourceFilter('a', good, settings={})", "settings dataclass"),
        ("SourceFilter('a', good), SourceFilter('a', good)", "already a source filter"),
        ("HtmlFilter('a', good)", "must return SourceFilter"),
    ],
)
def test_what_the_other_process_couldn_t_find_is_refused(
    sonde: Callable[..., Blog], value: str, reason: str
) -> None:
    blog = sonde(
        f"""
def good(text):
    return text


def inner():
    def hidden(text):
        return text
    return hidden


@hookimpl
def register_source_filters():
    return [{value}]
""",
        state="failed",
    )
    assert reason in status(blog, "sonde").reason


FAILING = """
def fail(text):
    raise ValueError("no luck")


@hookimpl
def register_source_filters():
    return [SourceFilter("fail", fail)]
"""


def test_a_failing_filter_costs_neither_text_nor_save(sonde: Callable[..., Blog]) -> None:
    blog = sonde(FAILING)
    post = blog.post("One", "The *whole* text.")
    assert "<em>whole</em>" in blog.get(post.url).text
    assert blog.site.posts.left_out(post.id) == ("sonde",)
    (fault,) = blog.site.guard.faults
    assert (fault.plugin, fault.hook) == ("sonde", "register_source_filters")
    assert "no luck" in fault.error
    assert list(blog.site.posts.waiting()) == [post.id]


def test_the_author_is_told_on_the_command_line(
    sonde: Callable[..., Blog], capsys: pytest.CaptureFixture[str]
) -> None:
    blog = sonde("")
    assert blog.run("plugin", "enable", "sonde", "--quiet") == 0
    drop_in(blog.folder, "sonde", HEAD + FAILING)
    assert blog.run("post", "new", "--title", "One", "--text", "The text.", "--json") == 0
    printed = capsys.readouterr()
    made = json.loads(printed.out)
    assert made["left_out"] == ["sonde"]
    assert "shown without what sonde would add" in printed.err
    assert blog.run("post", "publish", str(made["id"])) == 0
    assert "shown without what sonde would add" in capsys.readouterr().err
    assert blog.run("post", "render") == 0
    assert "1 of them lack" in capsys.readouterr().err
    drop_in(blog.folder, "sonde", HEAD + FAILING.replace("raise ValueError", "return text + str"))
    assert blog.run("post", "render") == 0
    assert "1 text was rendered again" in capsys.readouterr().out
    assert "no luck" in blog.get(blog.site.posts.get(made["id"]).url).text
    assert blog.run("post", "edit", str(made["id"]), "--title", "Two", "--json") == 0
    assert json.loads(capsys.readouterr().out)["left_out"] == []


def test_switching_says_how_many_texts_wait(
    sonde: Callable[..., Blog], capsys: pytest.CaptureFixture[str]
) -> None:
    blog = sonde("")
    for title in ("One", "Two"):
        blog.post(title)
    drop_in(blog.folder, "sonde", HEAD + FILTER)
    assert blog.run("plugin", "enable", "sonde") == 0
    assert "2 texts wait to be rendered again: blogengine post render" in capsys.readouterr().out
    assert blog.run("post", "render") == 0
    assert blog.run("plugin", "disable", "sonde") == 0
    assert "2 texts wait to be rendered again" in capsys.readouterr().out
    assert blog.run("post", "render") == 0
    capsys.readouterr()
    assert blog.run("plugin", "enable", "hello") == 0
    assert "wait" not in capsys.readouterr().out
