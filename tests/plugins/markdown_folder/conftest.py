"""A site with the importer, and a folder to import."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete

from blogengine.app import create_app
from blogengine.audit import no_act
from blogengine.cli.main import run
from blogengine.config import load_config
from blogengine.db import db
from blogengine.models import PluginRow
from blogengine.site import Site
from blogengine.starting import bare_app, initialise
from blogengine.values import Post, PostDraft

LEFT_OUT = 65
BERLIN = ZoneInfo("Europe/Berlin")
HELLO = "---\ntitle: Hello\ndate: 2024-05-06\n---\n"


@dataclass(frozen=True)
class Report:
    """What one `blogengine import markdown … --json` said."""

    code: int
    created: list[str]
    unchanged: list[str]
    updated: list[str]
    left_out: dict[str, str]
    notes: str


@dataclass(frozen=True)
class Place:
    """A site with the importer, and the folder `source`."""

    home: Path
    source: Path
    output: pytest.CaptureFixture[str]

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            file = self.source / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)

    def run(self, *arguments: str) -> int:
        code = Context().run(run, ["--site", str(self.home), *arguments])
        db_closed(self.home)
        return code

    def take(self, files: Mapping[str, str | bytes] | None = None, *options: str) -> Report:
        """Write the files, import the folder and return the report."""
        self.write(files or {})
        self.output.readouterr()
        code = self.run("import", "markdown", str(self.source), "--json", *options)
        said = self.output.readouterr()
        data = json.loads(said.out or "null")
        assert data, said.err
        left_out = {entry["item"]: entry["reason"] for entry in data["skipped"]}
        notes = "\n".join(data["notes"])
        changes = (data["created"], data["unchanged"], data["updated"])
        return Report(code, *changes, left_out, notes)

    @contextmanager
    def site(self) -> Iterator[Site]:
        """Open the site as a program does."""
        app = create_app(load_config(self.home, environ={}, strict=True))
        with app.app_context():
            site: Site = app.extensions["blogengine"]
            try:
                yield site
            finally:
                site.posts.renderer.close()
                dispose()

    def posts(self) -> dict[str, tuple[Post, PostDraft]]:
        """Return all posts with their drafts, by title."""
        return {post.title: (post, draft) for post, draft in self.posts_by_guid()}

    def posts_by_guid(self) -> list[tuple[Post, PostDraft]]:
        """Return all posts with their drafts, also where titles are equal."""
        with self.site() as site:
            found = site.posts.find(limit=1000)
            return [(post, site.posts.draft(post.id)) for post in found]

    def only(self) -> tuple[Post, PostDraft]:
        (pair,) = self.posts().values()
        return pair

    @contextmanager
    def browser(self) -> Iterator[Callable[[str], Any]]:
        app = create_app(load_config(self.home, environ={}, strict=True))
        yield lambda path: Context().run(lambda: app.test_client().get(path))
        with app.app_context():
            app.extensions["blogengine"].posts.renderer.close()
            dispose()

    def dump(self) -> list[str]:
        """Return everything in the database, as SQL."""
        with sqlite3.connect(self.home / "instance" / "blog.db") as connection:
            lines = list(connection.iterdump())
        connection.close()
        return lines


def dispose() -> None:
    db.end_reading()
    for engine in db.engines.values():
        engine.dispose()


def db_closed(home: Path) -> None:
    """Close what a run of the command line left open in this process."""
    with bare_app(load_config(home, environ={})):
        pass


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site in Berlin with no plugin but the importer; tests start from copies."""
    home = tmp_path_factory.mktemp("prepared") / "site"
    config = load_config(home, environ={})
    initialise(config, {"title": "Trial", "timezone": "Europe/Berlin"})
    with bare_app(config), db.write() as session:
        no_act(session, "plugins")
        session.execute(delete(PluginRow).where(PluginRow.name != "markdown_folder"))
    return home


@pytest.fixture
def place(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Place:
    shutil.copytree(prepared, tmp_path / "site")
    (tmp_path / "source").mkdir()
    return Place(tmp_path / "site", tmp_path / "source", capsys)
