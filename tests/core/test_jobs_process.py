"""The jobs process beside the workers: there by itself, replaced, ended, and never there twice."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.core.killing import MailServer, mail_server
from tests.core.test_plugin_host import GREETING, drop_in
from tests.core.test_serving import Served, serve

__all__ = ["serve"]

pytestmark = pytest.mark.xdist_group("serving")

WORKER = """
import os
import time
from pathlib import Path

from blogengine.api import *

plugin = Plugin(summary="Works.")
HERE = Path(__file__).parent


def note(site, payload):
    with (HERE / "notes").open("a") as file:
        file.write(f"{payload['word']} {os.getpid()}\\n")


def hang(site, payload):
    note(site, {"word": "hangs"})
    time.sleep(600)


@hookimpl
def register_jobs():
    return [Job("note", note), Job("hang", hang, seconds=0.5)]


@hookimpl
def register_commands(site, cli):
    import click

    @cli.command()
    @click.argument("names", nargs=-1)
    def ask(names):
        \"\"\"Ask for jobs.\"\"\"
        with site.db.write() as session:
            for name in names:
                site.jobs.enqueue(session, f"workman.{name}", {"word": name})
"""


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def site_folder(tmp_path: Path, fresh_site: Path) -> Path:
    import shutil

    folder = tmp_path / "site"
    shutil.copytree(fresh_site, folder)
    drop_in(folder, "workman", WORKER)
    return folder


def jobs_pid(served: Served) -> int:
    """Return the jobs process that is up; 0 when none is."""
    marks = list((served.folder / "instance" / "run").glob("jobs-*"))
    alive = [int(mark.name.partition("-")[2]) for mark in marks]
    return next((pid for pid in alive if Path(f"/proc/{pid}").exists()), 0)


def until_up(served: Served, *, other_than: int = 0) -> int:
    served.until(lambda: jobs_pid(served) not in (0, other_than), "a jobs process")
    return jobs_pid(served)


def asked(folder: Path, query: str, *values: Any) -> Any:
    """Ask the database file without the engine, and without visiting the site."""
    with closing(sqlite3.connect(f"file:{folder}/instance/blog.db?mode=ro", uri=True)) as database:
        return database.execute(query, values).fetchone()[0]


def notes(served: Served) -> list[str]:
    file = served.folder / "plugins" / "notes"
    return [line.split()[0] for line in file.read_text().splitlines()] if file.exists() else []


def scheduled(served: Served, seconds: float) -> int:
    """Schedule a post at the command line; return its number."""
    text = served.folder / "post.md"
    text.write_text("Text.", encoding="utf-8")
    made = served.run("post", "new", "--title", "Later", "--file", str(text), "--json")
    assert made.returncode == 0, made.stderr
    number = int(asked(served.folder, "SELECT max(id) FROM posts"))
    at = datetime.now(UTC) + timedelta(seconds=seconds)  # the command itself takes some of it
    done = served.run("post", "schedule", str(number), at.isoformat())
    assert done.returncode == 0, done.stderr
    return number


def status(served: Served, number: int) -> str:
    return str(asked(served.folder, "SELECT status FROM posts WHERE id = ?", number))


@pytest.mark.slow
def test_a_scheduled_post_is_public_at_its_time_without_traffic(
    serve: Callable[..., Served], site_folder: Path
) -> None:
    served = serve(folder=site_folder)
    until_up(served)
    number = scheduled(served, 12)
    assert status(served, number) == "scheduled"
    served.until(lambda: status(served, number) == "published", "published", 60)
    due = asked(served.folder, "SELECT published_at FROM posts WHERE id = ?", number)
    at = asked(
        served.folder,
        "SELECT max(at) FROM revisions WHERE post_id = ? AND note = 'Published at its time'",
        number,
    )
    late = datetime.fromisoformat(at) - datetime.fromisoformat(due)
    assert timedelta(0) <= late < timedelta(seconds=60)


@pytest.mark.slow
def test_after_downtime_a_due_post_is_published_exactly_once(
    serve: Callable[..., Served], site_folder: Path
) -> None:
    served = serve(folder=site_folder)
    number = scheduled(served, 3600)
    assert served.stop() == 0
    # The time that passes while nothing runs.
    with closing(sqlite3.connect(site_folder / "instance" / "blog.db")) as database:
        past = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
        database.execute("UPDATE posts SET published_at = ? WHERE id = ?", (past, number))
        database.execute("UPDATE site_state SET next_due = ?", (past,))
        database.commit()
    again = serve(folder=site_folder)
    for _visit in range(20):  # requests and the jobs process at once
        again.get("/")
    again.until(lambda: status(again, number) == "published", "published", 60)
    count = "SELECT count(*) FROM revisions WHERE post_id = ? AND note = 'Published at its time'"
    told = "SELECT count(*) FROM jobs WHERE name = 'core.published'"
    assert asked(again.folder, count, number) == 1
    assert asked(again.folder, told) == 1


@pytest.mark.slow
def test_kill_9_loses_no_job_and_another_process_takes_over(
    serve: Callable[..., Served], site_folder: Path
) -> None:
    served = serve(folder=site_folder)
    first = until_up(served)
    assert served.run("plugin", "enable", "workman").returncode == 0
    second = until_up(served, other_than=first)  # the set of plugins is another one
    os.kill(second, signal.SIGKILL)
    assert served.run("workman", "ask", "note").returncode == 0
    until_up(served, other_than=second)
    served.until(lambda: notes(served) == ["note"], "the job is done", 60)
    assert served.get("/")[0] == 200


@pytest.mark.slow
def test_it_ends_with_the_server_however_that_ends(
    serve: Callable[..., Served], site_folder: Path
) -> None:
    served = serve(folder=site_folder)
    pid = until_up(served)
    served.process.kill()
    served.process.wait()
    served.until(lambda: not Path(f"/proc/{pid}").exists(), "stopped")
    again = serve(folder=site_folder)
    pid = until_up(again)
    assert again.stop(signal.SIGTERM) == 0
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.slow
def test_a_second_one_on_the_same_machine_is_refused(
    serve: Callable[..., Served], site_folder: Path
) -> None:
    served = serve(folder=site_folder)
    until_up(served)
    done = served.run("jobs", "worker")
    assert done.returncode == 69
    assert "carried out here already" in done.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("real_bounds")
def test_a_job_that_hangs_costs_its_plugin_a_pause_and_nobody_else_anything(
    serve: Callable[..., Served], site_folder: Path, mails: MailServer
) -> None:
    assert drop_in(site_folder, "greeting", GREETING) is None
    served = serve(folder=site_folder)
    assert served.run("plugin", "enable", "workman").returncode == 0
    first = until_up(served)
    assert served.run("workman", "ask", "hang").returncode == 0
    until_up(served, other_than=first)
    assert "workman hangs in job workman.hang" in served.log.read_text()
    assert served.run("workman", "ask", "note").returncode == 0
    number = scheduled(served, 12)
    served.until(lambda: status(served, number) == "published", "published", 60)
    assert notes(served) == ["hangs"]  # paused: neither is begun
    state = "SELECT state FROM jobs WHERE name = ?"
    assert asked(served.folder, state, "workman.hang") == "waiting"
    assert asked(served.folder, state, "workman.note") == "waiting"
