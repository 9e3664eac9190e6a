"""`site.jobs`: asked for with the edit, done once it is there, tried again, kept when all fails."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from blogengine.db import db
from blogengine.errors import Retryable
from blogengine.jobs import PAUSES
from blogengine.models import ChangeRow
from blogengine.outbox import JobRow
from blogengine.testing.working_off import work_off
from blogengine.upkeep import ask_to_render
from tests.conftest import Blog
from tests.core.test_hooks import HEAD, seen, sonde
from tests.core.test_plugin_host import drop_in, status

__all__ = ["sonde"]

JOBS = """
from datetime import timedelta

def work(site, payload):
    note("work", payload)
    if payload.get("raises"):
        raise {"ValueError": ValueError, "SystemExit": SystemExit}[payload["raises"]]("No luck")
    if payload.get("user"):
        raise UserError("There is no such place.", code="sonde-x", action="None.")
    if payload.get("busy"):
        raise Retryable("Away.", code="sonde-x", action="Wait.")
    if payload.get("later"):
        raise RunLater(utcnow() + timedelta(hours=1))


@hookimpl
def register_jobs():
    return [Job("work", work), Job("rare", work, max_attempts=2)]
"""

START = datetime(2030, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(
    params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
)
def blog(request: pytest.FixtureRequest, tmp_path: Path) -> Blog:
    """A blog with a plugin whose jobs do as they are told."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    make_blog: Callable[..., Blog] = request.getfixturevalue("make_blog")  # closed before it
    drop_in(tmp_path / "site", "sonde", HEAD + JOBS)
    return make_blog(folder=tmp_path / "site", plugins=["sonde"], strict=False, database_url=url)


def ask(blog: Blog, name: str = "sonde.work", *, key: str = "", **payload: object) -> int:
    with blog.site.db.write() as session:
        return blog.site.jobs.enqueue(session, name, payload, key=key)


def run(blog: Blog) -> list[str]:
    """Run what is due; return how each ended."""
    db.end_reading()
    return [one.error for one in blog.site.jobs.run_due()]


def worked(blog: Blog) -> list[Any]:
    return [event[1] for event in seen(blog)]


def test_register_jobs_and_a_request_is_done_once(blog: Blog) -> None:
    number = ask(blog, place="here")
    assert blog.site.jobs.get(number).state == "waiting"
    assert run(blog) == [""]
    assert run(blog) == []
    assert worked(blog) == [{"place": "here"}]
    assert blog.site.jobs.get(number).state == "done"


def test_nothing_is_done_for_an_edit_that_never_happened(blog: Blog) -> None:
    with pytest.raises(ZeroDivisionError), blog.site.db.write() as session:
        blog.site.jobs.enqueue(session, "sonde.work", {})
        raise ZeroDivisionError
    assert run(blog) == []
    assert blog.site.jobs.find() == []


def test_requests_with_one_key_are_one_while_they_wait(blog: Blog) -> None:
    first = ask(blog, key="post:1", n=1)
    assert ask(blog, key="post:1", n=2) == first
    assert ask(blog, key="post:2", n=3) != first
    assert run(blog) == ["", ""]
    assert worked(blog) == [{"n": 1}, {"n": 3}]
    assert ask(blog, key="post:1", n=4) != first
    assert run(blog) == [""]


@pytest.mark.parametrize("payload", [{"a": object()}, {"a": {1, 2}}, {"a": b"bytes"}])
def test_a_payload_is_json_and_nothing_else(blog: Blog, payload: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="written as JSON"):
        ask(blog, **payload)


def test_a_large_payload_and_an_unknown_job_are_refused(blog: Blog) -> None:
    with pytest.raises(ValueError, match="characters"):
        ask(blog, text="x" * 70_000)
    with pytest.raises(LookupError, match=r"sonde\.gone"):
        ask(blog, "sonde.gone")
    assert blog.site.jobs.find() == []


def test_a_job_that_fails_is_tried_eight_times_and_then_kept(
    blog: Blog, freeze: Callable[[datetime], datetime]
) -> None:
    now = freeze(START)
    number = ask(blog, raises="ValueError")
    for pause in PAUSES:
        assert run(blog) == ["ValueError: No luck"]
        assert run(blog) == []
        assert blog.site.jobs.get(number).state == "failed"
        freeze(now + pause - timedelta(seconds=1))
        blog.site.guard.circuit("sonde").forget()  # what is tested here isn't the pause of plugins
        assert run(blog) == []
        now = freeze(now + pause)
    assert run(blog) == ["ValueError: No luck"]
    freeze(now + timedelta(days=30))
    assert run(blog) == []
    dead = blog.site.jobs.get(number)
    assert (dead.state, dead.attempts, dead.error) == ("dead", 8, "ValueError: No luck")
    assert len(worked(blog)) == 8
    assert [pause.total_seconds() for pause in (PAUSES[0], PAUSES[-1])] == [60, 24 * 3600]


def test_max_attempts_is_the_plugin_s(blog: Blog, freeze: Callable[[datetime], datetime]) -> None:
    freeze(START)
    number = ask(blog, "sonde.rare", busy=True)
    assert run(blog) == ["Away. Wait."]
    freeze(START + timedelta(minutes=2))
    assert run(blog) == ["Away. Wait."]
    assert blog.site.jobs.get(number).state == "dead"


def test_what_can_t_be_done_is_dead_at_once(blog: Blog) -> None:
    number = ask(blog, user=True)
    assert run(blog) == ["There is no such place. None."]
    assert blog.site.jobs.get(number).state == "dead"


def test_a_job_may_ask_for_another_time_and_that_is_no_failure(
    blog: Blog, freeze: Callable[[datetime], datetime]
) -> None:
    freeze(START)
    number = ask(blog, later=True)
    assert run(blog) == [""]
    assert run(blog) == []
    job = blog.site.jobs.get(number)
    assert (job.state, job.attempts, job.not_before) == ("waiting", 0, START + timedelta(hours=1))
    freeze(START + timedelta(hours=1))
    assert run(blog) == [""]
    assert len(worked(blog)) == 2


def test_a_job_that_ends_the_process_by_exit_only_fails(blog: Blog) -> None:
    ask(blog, raises="SystemExit")
    assert run(blog) == ["SystemExit: No luck"]
    assert [fault.hook for fault in blog.site.guard.faults] == ["job sonde.work"]


def test_only_faults_count_against_the_plugin_and_a_paused_one_s_jobs_wait(blog: Blog) -> None:
    for _number in range(6):
        ask(blog, busy=True)
    run(blog)
    assert not blog.site.guard.paused("sonde")
    for _number in range(6):
        ask(blog, raises="ValueError")
    assert len(run(blog)) == 5  # the sixth isn't called any more
    assert blog.site.guard.paused("sonde")
    number = ask(blog)
    assert run(blog) == []
    assert blog.site.jobs.get(number).state == "waiting"
    blog.site.guard.circuit("sonde").forget()
    assert run(blog) == ["ValueError: No luck", ""]


def test_a_running_job_is_nobody_else_s_until_its_process_is_gone(blog: Blog) -> None:
    """A process is known by its lock: its job isn't taken while it lives, and at once when not."""
    number = ask(blog)
    folder = blog.folder / "instance" / "run"
    folder.mkdir(exist_ok=True)
    with (folder / "runner-1-abc").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        claimed_by(blog, number, "1-abc", lease=START - timedelta(days=999))
        assert blog.site.jobs.give_back() == []
        assert run(blog) == []
    assert blog.site.jobs.give_back() == [number]
    assert not (folder / "runner-1-abc").exists()
    assert run(blog) == [""]


def test_a_job_of_another_machine_is_taken_when_its_lease_is_over(
    blog: Blog, freeze: Callable[[datetime], datetime]
) -> None:
    freeze(START)
    number = ask(blog)
    claimed_by(blog, number, "99-elsewhere", lease=START + timedelta(minutes=3))
    assert blog.site.jobs.give_back() == []
    freeze(START + timedelta(minutes=4))
    assert blog.site.jobs.give_back() == [number]
    assert run(blog) == [""]


def test_a_job_that_ends_its_process_each_time_comes_to_an_end(
    blog: Blog, freeze: Callable[[datetime], datetime]
) -> None:
    now = freeze(START)
    number = ask(blog)
    claimed_by(blog, number, "99-elsewhere", lease=START, attempts=2)
    now = freeze(now + timedelta(seconds=1))
    blog.site.jobs.give_back()
    assert run(blog) == []  # not at once: it may be what ends them
    claimed_by(blog, number, "99-elsewhere", lease=START, attempts=8)
    blog.site.jobs.give_back()
    job = blog.site.jobs.get(number)
    assert (job.state, job.error) == ("dead", "Its process ended in the middle of it.")


def claimed_by(blog: Blog, number: int, token: str, *, lease: datetime, attempts: int = 1) -> None:
    """Let another process have claimed a job."""
    with db.write() as session:
        session.execute(
            update(JobRow)
            .where(JobRow.id == number)
            .values(state="running", claim=token, lease_until=lease, attempts=attempts)
        )


@pytest.mark.parametrize("days", [3, -3])
def test_a_clock_that_jumps_neither_doubles_a_job_nor_holds_it_for_ever(
    blog: Blog, freeze: Callable[[datetime], datetime], days: int
) -> None:
    freeze(START)
    number = ask(blog, "sonde.rare", busy=True)
    run(blog)
    freeze(START + timedelta(days=days))
    assert run(blog) == ["Away. Wait."]
    freeze(START + timedelta(days=2 * days))
    assert run(blog) == []
    assert blog.site.jobs.get(number).state == "dead"


def test_a_request_for_later_waits_for_its_time(
    blog: Blog, freeze: Callable[[datetime], datetime]
) -> None:
    freeze(START)
    with blog.site.db.write() as session:
        blog.site.jobs.enqueue(session, "sonde.work", {}, not_before=START + timedelta(days=9))
    assert run(blog) == []
    freeze(START + timedelta(days=9))
    assert run(blog) == [""]


def test_finish_makes_the_work_and_the_mark_one(sonde: Callable[..., Blog]) -> None:
    """What a job writes with `finish` is written once, whatever becomes of the process after."""
    blog = sonde("""
def work(site, payload):
    with site.db.write() as session:
        site.jobs.finish(session)
    raise ValueError("The process might as well have ended here.")


@hookimpl
def register_jobs():
    return [Job("work", work)]
""")
    number = ask(blog)
    with pytest.raises(ValueError, match="might as well"):
        work_off(blog.site.jobs)
    assert blog.site.jobs.get(number).state == "done"
    with pytest.raises(RuntimeError, match="outside of a job"), db.write() as session:
        blog.site.jobs.finish(session)


def test_too_many_requests_of_one_plugin_are_refused(
    blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blogengine.jobs.asking.MOST_WAITING", 3)
    for _number in range(3):
        ask(blog)
    with pytest.raises(Retryable, match="wait already"):
        ask(blog)
    with blog.site.db.write() as session:  # others aren't held up
        blog.site.jobs.enqueue(session, "core.prune", {})


def test_the_engine_acts_in_a_job(sonde: Callable[..., Blog]) -> None:
    blog = sonde("""
def work(site, payload):
    with site.db.write() as session:
        pass
    note(site.posts.create(PostDraft(title="From a job", source="Text.")).title)


@hookimpl
def register_jobs():
    return [Job("work", work)]
""")
    ask(blog)
    assert work_off(blog.site.jobs) == ["sonde.work"]
    assert seen(blog) == [["From a job"]]


def told(blog: Blog, capsys: pytest.CaptureFixture[str], *command: str) -> Any:
    capsys.readouterr()
    code = blog.run("jobs", *command, "--json")
    return code, json.loads(capsys.readouterr().out or "null")


def test_the_commands_list_run_retry_and_cancel(
    blog: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    assert blog.run("plugin", "enable", "sonde", "--quiet") == 0
    good, bad = ask(blog), ask(blog, user=True)
    code, rows = told(blog, capsys, "run")
    assert (code, [row["state"] for row in rows]) == (1, ["done", "dead"])
    _code, rows = told(blog, capsys, "list")
    assert [(row["id"], row["state"]) for row in rows] == [(bad, "dead"), (good, "done")]
    assert rows[0]["error"] == "There is no such place. None."
    assert rows[0]["payload"] == {"user": True}
    assert told(blog, capsys, "retry", str(bad)) == (0, [{"id": bad, "state": "waiting"}])
    _code, rows = told(blog, capsys, "list", "--state", "waiting")
    assert [row["id"] for row in rows] == [bad]
    assert told(blog, capsys, "cancel", str(bad)) == (0, [{"id": bad, "state": "cancelled"}])
    assert told(blog, capsys, "run") == (0, [])
    assert told(blog, capsys, "retry", "--all") == (0, [])
    assert blog.run("jobs", "run", "9999") == 65
    assert blog.run("jobs", "retry") == 64
    assert blog.run("jobs", "cancel", str(good)) == 65


def test_prune_forgets_what_ended_long_ago(
    blog: Blog, freeze: Callable[[datetime], datetime]
) -> None:
    now = freeze(datetime.now(UTC))  # the audit trail asks the database's own clock
    done, dead, waiting = ask(blog), ask(blog, user=True), 0
    run(blog)
    freeze(now + timedelta(days=8))
    waiting = ask(blog)
    ask(blog, "core.prune")
    run(blog)
    db.end_reading()
    left = {job.id: job.state for job in blog.site.jobs.find()}
    assert done not in left and left[dead] == "dead" and left[waiting] == "done"


def test_the_change_log_is_pruned_but_for_its_end(
    blog: Blog, freeze: Callable[[datetime], datetime]
) -> None:
    now = freeze(datetime.now(UTC))
    blog.post("Old")
    last = db.reading().execute(select(func.max(ChangeRow.seq))).scalar_one()
    freeze(now + timedelta(days=8))
    ask(blog, "core.prune")
    assert run(blog) == [""]
    assert db.reading().execute(select(ChangeRow.seq)).scalars().all() == [last]


def test_stale_texts_are_rendered_again_by_a_job_bit_by_bit(
    make_blog: Callable[..., Blog], monkeypatch: pytest.MonkeyPatch
) -> None:
    blog = make_blog(plugins=[])
    posts = [blog.post(f"Post {number}", 'It is "quoted".') for number in range(3)]
    monkeypatch.setattr("blogengine.upkeep.AT_A_TIME", 0.0)
    ask_to_render(blog.site)
    assert blog.site.jobs.find() == []
    blog.set("site", smart_quotes=True)
    ask_to_render(blog.site)
    ask_to_render(blog.site)
    assert work_off(blog.site.jobs) == ["core.render"] * 3
    assert all("“quoted”" in blog.site.posts.get(post.id).html for post in posts)
    assert all(len(blog.site.posts.revisions(post.id)) == 1 for post in posts)
    progress = [job.payload.get("done") for job in blog.site.jobs.find(name="core.render")]
    assert progress == [2, 1, 0]


def test_jobs_that_come_again_and_again_are_asked_for_once_in_their_time(
    sonde: Callable[..., Blog], freeze: Callable[[datetime], datetime]
) -> None:
    freeze(START)
    blog = sonde("""
from datetime import timedelta


@hookimpl
def register_jobs():
    return [Job("tick", lambda site, payload: note("tick"), every=timedelta(minutes=10))]
""")
    mine = "sonde.tick"

    def ticks(at: datetime) -> list[str]:
        freeze(at)
        db.end_reading()
        blog.site.jobs.ask_for_regular()
        blog.site.jobs.ask_for_regular()
        return [name for name in work_off(blog.site.jobs) if name == mine]

    assert ticks(START) == []  # first after one of its times
    assert ticks(START + timedelta(minutes=9)) == []
    assert ticks(START + timedelta(minutes=10)) == [mine]
    assert ticks(START + timedelta(minutes=11)) == []
    assert ticks(START + timedelta(days=3)) == [mine]  # what was missed is done once
    assert ticks(START) == [mine]  # the clock was set back by days: it goes on from here
    assert ticks(START + timedelta(minutes=10)) == [mine]


@pytest.mark.parametrize(
    "job",
    [
        'Job("Tick", run)',
        'Job("tick", "run")',
        'Job("tick", run, every=5)',
        'Job("tick", run, max_attempts=0)',
        'Job("tick", run, seconds=0)',
        'Job("tick", run), Job("tick", run)',
    ],
)
def test_a_wrong_job_stops_its_plugin_with_a_sentence(
    make_blog: Callable[..., Blog], tmp_path: Path, job: str
) -> None:
    hook = f"def run(site, payload): pass\n\n@hookimpl\ndef register_jobs(): return [{job}]\n"
    drop_in(tmp_path / "site", "sonde", HEAD + hook)
    blog = make_blog(folder=tmp_path / "site", plugins=["sonde"], strict=False)
    found = status(blog, "sonde")
    assert found.state == "failed"
    assert "job" in found.reason
