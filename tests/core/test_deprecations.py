"""What goes away: the list's rules, and how a plugin that still uses it hears of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import blogengine.host.outdated
from blogengine import __version__
from blogengine.api import BlogEngineDeprecationWarning
from blogengine.clock import utcnow
from blogengine.deprecations import (
    DEPRECATED,
    REMOVED,
    Deprecated,
    mistakes,
    overdue,
    too_soon,
)
from blogengine.host.outdated import uses_of
from tests.conftest import Blog
from tests.core.test_plugin_host import status

DAY = date(2030, 1, 1)
LATER = DAY + timedelta(weeks=12)
FINE = Deprecated("hook", "on_post_saved", "0.3", DAY, LATER, "Use another.")

USER = '''
"""Uses a bit of everything."""
from blogengine.api import Plugin, SiteSettings, Widget, hookimpl

plugin = Plugin(summary=__doc__)


@hookimpl
def on_post_saved(site, change):
    site.settings(SiteSettings).tagline
    change.fields


@hookimpl
def register_widgets():
    return [Widget("elder", "User", lambda ctx: None, region="footer")]
'''

USED = [
    FINE,
    replace(FINE, kind="argument", argument="change"),
    replace(FINE, kind="api", name="Widget"),
    replace(FINE, kind="field", name="PostChange.fields"),
    replace(FINE, kind="field", name="Widget.region"),
    replace(FINE, kind="setting", name="site.tagline"),
    replace(FINE, kind="template variable", name="page.total"),
]
FUTURE = f'''
"""Brings the day on which something is announced to go away, into any process that loads it."""
from datetime import date

import blogengine.host.outdated
from blogengine.api import Plugin
from blogengine.deprecations import Deprecated

plugin = Plugin(summary=__doc__)
blogengine.host.outdated.DEPRECATED = (
    Deprecated("hook", "on_post_saved", "0.3", {DAY!r}, {LATER!r}, "Use another."),
)
'''.replace("datetime.date", "date")

UNUSED = [
    replace(FINE, name="on_post_deleted"),
    replace(FINE, kind="argument", name="register_widgets", argument="site"),
    replace(FINE, kind="api", name="Feed"),
    replace(FINE, kind="field", name="Post.password"),
    replace(FINE, kind="setting", name="site.title"),
    replace(FINE, kind="template variable", name="site.menu"),
]


def test_the_list_keeps_its_rules() -> None:
    assert list(mistakes([*DEPRECATED, *REMOVED])) == []
    assert too_soon(REMOVED, __version__) == ()


def test_nothing_stands_in_the_list_after_its_day() -> None:
    """When this fails, its day has come: remove the thing, or give it a later day."""
    assert overdue(DEPRECATED, utcnow().date()) == ()


def test_an_entry_is_overdue_from_the_day_after_its_sunset() -> None:
    assert overdue([FINE], LATER) == ()
    assert overdue([FINE], LATER + timedelta(days=1)) == (FINE,)


def test_removing_takes_two_minor_releases() -> None:
    assert too_soon([FINE], "0.4.9") == (FINE,)
    assert too_soon([FINE], "0.5.0") == too_soon([FINE], "1.0") == ()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (replace(FINE, sunset=LATER - timedelta(days=1)), "84 days"),
        (replace(FINE, kind="colour"), "no kind 'colour'"),
        (replace(FINE, kind="argument"), "an argument is named"),
        (replace(FINE, argument="site"), "an argument is named"),
        (replace(FINE, kind="field", name="title"), "owner.name"),
        (replace(FINE, use="another"), "in a sentence"),
        (replace(FINE, since="soon"), "isn't a version"),
    ],
)
def test_a_wrong_entry_is_told(entry: Deprecated, said: str) -> None:
    assert list(mistakes([FINE])) == []
    (problem,) = mistakes([entry])
    assert said in problem


def built(make_blog: Callable[..., Blog], folder: Path) -> Blog:
    package = folder / "plugins" / "elder"
    (package / "templates" / "elder").mkdir(parents=True)
    (package / "__init__.py").write_text(USER)
    template = package / "templates" / "elder" / "list.html"
    template.write_text("{{ page.total }} {{ website.menu }}")
    return make_blog(folder=folder, plugins=["elder", "hello"])


def test_every_kind_of_use_is_found_and_nothing_else(
    make_blog: Callable[..., Blog], tmp_path: Path
) -> None:
    blog = built(make_blog, tmp_path / "site")
    assert status(blog, "elder").state == "running"
    loaded = blog.site.host.loaded
    assert list(uses_of(loaded["elder"], [*USED, *UNUSED])) == USED
    assert uses_of(loaded["hello"], [FINE]) == ()


def test_loading_warns_with_plugin_thing_day_and_what_to_use(
    make_blog: Callable[..., Blog], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blogengine.host.outdated, "DEPRECATED", (FINE,))
    with pytest.warns(BlogEngineDeprecationWarning) as caught:
        blog = built(make_blog, tmp_path / "site")
    (said,) = {str(warning.message) for warning in caught}
    assert said == (
        "The plugin elder uses the hook on_post_saved. The hook on_post_saved goes away after "
        "2030-03-26, in 0.5 at the earliest. Use another."
    )
    assert status(blog, "elder").state == "running"


@pytest.mark.filterwarnings("ignore::blogengine.api.BlogEngineDeprecationWarning")
def test_the_command_line_names_what_goes_away(
    make_blog: Callable[..., Blog],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The command line looks at plugins in another process: the announcement has to be there."""
    blog = built(make_blog, tmp_path / "site")
    (tmp_path / "site" / "plugins" / "future.py").write_text(FUTURE, encoding="utf-8")
    monkeypatch.setattr(blogengine.host.outdated, "DEPRECATED", DEPRECATED)  # put back afterwards
    assert blog.run("plugin", "enable", "elder") == 0
    assert blog.run("plugin", "enable", "future") == 0
    capsys.readouterr()
    assert blog.run("plugin", "list", "--json") == 0
    rows = {row["name"]: row["deprecated"] for row in json.loads(capsys.readouterr().out)}
    assert rows["elder"] == [FINE.sentence()]
    assert rows["feeds"] == rows["hello"] == []
    assert blog.run("plugin", "info", "elder") == 0
    assert FINE.sentence() in capsys.readouterr().out
