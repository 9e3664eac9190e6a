"""Plugins' tables: brought up to date apart from everything else, whatever a revision does."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import inspect

from blogengine.config import load_config
from blogengine.db import Base, db
from blogengine.migrations import Owner, core_owner
from blogengine.starting import bare_app, initialise, migrate
from tests.conftest import Blog
from tests.core.test_plugin_host import status

MANIFEST = """
'''Notes.'''
from pathlib import Path

from blogengine.api import Plugin

Path(__file__).with_name("imported").touch()
plugin = Plugin(summary=__doc__)
"""

REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "{owner}_{number}"
down_revision = {parent!r}


def upgrade():
    {before}
    op.create_table("{owner}_note{number}", sa.Column("id", sa.Integer(), primary_key=True))
    {after}
"""


def revision(
    owner: str, number: int, parent: str | None = None, before: str = "", after: str = ""
) -> str:
    return REVISION.format(owner=owner, number=number, parent=parent, before=before, after=after)


def with_tables(folder: Path, name: str, text: str) -> Path:
    """Put a drop-in with one migration into a site's folder."""
    package = folder / "plugins" / name
    (package / "migrations").mkdir(parents=True)
    (package / "__init__.py").write_text(MANIFEST)
    (package / "migrations" / "0001_start.py").write_text(text)
    return package


def tables(folder: Path) -> set[str]:
    with bare_app(load_config(folder, environ={})):
        return set(inspect(db.engine).get_table_names())


def turn_on(folder: Path, *names: str) -> None:
    """Say in the database that plugins are enabled, as if they had been good once."""
    from blogengine.audit import no_act
    from blogengine.clock import utcnow
    from blogengine.models import PluginRow

    with bare_app(load_config(folder, environ={})), db.write() as session:
        no_act(session, "plugins")
        for name in names:
            session.add(PluginRow(name=name, enabled=True, changed_at=utcnow()))


def fresh(folder: Path, fresh_site: Path) -> Path:
    shutil.copytree(fresh_site, folder)
    return folder


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def broken(:", "SyntaxError"),
        (revision("bad", 1, after="1 / 0"), "division by zero"),
        (revision("bad", 1, after="raise SystemExit(3)"), "SystemExit: 3"),
        (revision("bad", 1, after="import os; os._exit(9)"), "ended with code 9"),
        (revision("bad", 1, before="while True: pass"), "longer than 3 seconds, in 0001_start.py"),
        (revision("bad", 1, before="import os; os.abort()"), "SIGABRT"),
    ],
)
def test_a_bad_migration_blocks_its_plugin_and_nothing_else(
    make_blog: Callable[..., Blog],
    fresh_site: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: str,
    said: str,
) -> None:
    monkeypatch.setattr("blogengine.migrations.apart.MIGRATION_SECONDS", 3.0)
    folder = fresh(tmp_path / "site", fresh_site)
    with_tables(folder, "bad", text)
    with_tables(folder, "zebra", revision("zebra", 1))
    turn_on(folder, "bad", "zebra")
    done = migrate(load_config(folder, environ={}))
    assert done.moved == ("zebra",)
    ((owner, error),) = done.failed
    assert (owner, said in error.message) == ("bad", True), error.message
    assert {"zebra_note1"} == {name for name in tables(folder) if "_note" in name}
    assert not list((folder / "plugins").rglob("imported"))
    blog = make_blog(folder=folder, strict=False)
    assert (status(blog, "bad").state, status(blog, "zebra").state) == ("blocked", "running")
    assert said in status(blog, "bad").reason
    assert blog.get("/").status_code == 200
    assert blog.run("migrate") == 1
    assert said in capsys.readouterr().err


def test_two_newest_revisions_block_even_before_the_first_is_applied(
    make_blog: Callable[..., Blog], fresh_site: Path, tmp_path: Path
) -> None:
    folder = fresh(tmp_path / "site", fresh_site)
    package = with_tables(folder, "split", revision("split", 1))
    (package / "migrations" / "0002_other.py").write_text(revision("split", 2))
    turn_on(folder, "split")
    blog = make_blog(folder=folder)
    assert status(blog, "split").state == "blocked"
    assert "2 newest revisions: split_1, split_2" in status(blog, "split").reason
    assert blog.get("/").status_code == 200


def test_a_mended_migration_takes_the_block_away(
    make_blog: Callable[..., Blog], fresh_site: Path, tmp_path: Path
) -> None:
    folder = fresh(tmp_path / "site", fresh_site)
    package = with_tables(folder, "bad", revision("bad", 1, after="1 / 0"))
    turn_on(folder, "bad")
    assert status(make_blog(folder=folder), "bad").state == "blocked"
    (package / "migrations" / "0001_start.py").write_text(revision("bad", 1))
    later = make_blog(folder=folder)
    assert (status(later, "bad").state, status(later, "bad").reason) == ("running", "")


def test_the_core_migrates_whatever_became_of_the_plugins(
    make_blog: Callable[..., Blog],
    fresh_site: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = fresh(tmp_path / "site", fresh_site)
    gone = with_tables(folder, "gone", revision("gone", 1))
    with_tables(folder, "bad", "def broken(:")
    turn_on(folder, "bad", "gone")
    assert migrate(load_config(folder, environ={})).moved == ("gone",)
    shutil.rmtree(gone)
    assert make_blog(folder=folder).run("plugin", "list", "--json") == 0
    states = {row["name"]: row["state"] for row in json.loads(capsys.readouterr().out)}
    assert (states["gone"], states["bad"]) == ("missing", "blocked")
    versions = tmp_path / "versions"
    shutil.copytree(core_owner().folder, versions)
    newest = sorted(versions.glob("0*.py"))[-1].name[:4]
    text = revision("core", 9999, f"core_{newest}").replace("core_note", "extra")
    (versions / "9999_extra.py").write_text(text)
    newer = Owner("core", versions, Base.metadata)
    for module in ("starting", "building.database"):
        monkeypatch.setattr(f"blogengine.{module}.core_owner", lambda: newer)
    assert migrate(load_config(folder, environ={})).moved == ("core",)
    assert {"extra9999", "gone_note1"} <= tables(folder)
    blog = make_blog(folder=folder)
    assert (status(blog, "gone").state, status(blog, "bad").state) == ("missing", "blocked")
    assert blog.get("/").status_code == 200


def distribution(place: Path, name: str) -> Path:
    """Lay a package and its record into a folder, as pip leaves them; return the package."""
    record = place / f"{name}_dist-1.0.dist-info"
    record.mkdir(parents=True)
    (record / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-dist\nVersion: 1.0\n")
    (record / "entry_points.txt").write_text(f"[blogengine.plugins]\n{name} = {name}_code.inner\n")
    package = place / f"{name}_code" / "inner"
    (package / "migrations").mkdir(parents=True)
    (package.parent / "__init__.py").write_text("raise RuntimeError('imported')\n")
    (package / "__init__.py").write_text(MANIFEST)
    (package / "migrations" / "0001_start.py").write_text(revision(name, 1))
    return package


def test_tables_of_a_distribution_are_found_without_importing_it(
    fresh_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fresh(tmp_path / "site", fresh_site)
    package = distribution(tmp_path / "packages", "parcel")
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    turn_on(folder, "parcel")
    assert migrate(load_config(folder, environ={})).moved == ("parcel",)
    assert "parcel_note1" in tables(folder)
    assert "parcel_code" not in sys.modules
    assert not (package / "imported").exists()


def test_a_record_without_files_is_a_missing_plugin(
    make_blog: Callable[..., Blog],
    fresh_site: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = fresh(tmp_path / "site", fresh_site)
    package = distribution(tmp_path / "packages", "parcel")
    shutil.rmtree(package.parent)
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    turn_on(folder, "parcel")
    assert status(make_blog(folder=folder), "parcel").state == "missing"


def test_what_a_plugin_requires_is_migrated_before_it(fresh_site: Path, tmp_path: Path) -> None:
    folder = fresh(tmp_path / "site", fresh_site)
    first = with_tables(folder, "alpha", revision("alpha", 1))
    (first / "__init__.py").write_text(MANIFEST.replace("__doc__)", "__doc__, requires=('beta',))"))
    with_tables(folder, "beta", revision("beta", 1))
    turn_on(folder, "alpha", "beta")
    assert migrate(load_config(folder, environ={})).moved == ("beta", "alpha")


def test_plugins_are_migrated_apart_on_postgresql_too(postgres_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    (folder / "instance").mkdir(parents=True)
    line = f"database_url = {json.dumps(postgres_url)}\n"
    (folder / "instance" / "blog.toml").write_text(line)
    initialise(load_config(folder, environ={}), {})
    with_tables(folder, "good", revision("good", 1))
    with_tables(folder, "bad", revision("bad", 1, after="import os; os._exit(9)"))
    turn_on(folder, "bad", "good")
    done = migrate(load_config(folder, environ={}))
    assert done.moved == ("good",)
    assert [owner for owner, _ in done.failed] == ["bad"]
    assert "bad_note1" not in tables(folder)
    assert "good_note1" in tables(folder)
