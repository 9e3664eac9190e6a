"""Enabling and disabling: tried without a trace, with whom it needs, and what is remembered."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from blogengine.config import load_config
from blogengine.db import Base, db
from blogengine.migrations import Owner, core_owner, upgrade
from blogengine.starting import bare_app, migrate
from tests.conftest import Blog
from tests.core.test_plugin_host import GREETING, drop_in, status
from tests.core.test_plugin_migrations import fresh, revision, tables, with_tables

BLOTS = """
from pathlib import Path

from blogengine.api import Markup, Plugin, Widget, hookimpl

plugin = Plugin(summary="Writes wherever it can")


@hookimpl
def register_widgets(site):
    instance = site.config.instance
    (instance / "blot").touch()
    (instance / "kept" / "note.txt").write_text("blotted")
    return [Widget("blots", "Blots", lambda ctx: 1 / 0)]
"""


def requiring(*names: str) -> str:
    return GREETING.replace("plugin = Plugin(", f"plugin = Plugin(requires={names!r}, ")


def contents(folder: Path) -> dict[str, str]:
    """Return a hash for each file; of the database what it holds."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "run" not in path.parts and not path.name.startswith("blog.db"):
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    with closing(sqlite3.connect(folder / "instance" / "blog.db")) as connection:
        found["database"] = "\n".join(connection.iterdump())
    return found


def test_a_refused_plugin_leaves_no_trace(
    make_blog: Callable[..., Blog],
    fresh_site: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = fresh(tmp_path / "site", fresh_site)
    package = with_tables(folder, "bad", revision("bad", 1))
    (package / "__init__.py").write_text(BLOTS)
    (folder / "instance" / "kept").mkdir()
    (folder / "instance" / "kept" / "note.txt").write_text("clean")
    blog = make_blog(folder=folder)
    before = contents(folder)
    assert blog.run("plugin", "enable", "bad") == 65
    assert "failed in the trial: in widget blots: ZeroDivisionError" in capsys.readouterr().err
    assert contents(folder) == before
    assert (folder / "instance" / "kept" / "note.txt").read_text() == "clean"


def test_a_good_plugin_has_its_tables_before_it_is_enabled(
    make_blog: Callable[..., Blog], fresh_site: Path, tmp_path: Path
) -> None:
    folder = fresh(tmp_path / "site", fresh_site)
    with_tables(folder, "good", revision("good", 1))
    assert make_blog(folder=folder).run("plugin", "enable", "good") == 0
    assert "good_note1" in tables(folder)
    assert status(make_blog(folder=folder), "good").state == "running"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import os\nos._exit(0)", "ended with code 0"),
        ("import os\nos.abort()", "SIGABRT"),
        ("import sys\nsys.exit(3)", "SystemExit: 3"),
        ("while True: pass", "longer than 4 seconds, in bad.py line 1"),
    ],
)
def test_a_trial_that_ends_by_itself_is_told_in_a_sentence(
    make_blog: Callable[..., Blog],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: str,
    said: str,
) -> None:
    if "while" in text:
        monkeypatch.setattr("blogengine.lifecycle.trials.TRIAL_SECONDS", 4.0)
    drop_in(tmp_path / "site", "bad", text)
    blog = make_blog(folder=tmp_path / "site", plugins=[])
    assert blog.run("plugin", "enable", "bad") == 65
    assert said in capsys.readouterr().err
    assert status(make_blog(folder=blog.folder), "bad").state == "found"


def test_a_failed_trial_takes_its_tables_along_on_postgresql(
    make_blog: Callable[..., Blog],
    postgres_url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "site"
    package = with_tables(folder, "bad", revision("bad", 1))
    (package / "__init__.py").write_text(GREETING.replace("return Markup(", "1 / 0\n    Markup("))
    with_tables(folder, "good", revision("good", 1))
    blog = make_blog(folder=folder, database_url=postgres_url)
    before = tables(folder)
    assert blog.run("plugin", "enable", "bad") == 65
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert tables(folder) == before
    assert blog.run("plugin", "enable", "good") == 0
    assert tables(folder) - before == {"good_note1", "good_schema"}


def test_what_goes_wrong_only_together_is_refused_and_what_was_wrong_before_is_not(
    make_blog: Callable[..., Blog], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "site"
    touchy = GREETING.replace(
        "    return Markup",
        "    assert not __import__('sys').modules.get('noise')\n    return Markup",
    )
    drop_in(folder, "touchy", touchy)
    drop_in(folder, "noisy", "import sys\nsys.modules['noise'] = sys\n" + GREETING)
    drop_in(folder, "calm", GREETING)
    blog = make_blog(folder=folder)
    assert blog.run("plugin", "enable", "touchy") == 0
    assert blog.run("plugin", "enable", "noisy") == 65
    assert "touchy fails beside it" in capsys.readouterr().err
    drop_in(folder, "touchy", GREETING.replace("    return Markup", "    1 / 0\n    return Markup"))
    assert blog.run("plugin", "enable", "calm") == 0


def test_all_that_need_a_plugin_are_named_and_go_with_it(
    make_blog: Callable[..., Blog], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "site"
    drop_in(folder, "lower", GREETING)
    drop_in(folder, "middle", requiring("lower"))
    computed = requiring("middle").replace("requires=('middle',)", "requires=tuple(['middle'])")
    drop_in(folder, "upper", computed)
    drop_in(folder, "aside", requiring("lower"))
    blog = make_blog(folder=folder)
    assert blog.run("plugin", "enable", "upper") == 65
    told = capsys.readouterr().err
    assert "upper needs the plugins lower, middle." in told
    assert "--with-required" in told
    assert blog.run("plugin", "enable", "upper", "--with-required") == 0
    running = make_blog(folder=folder)
    assert {status(running, name).state for name in ("lower", "middle", "upper")} == {"running"}
    capsys.readouterr()
    assert blog.run("plugin", "disable", "lower") == 65
    told = capsys.readouterr().err
    assert "middle, upper need the plugin lower." in told
    assert blog.run("plugin", "disable", "lower", "--with-dependants") == 0
    later = make_blog(folder=folder)
    assert {status(later, name).state for name in ("lower", "middle", "upper")} == {"found"}


def test_what_is_required_but_not_there_is_said(
    make_blog: Callable[..., Blog], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drop_in(tmp_path / "site", "upper", requiring("absent"))
    blog = make_blog(folder=tmp_path / "site")
    assert blog.run("plugin", "enable", "upper", "--with-required") == 65
    assert "Install absent first" in capsys.readouterr().err


def listed(
    blog: Blog, capsys: pytest.CaptureFixture[str], name: str, *, command: str = "list"
) -> dict[str, object]:
    capsys.readouterr()
    arguments = ("list",) if command == "list" else ("info", name)
    assert blog.run("plugin", *arguments, "--json") == 0
    data = json.loads(capsys.readouterr().out)
    found: dict[str, object] = (
        data if command == "info" else next(row for row in data if row["name"] == name)
    )
    return found


def test_changed_files_are_shown_until_they_are_enabled_again(
    make_blog: Callable[..., Blog],
    fresh_site: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = fresh(tmp_path / "site", fresh_site)
    package = with_tables(folder, "notes", revision("notes", 1))
    blog = make_blog(folder=folder)
    assert listed(blog, capsys, "notes")["changed"] is None
    (package / "imported").touch()  # what it writes itself when it is imported
    assert blog.run("plugin", "enable", "notes") == 0
    (package / "__pycache__").mkdir(exist_ok=True)
    (package / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert listed(blog, capsys, "notes")["changed"] is False
    (package / "templates").mkdir()
    (package / "templates" / "new.html").write_text("new")
    assert listed(blog, capsys, "notes")["changed"] is True
    assert listed(blog, capsys, "notes", command="info")["changed"] is True
    assert blog.run("plugin", "list") == 0
    assert "changed since it was enabled" in capsys.readouterr().out
    assert blog.run("plugin", "enable", "notes") == 0
    assert listed(blog, capsys, "notes")["changed"] is False
    assert listed(blog, capsys, "feeds")["changed"] is False


def test_the_list_is_printed_whatever_a_plugin_does(
    make_blog: Callable[..., Blog], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "site"
    drop_in(folder, "bad", GREETING)
    blog = make_blog(folder=folder)
    assert blog.run("plugin", "enable", "bad") == 0
    drop_in(folder, "bad", "import os\nos._exit(7)")
    record = listed(blog, capsys, "bad")
    assert (record["state"], "code 7" in str(record["summary"])) == ("enabled", True)
    assert blog.run("plugin", "disable", "bad") == 0
    assert listed(blog, capsys, "bad")["state"] == "found"


def test_a_site_of_the_first_tables_is_brought_up_to_date(tmp_path: Path) -> None:
    """The core's later revisions on a database that only had the first, with plugins in it."""
    versions = tmp_path / "versions"
    versions.mkdir()
    shutil.copy2(core_owner().folder / "0001_start.py", versions)
    config = load_config(tmp_path / "site", environ={})
    with bare_app(config):
        upgrade(db.write_engine, [Owner("core", versions, Base.metadata)])
    with closing(sqlite3.connect(config.instance / "blog.db")) as connection:
        connection.execute("INSERT INTO plugins VALUES ('feeds', 1, '', '2026-01-01')")
        connection.commit()
    migrate(config)
    with closing(sqlite3.connect(config.instance / "blog.db")) as connection:
        rows = connection.execute("SELECT name, enabled, files_hash FROM plugins").fetchall()
    assert rows == [("feeds", 1, "")]
    assert "plugin_wheels" in tables(config.folder)
