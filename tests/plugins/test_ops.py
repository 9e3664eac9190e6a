"""Addresses for machines: whether the site lives, can take visitors, and how it goes."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from blogengine_plugins.ops import views
from blogengine_plugins.ops.exposition import Family, written
from blogengine_plugins.ops.readiness import Readiness
from prometheus_client.parser import text_string_to_metric_families

from blogengine.db import db
from blogengine.doors.peers import from_this_machine
from tests.conftest import Blog
from tests.core.test_logs import visit
from tests.core.test_plugin_host import drop_in

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}
TOKEN = "a-long-and-random-token"


@pytest.fixture(autouse=True)
def fresh_readiness(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no answer of an earlier test stand."""
    monkeypatch.setattr(views, "readiness", Readiness())


@pytest.fixture
def ops(make_blog: Callable[..., Blog]) -> Blog:
    return make_blog(plugins=["ops", "comments"], strict=False)


def metrics(blog: Blog, **options: Any) -> dict[str, list[Any]]:
    """Read /metrics as Prometheus does: its samples by the family's name."""
    answer = visit(blog, "/metrics", **options)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        family.name: list(family.samples) for family in text_string_to_metric_families(answer.text)
    }


@contextmanager
def database_gone(blog: Blog) -> Iterator[None]:
    """Let nobody open the database, as when its disk is gone."""
    db.end_reading()
    for engine in db.engines.values():
        engine.dispose()
    file = blog.folder / "instance" / "blog.db"
    aside = file.with_suffix(".aside")
    file.rename(aside)
    for rest in ("-wal", "-shm"):
        Path(f"{file}{rest}").unlink(missing_ok=True)
    file.mkdir()
    yield
    file.rmdir()
    aside.rename(file)


# --- /healthz and /readyz ---------------------------------------------------------------------


def test_healthz_asks_nothing_and_never_fails_for_outside_reasons(
    make_blog: Callable[..., Blog], statements: Callable[..., Any]
) -> None:
    blog = make_blog(plugins=[])
    with statements(blog.app) as asked:
        answer = visit(blog, "/healthz", environ_overrides=ELSEWHERE)
    assert (answer.status_code, answer.text, asked) == (200, "ok\n", [])
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    with database_gone(blog):
        assert visit(blog, "/healthz").status_code == 200
        assert visit(blog, "/").status_code == 503


def test_readyz_says_to_anybody_only_whether_and_here_also_why(ops: Blog) -> None:
    assert json.loads(visit(ops, "/readyz").data)["checks"].keys() == {
        "database",
        "schema",
        "disk",
        "secret_key",
    }
    answer = visit(ops, "/readyz", environ_overrides=ELSEWHERE)
    assert (answer.status_code, json.loads(answer.data)) == (200, {"status": "ok"})
    assert "Set-Cookie" not in answer.headers and answer.headers["Cache-Control"] == "no-store"


def test_readyz_fails_with_the_database_and_comes_back(
    ops: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database_gone(ops):
        answer = visit(ops, "/readyz")
        assert answer.status_code == 503
        found = json.loads(answer.data)["checks"]
        assert found["database"]["status"] == "fail" and found["database"]["fix"]
        answer = visit(ops, "/readyz", environ_overrides=ELSEWHERE)
        assert (answer.status_code, json.loads(answer.data)) == (503, {"status": "fail"})
    assert visit(ops, "/readyz").status_code == 503  # for five seconds it isn't asked again
    monkeypatch.setattr("blogengine_plugins.ops.readiness.SECONDS", 0.0)
    assert visit(ops, "/readyz").status_code == 200


def test_readyz_fails_with_too_little_room_on_the_disk(
    ops: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(ops.folder)
    little = type(usage)(usage.total, usage.total - 1024, 1024)
    monkeypatch.setattr("blogengine.readiness.shutil.disk_usage", lambda _place: little)
    answer = visit(ops, "/readyz")
    assert answer.status_code == 503
    assert json.loads(answer.data)["checks"]["disk"]["status"] == "fail"


def test_readyz_probes_the_writers_turn(ops: Blog) -> None:
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with ops.app.app_context(), db.write():
            held.set()
            done.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(30)
    try:
        answer = visit(ops, "/readyz")
    finally:
        done.set()
        thread.join()
    assert answer.status_code == 503
    assert "Another change" in json.loads(answer.data)["checks"]["database"]["sentence"]


# --- who may ask ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "here"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, True),
        ({"REMOTE_ADDR": "127.8.8.8"}, True),
        ({"REMOTE_ADDR": "::1"}, True),
        ({"REMOTE_ADDR": "::ffff:127.0.0.1"}, True),
        ({"REMOTE_ADDR": "203.0.113.7"}, False),
        ({"REMOTE_ADDR": "203.0.113.7", "HTTP_HOST": "localhost"}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.7"}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=127.0.0.1"}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_REAL_IP": "127.0.0.1"}, False),
        ({"REMOTE_ADDR": ""}, False),
        ({}, False),
        (
            # What a trusted proxy reports takes the connection's place; here it tells a lie.
            {
                "REMOTE_ADDR": "127.0.0.1",
                "werkzeug.proxy_fix.orig": {"REMOTE_ADDR": "203.0.113.7"},
            },
            False,
        ),
    ],
)
def test_only_the_connection_itself_says_that_it_is_of_this_machine(
    environ: dict[str, Any], here: bool
) -> None:
    assert from_this_machine(environ) is here


def test_metrics_are_for_this_machine_or_with_the_token(ops: Blog) -> None:
    assert visit(ops, "/metrics").status_code == 200

    def asked(given: str) -> int:
        headers = {"Authorization": given}
        status: int = visit(
            ops, "/metrics", headers=headers, environ_overrides=ELSEWHERE
        ).status_code
        return status

    assert asked("Bearer ") == asked("") == 404
    ops.set("ops", token=TOKEN)
    assert asked(f"Bearer {TOKEN}") == 200
    for wrong in ("", "Bearer ", f"Bearer {TOKEN}x", TOKEN, f"Basic {TOKEN}", "Bearer é"):
        assert asked(wrong) == 404, wrong
    found = json.loads(
        visit(
            ops,
            "/readyz",
            headers={"Authorization": f"Bearer {TOKEN}"},
            environ_overrides=ELSEWHERE,
        ).data
    )
    assert "checks" in found


# --- /metrics ---------------------------------------------------------------------------------


def test_metrics_tell_of_requests_database_disk_and_plugins(ops: Blog, tmp_path: Path) -> None:
    ops.post("One", tags=["Alpha"])
    for _ in range(3):
        visit(ops, "/tag/alpha/")
    visit(ops, "/nothing/")
    ops.site.guard.report("comments", "widget thread", ValueError("x"))
    from blogengine.building.build import SHARING

    ops.app.extensions[SHARING].exchange(ops.site.guard)
    found = metrics(ops)
    requests = found["http_server_request_duration_seconds"]
    labels = {"method": "GET", "status": "200"}
    counts = [
        sample.value
        for sample in requests
        if sample.name.endswith("_count")
        and labels.items() <= sample.labels.items()
        and sample.labels["route"].startswith("/tag/<")
    ]
    assert counts == [3.0]
    buckets = [s for s in requests if s.name.endswith("_bucket") and s.labels["status"] == "404"]
    assert buckets[-1].labels["le"] == "+Inf" and buckets[-1].value == 1.0
    assert [s.value for s in buckets] == sorted(s.value for s in buckets)
    statements = {s.name: s.value for s in found["db_client_operation_duration_seconds"]}
    assert statements["db_client_operation_duration_seconds_count"] >= 10
    assert found["disk_free_bytes"][0].value > 0
    faults = {tuple(s.labels.values()): s.value for s in found["plugin_faults"]}
    assert faults == {("comments", "error"): 1.0}
    assert {s.labels["plugin"]: s.value for s in found["plugin_paused"]}["comments"] == 0
    hooks = {s.labels["hook"] for s in found["plugin_hook_duration_seconds"]}
    assert "extra comments" in hooks
    assert {s.labels["state"] for s in found["comments"]} == {
        "waiting",
        "trashed",
        "approved",
        "spam",
        "rejected",
    }


def test_metrics_stay_few_whatever_visitors_ask_for(ops: Blog) -> None:
    for number in range(300):
        visit(ops, f"/nothing-{number}/", method=f"BREW{number % 7}")
    assert sum(len(samples) for samples in metrics(ops).values()) < 2000


def test_metrics_go_on_when_a_plugins_figure_fails(
    make_blog: Callable[..., Blog], tmp_path: Path
) -> None:
    drop_in(
        tmp_path / "site",
        "sonde",
        """
from blogengine.api import *
plugin = Plugin(summary="Figures.")


def good(site):
    return {"a\\"b\\n\\\\c": 1.5}


def fail(site):
    raise LookupError("no figure")


@hookimpl
def register_metrics():
    return [
        Metric("sonde_good", 'Said "so"\\nhere.', good, labels=("x",)),
        Metric("sonde_bad", "Fails.", fail),
        Metric("sonde_many", "Too many.", lambda site: {str(n): 1 for n in range(1000)},
               labels=("x",)),
        Metric("sonde_asked_total", "Counts.", lambda site: 7, kind="counter"),
    ]
""",
    )
    blog = make_blog(folder=tmp_path / "site", plugins=["ops", "sonde"], strict=False)
    found = metrics(blog)
    assert [(s.labels, s.value) for s in found["sonde_good"]] == [({"x": 'a"b\n\\c'}, 1.5)]
    assert found["sonde_asked"][0].value == 7
    assert "sonde_bad" not in found and "sonde_many" not in found
    assert {fault.hook for fault in blog.site.guard.faults} == {
        "metric sonde_bad",
        "metric sonde_many",
    }


def test_no_sample_is_written_without_its_head() -> None:
    family = Family("x", "y\nz", "gauge")
    family.add(float("inf"), {"a": "b"})
    family.add(0.1)
    assert written([family, Family("empty", "", "gauge")]) == (
        '# HELP x y\\nz\n# TYPE x gauge\nx{a="b"} +Inf\nx 0.1\n'
    )


def test_metrics_tell_of_jobs_and_refused_sign_ins(ops: Blog) -> None:
    from tests.core.browser import Browser
    from tests.core.identity import make_owner

    make_owner(ops)
    before = metrics(ops)
    assert before["login_failures"][0].value == 0
    browser = Browser(ops)
    for _ in range(2):
        browser.sign_in(password="wrong")
    browser.sign_in()
    with ops.site.db.write() as session:
        ops.site.mail.send(session, to="ann@example.org", subject="x", text="y")
    object.__setattr__(ops.site.config, "mail_url", "smtp://127.0.0.1:9")
    queued = {s.labels["state"]: s.value for s in metrics(ops)["jobs_queued"]}
    assert queued["waiting"] >= 1
    ops.site.jobs.run_due()
    found = metrics(ops)
    assert found["login_failures"][0].value == 2
    failed = {s.labels["job"]: s.value for s in found["jobs_failed"]}
    assert failed == {"core.mail": 1.0}
    routes = {s.labels.get("method") for s in found["http_server_request_duration_seconds"]}
    assert "JOB" not in routes
    assert found["comments_rejected"][0].value == 0
