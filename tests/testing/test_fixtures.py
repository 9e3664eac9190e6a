"""The fixtures for authors of plugins, used as an author uses them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from blogengine.api import Author, Post, PostChange, Term, UserError, utcnow
from blogengine.mail import MailRecord
from blogengine.testing.blog import Blog
from blogengine.testing.visitor import Visitor

comments = pytest.mark.blogengine(plugins=["comments"], settings={"close_after_days": 3})
Block = AbstractContextManager[Any]


@pytest.mark.blogengine(plugins=["hello"], settings={"site.title": "Sea"})
def test_blog_has_the_plugin_of_the_marker_and_its_settings(blog: Blog, client: Visitor) -> None:
    assert blog.plugins == ("hello",)
    assert list(blog.site.host.loaded) == ["hello"]
    html = client.get("/").text
    assert "Hello, reader!" in html and "<title>Sea</title>" in html


def test_make_post_make_tag_and_make_user(
    make_post: Callable[..., Post],
    make_tag: Callable[..., Term],
    make_user: Callable[..., Author],
    client: Visitor,
) -> None:
    ann = make_user("Ann", role="editor")
    post = make_post(title="Ships", source="They *float*.", tags=["Sea"], authors=(ann.slug,))
    assert "<em>float</em>" in client.get(post.url).text
    assert client.get(ann.url).status_code == 200
    tag = make_tag("Deep", posts=2, description="Very *deep*.")
    assert tag.count == 2
    assert "Very <em>deep</em>." in client.get(tag.url).text


@comments
def test_client_sends_forms_as_a_browser_does(
    client: Visitor, make_post: Callable[..., Post], blog: Blog
) -> None:
    post = make_post()
    (form,) = client.forms(post.url)
    assert form["method"] == "post"
    assert client.post(form["action"], data=form, from_elsewhere=True).status_code == 403
    assert client.post(form["action"], data=form).status_code != 403


@comments
def test_plugin_settings_are_checked_as_the_owner_s(
    plugin_settings: Callable[..., None], blog: Blog
) -> None:
    schema = blog.site.host.loaded["comments"].manifest.settings
    assert schema is not None
    assert blog.site.settings(schema).close_after_days == 3
    plugin_settings(close_after_days=7)
    assert blog.site.settings(schema).close_after_days == 7
    with pytest.raises(UserError, match="at least 0"):
        plugin_settings(close_after_days=-1)
    with pytest.raises(LookupError, match="nonsense"):
        plugin_settings(nonsense=1)
    plugin_settings(owner="site", title="Other")
    assert "<title>Other</title>" in blog.get("/").text


def test_with_hook_answers_for_the_length_of_a_block(
    with_hook: Callable[..., Block], make_post: Callable[..., Post]
) -> None:
    told: list[str] = []

    def on_post_saved(change: PostChange) -> None:
        told.append(change.after.title)

    with with_hook(on_post_saved):
        make_post(title="One")
    make_post(title="Two")
    with with_hook("on_post_published", lambda site, post: told.append(post.url)):
        three = make_post(title="Three")
    assert told == ["One", three.url]


def test_a_raising_with_hook_costs_nobody_anything(
    with_hook: Callable[..., Block], make_post: Callable[..., Post], blog: Blog
) -> None:
    with with_hook("on_post_saved", raises=ZeroDivisionError):
        assert blog.get(make_post().url).status_code == 200
    assert blog.site.guard.strict


@pytest.mark.parametrize(
    ("name", "words", "error"),
    [
        ("on_comet", {"raises": OSError}, LookupError),
        ("register_widgets", {"raises": OSError}, ValueError),
        ("page_meta", {"raises": OSError}, ValueError),
        ("on_post_saved", {}, TypeError),
    ],
)
def test_a_wrong_with_hook_says_so(
    with_hook: Callable[..., Block], name: str, words: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error), with_hook(name, **words):
        pass


def test_count_queries_lists_what_the_database_got(
    count_queries: Callable[[], Block], client: Visitor, make_post: Callable[..., Post]
) -> None:
    make_post()
    with count_queries() as statements:
        client.get("/")
    assert statements and all(line.startswith(("SELECT", "WITH")) for line in statements)
    with count_queries() as statements:
        make_post()
    assert any(line.startswith("INSERT INTO posts") for line in statements)


def test_freeze_holds_the_time_of_engine_and_plugins(
    freeze: Callable[[datetime | str], datetime], make_post: Callable[..., Post], client: Visitor
) -> None:
    assert freeze("2030-01-31T09:00") == datetime(2030, 1, 31, 9, tzinfo=UTC) == utcnow()
    assert make_post(title="Now").published_at == utcnow()
    later = make_post(title="Later", published_at=datetime(2030, 1, 31, 10, tzinfo=UTC))
    assert later.status == "scheduled"
    assert "Later" not in client.get("/").text
    freeze("2030-01-31T12:00+02:00")
    assert "Later" in client.get("/").text


def test_blog_run_is_the_command_line(blog: Blog, capsys: pytest.CaptureFixture[str]) -> None:
    assert blog.run("post", "list") == 0
    assert blog.run("nonsense") == 64


@pytest.mark.blogengine(plugins=["comments"])
def test_blog_run_has_the_commands_of_the_plugin_under_test(
    blog: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    assert blog.run("comments", "list") == 0
    assert capsys.readouterr().out == "There are no comments.\n"
    assert blog.run("plugin", "list", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows if row["state"] != "found"] == ["comments"]


# --- in a project of somebody else ------------------------------------------------------------

PLUGIN = '''
"""Say ahoy."""
from blogengine.api import Plugin, Widget, hookimpl

plugin = Plugin(summary=__doc__)


@hookimpl
def register_widgets():
    return [Widget("ahoy", "Ahoy", lambda ctx: "Ahoy!")]
'''


def run_pytest(folder: Path, *arguments: str, **files: str) -> str:
    """Run pytest on a project of these files as its author would; return what it printed."""
    (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    for name, text in files.items():
        file = folder / (name.replace("__", ".") if "__" in name else f"{name}.py")
        file.write_text(text)
    command = [sys.executable, "-m", "pytest", "-p", "blogengine.testing.plugin", "-q"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout + done.stderr


def settings(line: str) -> str:
    return f"[tool.pytest.ini_options]\n{line}\n"


def test_a_plugin_is_chosen_by_its_path_in_the_project_s_settings(tmp_path: Path) -> None:
    said = run_pytest(
        tmp_path,
        ahoy=PLUGIN,
        test_ahoy='def test_it(client):\n    assert "Ahoy!" in client.get("/").text\n',
        pyproject__toml=settings('blogengine_plugins = ["./ahoy.py"]'),
    )
    assert "1 passed" in said, said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("absent", "Install the package under test first: pip install -e ."),
        ("./ahoy.py", "failed: One of its hooks is wrong"),
    ],
)
def test_a_plugin_that_is_not_running_says_why(tmp_path: Path, name: str, said: str) -> None:
    printed = run_pytest(
        tmp_path,
        ahoy=PLUGIN.replace("register_widgets()", "register_widgets(comet)"),
        test_ahoy="def test_it(blog): pass",
        pyproject__toml=settings(f'blogengine_plugins = ["{name}"]'),
    )
    assert said in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("plugins=['hello'], settings={'comet': 1}", "hello has no setting 'comet'"),
        ("settings={'site.posts_per_page': 0}", "must be at least 1"),
        ("plugin='hello'", "takes plugins=[...] and settings={...}"),
    ],
)
def test_a_wrong_marker_says_so(tmp_path: Path, mark: str, said: str) -> None:
    test = f"import pytest\n\n@pytest.mark.blogengine({mark})\ndef test_it(blog): pass\n"
    line = settings("blogengine_plugins = []")
    assert said in run_pytest(tmp_path, test_it=test, pyproject__toml=line)


def test_a_project_that_does_not_ask_keeps_its_own_fixtures_and_imports_nothing(
    tmp_path: Path,
) -> None:
    said = run_pytest(
        tmp_path,
        test_own="""
import sys


def test_nothing_came_in():
    assert "flask" not in sys.modules and "sqlalchemy" not in sys.modules
    loaded = {name for name in sys.modules if name.startswith("blogengine")}
    assert loaded == {"blogengine", "blogengine.testing", "blogengine.testing.plugin"}


def test_there_is_no_such_fixture(client):
    pass
""",
    )
    assert "1 passed, 1 error" in said and "fixture 'client' not found" in said, said


def test_no_library_is_imported_before_a_fixture_is_used(tmp_path: Path) -> None:
    text = 'import sys\n\ndef test_none():\n    assert "flask" not in sys.modules\n'
    line = settings('blogengine_plugins = ["hello"]')
    assert "1 passed" in run_pytest(tmp_path, test_own=text, pyproject__toml=line)


@comments
def test_run_jobs_and_outbox_show_the_mails_of_a_plugin(
    blog: Blog,
    client: Visitor,
    make_post: Callable[..., Post],
    make_user: Callable[..., Author],
    freeze: Callable[[str], datetime],
    run_jobs: Callable[[], list[str]],
    outbox: Callable[[], list[MailRecord]],
) -> None:
    freeze("2030-03-01T09:00")
    make_user("Olga", email="olga@example.org", role="owner")
    (form,) = client.forms(make_post().url)
    client.post(form["action"], data={**form, "author": "Ann", "text": "Well said."})
    assert run_jobs() == []
    freeze("2030-03-01T09:10")
    assert run_jobs() == ["comments.notify", "core.mail"]
    (mail,) = outbox()
    assert (mail.to, mail.state) == ("olga@example.org", "kept")
    assert "> Well said." in mail.text
