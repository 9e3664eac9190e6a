"""Plugins: found, enabled, guarded, switched; what a bad one may and may not do."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from blogengine.host import PluginStatus
from tests.conftest import Blog

GREETING = '''
"""Say hello."""
from blogengine.api import Markup, Plugin, Widget, hookimpl

plugin = Plugin(summary=__doc__, api=1)


def greet(ctx):
    return Markup("<p>Hello, {}!</p>").format(ctx.viewer.name or "reader")


@hookimpl
def register_widgets():
    return [Widget("greeting", "Greeting", greet, region="sidebar")]
'''


COUNTED_FAILURE = """
    from pathlib import Path

    calls = Path(__file__ + ".calls")
    calls.write_text(calls.read_text() + "x" if calls.exists() else "x")
    1 / 0
"""


def drop_in(folder: Path, name: str, text: str) -> None:
    """Put a plugin file into a site's folder."""
    (folder / "plugins").mkdir(parents=True, exist_ok=True)
    (folder / "plugins" / f"{name}.py").write_text(text)


def built(make_blog: Callable[..., Blog], tmp_path: Path, **plugins: str) -> Blog:
    """A blog with drop-ins of these texts, all of them enabled."""
    folder = tmp_path / "site"
    for name, text in plugins.items():
        drop_in(folder, name, text)
    return make_blog(folder=folder, plugins=list(plugins), strict=False)


def status(blog: Blog, name: str) -> PluginStatus:
    return next(item for item in blog.site.host.statuses() if item.name == name)


def test_a_dropped_in_widget_shows(make_blog: Callable[..., Blog], tmp_path: Path) -> None:
    blog = built(make_blog, tmp_path, greeting=GREETING)
    assert status(blog, "greeting").state == "running"
    html = blog.get("/").text
    assert '<section class="widget widget-greeting" id="w-greeting">' in html
    assert "Hello, reader!" in html


def test_found_is_not_enabled_and_not_imported(
    make_blog: Callable[..., Blog], tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    drop_in(folder, "loud", "raise RuntimeError('imported!')")
    blog = make_blog(folder=folder, plugins=[])
    assert status(blog, "loud").state == "found"
    assert "blogengine_local.loud" not in sys.modules


@pytest.mark.parametrize(
    ("text", "state", "said"),
    [
        ("raise ValueError('boom')", "failed", "boom"),
        ("import sys\nsys.exit(3)", "failed", "SystemExit"),
        ("def broken(:", "failed", "SyntaxError"),
        ("x = 1", "failed", "manifest"),
        (GREETING.replace("api=1", "api=99"), "blocked", "API 99"),
        (
            GREETING.replace("plugin = Plugin(", "plugin = Plugin(requires=('absent',), "),
            "blocked",
            "absent",
        ),
        (GREETING.replace("register_widgets", "register_wigdets"), "failed", "register_wigdets"),
        (
            GREETING.replace("register_widgets()", "register_widgets(nonsense)"),
            "failed",
            "nonsense",
        ),
        (GREETING.replace('region="sidebar"', 'region="moon"'), "failed", "moon"),
        (GREETING.replace("return [Widget(", "return [dict("), "failed", "register_widgets"),
        (
            GREETING.replace("    return [Widget", "    1 / 0\n    return [Widget"),
            "failed",
            "ZeroDivision",
        ),
    ],
)
def test_a_plugin_that_cannot_run_says_why_and_the_site_goes_on(
    make_blog: Callable[..., Blog], tmp_path: Path, text: str, state: str, said: str
) -> None:
    blog = built(make_blog, tmp_path, bad=text)
    found = status(blog, "bad")
    assert (found.state, said in found.reason) == (state, True), found.reason
    assert blog.get("/").status_code == 200


@pytest.mark.parametrize("fault", ["1 / 0", "raise SystemExit(1)", "return 7", "greet(ctx)"])
def test_a_failing_widget_leaves_its_place_empty(
    make_blog: Callable[..., Blog],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    fault: str,
) -> None:
    text = GREETING.replace('    return Markup("<p>', f'    {fault}\n    return Markup("<p>')
    blog = built(make_blog, tmp_path, bad=text)
    answer = blog.get("/")
    assert answer.status_code == 200
    assert "Hello" not in answer.text
    if fault != "return 7":
        assert any(record.plugin == "bad" for record in caplog.records if hasattr(record, "plugin"))
        assert "Plugin bad failed in widget" in caplog.text


def test_a_plugin_that_goes_on_failing_is_paused(
    make_blog: Callable[..., Blog], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    counting = GREETING.replace("    return Markup", COUNTED_FAILURE + "    return Markup")
    blog = built(make_blog, tmp_path, bad=counting)
    for _ in range(12):
        assert blog.get("/").status_code == 200
    calls = (blog.folder / "plugins" / "bad.py.calls").read_text()
    assert len(calls) == 5
    assert status(blog, "bad").state == "paused"
    assert "paused" in caplog.text


def test_one_name_twice_names_both_places(make_blog: Callable[..., Blog], tmp_path: Path) -> None:
    blog = built(make_blog, tmp_path, hello=GREETING)
    found = status(blog, "hello")
    assert found.state == "blocked"
    assert str(tmp_path / "site" / "plugins" / "hello.py") in found.reason
    assert "blogengine_plugins" in found.reason


def test_a_plugin_may_not_take_a_name_of_the_engine(
    make_blog: Callable[..., Blog], tmp_path: Path
) -> None:
    blog = built(make_blog, tmp_path, settings=GREETING)
    assert status(blog, "settings").state == "blocked"


def test_enabled_but_gone_is_missing_and_harms_nobody(
    make_blog: Callable[..., Blog], tmp_path: Path
) -> None:
    blog = make_blog(plugins=["vanished"])
    assert status(blog, "vanished").state == "missing"
    assert blog.get("/").status_code == 200


def test_safe_mode_imports_no_plugin_and_shows_plain_pages(
    make_blog: Callable[..., Blog], tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    drop_in(folder, "greeting", GREETING)
    make_blog(folder=folder)
    assert make_blog(folder=folder).run("plugin", "enable", "greeting") == 0
    (folder / "instance" / "blog.toml").write_text("safe = true\n")
    blog = make_blog(folder=folder)
    assert status(blog, "greeting").state == "enabled"
    assert "Hello" not in blog.get("/").text
    assert blog.get("/").status_code == 200


def test_enabling_tries_the_plugin_first_and_changes_nothing_when_it_fails(
    make_blog: Callable[..., Blog], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "site"
    drop_in(folder, "bad", "import os\nos._exit(9)")
    drop_in(folder, "greeting", GREETING)
    blog = make_blog(folder=folder, plugins=[])
    assert blog.run("plugin", "enable", "bad") == 65
    assert "ended with code 9" in capsys.readouterr().err
    assert blog.run("plugin", "enable", "nothing") == 65
    assert blog.run("plugin", "enable", "greeting") == 0
    assert status(make_blog(folder=folder), "greeting").state == "running"
    assert status(make_blog(folder=folder), "bad").state == "found"
    assert blog.run("plugin", "disable", "greeting") == 0
    later = make_blog(folder=folder)
    assert status(later, "greeting").state == "found"
    assert "Hello" not in later.get("/").text


def test_what_others_need_is_not_disabled(
    make_blog: Callable[..., Blog], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "site"
    drop_in(folder, "lower", GREETING)
    needy = GREETING.replace("plugin = Plugin(", "plugin = Plugin(requires=('lower',), ")
    drop_in(folder, "upper", needy)
    blog = make_blog(folder=folder, plugins=[])
    assert blog.run("plugin", "enable", "upper") == 65
    assert "needs the plugin lower" in capsys.readouterr().err
    assert blog.run("plugin", "enable", "lower") == 0
    assert blog.run("plugin", "enable", "upper") == 0
    assert blog.run("plugin", "disable", "lower") == 65
    assert "upper" in capsys.readouterr().err


def test_two_apps_in_one_process_do_not_see_each_other(
    make_blog: Callable[..., Blog], tmp_path: Path
) -> None:
    drop_in(tmp_path / "one", "greeting", GREETING)
    drop_in(tmp_path / "two", "greeting", GREETING.replace("Hello", "Goodbye"))
    one = make_blog(folder=tmp_path / "one", plugins=["greeting"])
    two = make_blog(folder=tmp_path / "two", plugins=["greeting"])
    assert "Hello" in one.get("/").text
    assert "Goodbye" in two.get("/").text
    assert "Hello" in one.get("/").text


def test_a_route_without_a_permission_fails_its_plugin(
    make_blog: Callable[..., Blog], tmp_path: Path
) -> None:
    text = """
from blogengine.api import Blueprint, Plugin, hookimpl

plugin = Plugin(summary="Routes")
blueprint = Blueprint("routes", __name__)


@blueprint.get("/open/"PERMISSION)
def show():
    return "hello"


@hookimpl
def register_blueprints():
    return [blueprint]
"""
    bare = built(make_blog, tmp_path / "a", routes=text.replace("PERMISSION", ""))
    assert status(bare, "routes").state == "failed"
    assert "permission" in status(bare, "routes").reason
    declared = text.replace("PERMISSION", ', permission="public"')
    good = built(make_blog, tmp_path / "b", routes=declared)
    assert good.get("/open/").text == "hello"
    broken = built(make_blog, tmp_path / "c", routes=declared.replace('"hello"', "1 / 0"))
    assert broken.get("/open/").status_code == 502
    assert broken.get("/").status_code == 200


def test_a_plugin_owns_tables_that_outlive_its_files(
    make_blog: Callable[..., Blog], tmp_path: Path
) -> None:
    """Take an enabled plugin's files away: the site starts, and the core can migrate."""
    folder = tmp_path / "site"
    package = folder / "plugins" / "notes"
    (package / "migrations").mkdir(parents=True)
    (package / "__init__.py").write_text(
        '"""Notes."""\n'
        "from blogengine.api import Mapped, Plugin, mapped_column, table_base\n"
        "plugin = Plugin(summary=__doc__)\n"
        "class Note(table_base('notes')):\n"
        "    id: Mapped[int] = mapped_column(primary_key=True)\n"
        "    text: Mapped[str]\n"
    )
    blog = make_blog(folder=folder, plugins=[])
    assert blog.run("migrate", "make", "notes", "Start") == 0
    (revision,) = (package / "migrations").glob("*.py")
    assert "notes_note" in revision.read_text()
    assert "posts" not in revision.read_text()
    assert blog.run("plugin", "enable", "notes") == 0
    assert status(make_blog(folder=folder), "notes").state == "running"
    for path in (*package.rglob("*.py"),):
        path.unlink()
    later = make_blog(folder=folder)
    assert status(later, "notes").state == "missing"
    assert later.get("/").status_code == 200
    assert later.run("migrate") == 0


def test_two_that_require_each_other_are_loaded_or_told_about(
    make_blog: Callable[..., Blog], tmp_path: Path
) -> None:
    one = GREETING.replace("plugin = Plugin(", "plugin = Plugin(requires=('two',), ")
    two = GREETING.replace("plugin = Plugin(", "plugin = Plugin(requires=('one',), ")
    blog = built(make_blog, tmp_path, one=one, two=two)
    assert {status(blog, name).state for name in ("one", "two")} == {"running"}
    assert blog.get("/").status_code == 200


@pytest.mark.parametrize("answer", ["Bad()", "'\\ud800'", "[1]"])
def test_a_widget_may_return_anything_without_breaking_a_page(
    make_blog: Callable[..., Blog], tmp_path: Path, answer: str
) -> None:
    bad = "\n\nclass Bad:\n    def __html__(self):\n        raise OSError('no')\n"
    text = GREETING.replace("return Markup(", f"return {answer}\n    Markup(") + bad
    blog = built(make_blog, tmp_path, odd=text)
    assert blog.get("/").status_code == 200


def test_a_wrong_rule_is_its_plugins_fault(make_blog: Callable[..., Blog], tmp_path: Path) -> None:
    text = """
from blogengine.api import Blueprint, Plugin, hookimpl

plugin = Plugin(summary="Routes")
blueprint = Blueprint("routes", __name__)


@blueprint.get("/x/<nonsense:y>/", permission="public")
def show(y):
    return y


@hookimpl
def register_blueprints():
    return [blueprint]
"""
    blog = built(make_blog, tmp_path, routes=text)
    assert status(blog, "routes").state == "failed"
    assert "nonsense" in status(blog, "routes").reason
