"""`hello`, the tutorial's plugin: small, and kept apart when it breaks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import blogengine_plugins
import pytest
from blogengine_plugins import hello

from blogengine.site import WidgetContext
from blogengine.values import Viewer
from tests.conftest import Blog


def test_every_page_greets_its_reader(make_blog: Callable[..., Blog]) -> None:
    blog = make_blog(plugins=["hello"])
    post = blog.post("Ships")
    for address in ("/", "/tags/", post.url, "/missing/"):
        assert "<p>Hello, reader!</p>" in blog.get(address).text


def test_a_name_is_shown_as_it_was_written(make_blog: Callable[..., Blog]) -> None:
    blog = make_blog(plugins=["hello"])
    ctx = SimpleNamespace(site=blog.site, viewer=Viewer("<b>Ann</b>", 1))
    assert hello.greet(ctx) == "<p>Hello, &lt;b&gt;Ann&lt;/b&gt;!</p>"  # type: ignore[arg-type]


def test_a_greeting_that_fails_leaves_its_place_empty_and_the_page_lives(
    make_blog: Callable[..., Blog], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(ctx: WidgetContext) -> str:
        raise ZeroDivisionError(ctx.page.kind)

    monkeypatch.setattr(hello, "greet", broken)
    blog = make_blog(plugins=["hello"], strict=False)
    answer = blog.get("/")
    assert answer.status_code == 200
    assert "Hello" not in answer.text and "w-hello" not in answer.text
    (fault,) = blog.site.guard.faults
    assert fault.plugin == "hello"
    assert fault.error.startswith("ZeroDivisionError('home') (test_hello.py:")


def test_it_can_be_switched_on_and_off_and_describes_itself(
    make_blog: Callable[..., Blog], capsys: pytest.CaptureFixture[str]
) -> None:
    blog = make_blog(plugins=[])
    assert blog.run("plugin", "enable", "hello") == 0
    assert blog.run("plugin", "info", "hello") == 0
    said = capsys.readouterr().out
    assert "state: running" in said and "summary: Say hello in the sidebar." in said
    assert "hooks: register_widgets" in said
    assert blog.run("plugin", "disable", "hello") == 0
    assert "Hello, reader" not in blog.get("/").text


def test_the_whole_plugin_is_a_dozen_lines() -> None:
    file = Path(blogengine_plugins.__path__[0]) / "hello.py"
    lines = [line for line in file.read_text("utf-8").splitlines() if line.strip()]
    assert len(lines) <= 12
