"""Kinds of bad plugin × hooks: pages stay, the fault has a name, the plugin isn't called again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blogengine.api import MediaChange
from blogengine.config import load_config
from blogengine.errors import OperatorError
from blogengine.guard import PART
from tests.conftest import Blog
from tests.core.bad_plugins import HOOKS, enable, write_bad
from tests.core.test_plugin_host import status

SURVIVED = ("raises", "exits", "wrong type", "slow", "recursion", "foreign rows", "faulty template")
"""Ways that cost the process nothing; for the others see test_deadly_plugins."""

HARMLESS = {("import", "wrong type"), ("import", "foreign rows"), ("import", "faulty template")} | {
    (hook, "slow") for hook, kind in HOOKS.items() if kind.when == "boot"
}
"""An import returns nothing and has no site; what is asked once may take a moment."""

EVERYWHERE = ("wrong type",)
REPRESENTATIVE = (
    "widget",
    "route",
    "on_post_saved",
    "on_post_saving",
    "register_widgets",
    "import",
)
"""Every hook is tried in the way that each has to find by itself, these hooks in all: what stands
around a hook is the same for its kind. The whole product is run by `make soak`."""


def case(hook: str, way: str) -> Any:
    """Return a case; what a representative shows as well is left to `make soak`."""
    always = way in EVERYWHERE or hook in REPRESENTATIVE
    return pytest.param(hook, way, marks=() if always else pytest.mark.soak)


CASES = [case(hook, way) for hook in HOOKS for way in SURVIVED if (hook, way) not in HARMLESS]


def act(blog: Blog, hook: str) -> None:
    """Let the site do once what calls the hook."""
    when = HOOKS[hook].when
    if when == "event":
        post = blog.post("Come and gone")
        blog.site.findings(post)
        for _plugin, check in blog.site.contributions.health_checks:
            assert check.run(blog.site).state in ("ok", "warn")
        for metric in blog.site.contributions.metrics:
            metric.read(blog.site)
        blog.site.posts.purge(post.id)
        if hook == "demo_on_loaded":
            blog.site.hooks.demo_on_loaded(posts=(post,))
        elif hook.startswith("comments_"):
            comment(blog)
        elif hook == "on_tags_changed":
            text = blog.site.archives.term("alpha")
            assert text is not None
            blog.site.terms.describe("alpha", f"{text.description} more")
        elif hook == "on_labels_saving":
            for old, new in (("alpha", "Alphabet"), ("alphabet", "Alpha")):
                blog.site.terms.rename(old, new)
        elif hook == "on_media_changed":
            change = MediaChange("uploaded", 1, "ship.png", "image/png", "/media/ship.png")
            blog.site.hooks.on_media_changed(change=change)
    elif when.startswith("/"):
        blog.get(when.replace("NAME", "culprit"))
    else:
        assert blog.get("/").status_code == 200


def comment(blog: Blog) -> None:
    """Send a comment as a reader does."""
    post = blog.post("Talked about")
    data = {"author": "Ann", "text": "Hello."}
    headers = {"Sec-Fetch-Site": "same-origin"}
    path = f"/comments/post/{post.id}/"
    assert blog.send(path, method="POST", data=data, headers=headers).status_code == 303
    blog.site.posts.purge(post.id)


@pytest.mark.parametrize(("hook", "way"), CASES, ids=lambda text: text.replace(" ", "-"))
def test_a_bad_plugin_is_named_and_left_out(
    make_blog: Callable[..., Blog],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    hook: str,
    way: str,
    request: pytest.FixtureRequest,
) -> None:
    if way == "slow":
        request.getfixturevalue("real_bounds")
        # The bound of a page's part for everything: a quarter of a second is slow then.
        monkeypatch.setattr("blogengine.hooks.EVENT", PART)
        if not HOOKS[hook].offered_by:  # the plugin that offers it is a good one
            monkeypatch.setattr("blogengine.guard.wrapping.ANSWER", PART)
    folder = tmp_path / "site"
    make_blog(folder=folder, plugins=[]).post("A good post", tags=["Alpha"])
    go = write_bad(folder, "culprit", hook, way)
    at_boot = HOOKS[hook].when == "boot"
    if at_boot:
        go.touch()
    others = [HOOKS[hook].offered_by] if HOOKS[hook].offered_by else []
    blog = make_blog(folder=folder, plugins=["culprit", *others], strict=False)
    if at_boot:
        assert status(blog, "culprit").state == "failed"
    else:
        assert status(blog, "culprit").state == "running", status(blog, "culprit").reason
        go.touch()
        for _ in range(6):
            act(blog, hook)
        assert status(blog, "culprit").state == "paused"
    called = HOOKS[hook].called.replace("NAME", "culprit")
    # On a busy machine a good plugin beside it may be slow as well.
    told = {
        (fault.plugin, fault.hook)
        for fault in blog.site.guard.faults
        if fault.kind != "slow" or fault.plugin == "culprit"
    }
    assert told <= {("culprit", called)}
    assert at_boot or blog.site.guard.faults
    for path in ("/", "/tag/alpha/", "/tags/", "/feed/", "/nothing/"):
        assert blog.get(path).status_code in (200, 404), path
    assert "A good post" in blog.get("/tag/alpha/").text
    assert "Hijacked" not in blog.get("/").text


@pytest.mark.parametrize(("patience", "told"), [("1", {"slow"}), ("100", set())])
def test_a_slow_machine_may_be_given_more_time(
    make_blog: Callable[..., Blog],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    patience: str,
    told: set[str],
) -> None:
    monkeypatch.setenv("BLOGENGINE_PATIENCE", patience)
    folder = tmp_path / "site"
    make_blog(folder=folder, plugins=[])
    write_bad(folder, "culprit", "widget", "slow").touch()
    blog = make_blog(folder=folder, plugins=["culprit"], strict=False)
    assert blog.get("/").status_code == 200
    assert {fault.kind for fault in blog.site.guard.faults} == told


@pytest.mark.parametrize("patience", ["0.5", "much", "nan", "1e9"])
def test_a_patience_that_makes_no_sense_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patience: str
) -> None:
    monkeypatch.setenv("BLOGENGINE_PATIENCE", patience)
    with pytest.raises(OperatorError, match="BLOGENGINE_PATIENCE must be a number from 1 to 100"):
        load_config(tmp_path)


ELSEWHERE = {"register_commands", "check_permission"}
"""Tested below, and in test_check_permission."""


def test_representatives_are_hooks() -> None:
    assert set(REPRESENTATIVE) <= set(HOOKS)


def test_no_hook_is_left_out(make_blog: Callable[..., Blog]) -> None:
    names = make_blog(plugins=["comments", "demo"]).site.hooks.names()
    assert {*HOOKS, *ELSEWHERE} >= set(names)


@pytest.mark.parametrize("way", ["raises", "exits", "recursion", "wrong type"])
def test_a_command_line_that_cannot_be_built_says_whose_it_is(
    make_blog: Callable[..., Blog], tmp_path: Path, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    folder = tmp_path / "site"
    blog = make_blog(folder=folder, plugins=[])
    write_bad(folder, "culprit", "register_commands", way).touch()
    enable(folder, "culprit")
    assert blog.run("culprit", "--help") in (64, 70)
    assert "culprit" in capsys.readouterr().err
    assert blog.run("post", "list") == 0
