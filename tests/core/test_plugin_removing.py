"""Taking plugins out: what is exported, what goes, what stays, and what is refused."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from blogengine.config import load_config
from blogengine.db import db
from blogengine.guard import Guard, open_sharing
from blogengine.starting import bare_app
from tests.conftest import Blog
from tests.core.test_plugin_host import GREETING, drop_in
from tests.core.test_plugin_migrations import tables
from tests.core.test_plugin_switching import requiring

PACKAGE = """
'''Notes.'''
from dataclasses import dataclass

from blogengine.api import Plugin, setting


@dataclass(frozen=True)
class Settings:
    word: str = setting("x", title="Word")
    key: str = setting("", title="Key", secret=True)


plugin = Plugin(summary=__doc__, settings=Settings)
"""

REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "{owner}_1"
down_revision = None


def upgrade():
    op.create_table(
        "{owner}_note",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("text", sa.Text()),
        sa.Column("data", sa.LargeBinary()),
        sa.Column("at", sa.DateTime()),
    )
    op.create_table(
        "{owner}_answer",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("note_id", sa.Integer(), sa.ForeignKey("{owner}_note.id", ondelete="CASCADE")),
    )
"""

ROWS = (
    "INSERT INTO {0}_note (id, text, data, at) VALUES (1, 'Grüße \U0001f41d', NULL, NULL)",
    "INSERT INTO {0}_note (id, text, at) VALUES (2, 'two', '2026-03-17 10:00:00')",
    "INSERT INTO {0}_answer (id, note_id) VALUES (7, 2)",
)


def execute(folder: Path, *statements: str) -> None:
    with bare_app(load_config(folder, environ={})), db.write() as session:
        for statement in statements:
            session.execute(text(statement))


def failed(folder: Path, *plugins: str) -> None:
    """Let processes before this one have seen these plugins fail."""
    with bare_app(load_config(folder, environ={})):
        guard = Guard(strict=False)
        for plugin in plugins:
            guard.report(plugin, "on_post_saved", ValueError("no"))
        open_sharing().exchange(guard)


def put(folder: Path, name: str) -> Path:
    """Put a plugin with two tables and two settings into a site's folder."""
    package = folder / "plugins" / name
    (package / "migrations").mkdir(parents=True)
    (package / "__init__.py").write_text(PACKAGE)
    (package / "migrations" / "0001_start.py").write_text(REVISION.format(owner=name))
    return package


@pytest.fixture(params=["sqlite", "postgresql"])
def site(
    request: pytest.FixtureRequest, make_blog: Callable[..., Blog], tmp_path: Path
) -> tuple[Blog, Path]:
    """A site on each database with the plugins `notes` and `notes_extra`, each with rows."""
    folder = tmp_path / "site"
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    blog = make_blog(folder=folder, database_url=url) if url else make_blog()
    for name in ("notes", "notes_extra"):
        put(blog.folder, name)
        assert blog.run("plugin", "enable", name, "--quiet") == 0
        execute(blog.folder, *(row.format(name) for row in ROWS))
    assert blog.run("plugin", "settings", "notes", "word=hello", "key=hush") == 0
    return blog, blog.folder


def read_back(path: Path) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        rows = {
            name: [json.loads(line) for line in archive.read(f"tables/{name}.jsonl").splitlines()]
            for name in manifest["tables"]
        }
    return manifest, rows


def test_uninstalling_exports_and_drops_what_the_plugin_owns_and_nothing_else(
    site: tuple[Blog, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    blog, folder = site
    before = tables(folder)
    failed(folder, "notes", "notes_extra")
    capsys.readouterr()
    assert blog.run("plugin", "uninstall", "notes", "--dry-run") == 0
    told = capsys.readouterr().out
    assert "It is enabled and is disabled first." in told
    assert "Table notes_note: 2 rows" in told
    assert "notes_extra" not in told
    assert tables(folder) == before
    assert blog.run("plugin", "uninstall", "notes", "--yes") == 0
    assert before - tables(folder) == {"notes_note", "notes_answer", "notes_schema"}
    (path,) = (folder / "instance" / "exports").glob("notes-*.zip")
    assert path.stat().st_mode & 0o077 == 0
    manifest, rows = read_back(path)
    assert (manifest["plugin"], manifest["revision"]) == ("notes", "notes_1")
    assert (manifest["settings"], manifest["settings_left_out"]) == ({"word": "hello"}, ["key"])
    assert manifest["tables"]["notes_note"]["rows"] == 2
    assert [row["text"] for row in rows["notes_note"]] == ["Grüße \U0001f41d", "two"]
    assert rows["notes_note"][1]["at"].startswith("2026-03-17")
    assert rows["notes_answer"] == [{"id": 7, "note_id": 2}]
    with bare_app(load_config(folder, environ={})):
        for table, column in (("plugins", "name"), ("settings", "owner")):
            query = text(f"SELECT count(*) FROM {table} WHERE {column} = 'notes'")
            assert db.reading().execute(query).scalar() == 0
        kept = db.reading().execute(text("SELECT count(*) FROM notes_extra_note")).scalar()
        assert [fault.plugin for fault in open_sharing().faults()] == ["notes_extra"]
    assert kept == 2
    assert blog.run("plugin", "enable", "notes") == 0
    assert "notes_note" in tables(folder)


def test_what_a_missing_plugin_left_goes_by_its_name(
    site: tuple[Blog, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    blog, folder = site
    before = tables(folder)
    for name in ("notes", "notes_extra"):
        shutil.rmtree(folder / "plugins" / name)
    capsys.readouterr()
    assert blog.run("plugin", "uninstall", "notes", "--yes", "--json") == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["tables"], record["files"]) == ({"notes_answer": 1, "notes_note": 2}, "")
    assert before - tables(folder) == {"notes_note", "notes_answer", "notes_schema"}
    manifest, _ = read_back(Path(record["export"]))
    assert (manifest["settings"], manifest["settings_left_out"]) == ({}, ["key", "word"])
    assert blog.run("plugin", "uninstall", "notes", "--yes") == 65


def test_a_plugin_never_takes_tables_of_the_core(
    make_blog: Callable[..., Blog], capsys: pytest.CaptureFixture[str]
) -> None:
    blog = make_blog()
    for name in ("path", "listing", "term"):  # path_history, listing_counts, term_history
        drop_in(blog.folder, name, GREETING)
        assert blog.run("plugin", "enable", name, "--quiet") == 0
    before = tables(blog.folder)
    for name in ("path", "listing", "term"):
        assert blog.run("plugin", "uninstall", name, "--yes") == 0
    assert tables(blog.folder) == before
    assert blog.get("/").status_code == 200


def test_what_others_need_stays(
    make_blog: Callable[..., Blog], capsys: pytest.CaptureFixture[str]
) -> None:
    blog = make_blog()
    put(blog.folder, "lower")
    drop_in(blog.folder, "upper", requiring("lower"))
    assert blog.run("plugin", "enable", "upper", "--with-required", "--quiet") == 0
    before = tables(blog.folder)
    assert blog.run("plugin", "uninstall", "lower", "--yes") == 65
    assert "upper needs the plugin lower" in capsys.readouterr().err
    assert tables(blog.folder) == before
    assert blog.run("plugin", "disable", "upper") == 0
    execute(blog.folder, "CREATE TABLE upper_x (note_id INTEGER REFERENCES lower_note (id))")
    assert blog.run("plugin", "uninstall", "lower", "--yes") == 65
    assert "upper_x point at tables of lower" in capsys.readouterr().err
    assert tables(blog.folder) == before | {"upper_x"}


def test_nothing_is_dropped_when_the_export_cannot_be_written(
    make_blog: Callable[..., Blog], capsys: pytest.CaptureFixture[str]
) -> None:
    blog = make_blog()
    put(blog.folder, "notes")
    assert blog.run("plugin", "enable", "notes", "--quiet") == 0
    (blog.folder / "instance" / "exports").write_text("in the way")
    before = tables(blog.folder)
    assert blog.run("plugin", "uninstall", "notes", "--yes") == 74
    assert "can't be written" in capsys.readouterr().err
    assert tables(blog.folder) == before


def test_a_full_text_index_goes_with_its_plugin(make_blog: Callable[..., Blog]) -> None:
    blog = make_blog()
    package = put(blog.folder, "finder")
    (package / "migrations" / "0001_start.py").write_text(
        REVISION.format(owner="finder")
        + '    op.execute("CREATE VIRTUAL TABLE finder_index USING fts5(body)")\n'
    )
    before = tables(blog.folder)
    assert blog.run("plugin", "enable", "finder", "--quiet") == 0
    execute(blog.folder, "INSERT INTO finder_index (body) VALUES ('some words')")
    assert blog.run("plugin", "uninstall", "finder", "--yes") == 0
    assert tables(blog.folder) == before
    (path,) = (blog.folder / "instance" / "exports").glob("finder-*.zip")
    assert read_back(path)[1]["finder_index"] == [{"body": "some words"}]


def test_dropping_is_not_done_unasked(
    make_blog: Callable[..., Blog], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    blog = make_blog()
    assert blog.run("plugin", "uninstall", "comments") == 64
    assert "--dry-run" in capsys.readouterr().err
    assert "comments_comment" in tables(blog.folder)
    named = tmp_path / "mine.zip"
    assert blog.run("plugin", "export", "comments", str(named)) == 0
    assert read_back(named)[0]["tables"]["comments_comment"]["rows"] == 0
    assert blog.run("plugin", "export", "nothing") == 65
