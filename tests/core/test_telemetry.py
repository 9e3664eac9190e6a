"""What a site knows of its own running: failed requests by id, and figures shared by processes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from blogengine.clock import utcnow
from blogengine.db import db
from blogengine.migrations import runtime_owner, upgrade
from blogengine.runtime import FailureRow, RequestRow
from blogengine.telemetry import Failures, KnownFailure, RequestFigures
from blogengine.telemetry.failures import ROOM
from blogengine.telemetry.figures import MOST_SERIES, OTHER
from tests.conftest import Blog
from tests.core.test_logs import visit
from tests.core.test_plugin_host import drop_in

FAULTY = """
from blogengine.api import *
plugin = Plugin(summary="Fails.")
blueprint = Blueprint("faulty", __name__)


@blueprint.route("/form/", methods=["POST"], permission="public", csrf="same-origin")
def form():
    return "Say something.", 422


@blueprint.route("/faulty/", methods=["GET", "POST"], permission="public")
def page():
    raise LookupError("nowhere, password=planted-form-7")


def part(ctx):
    if ctx.page.kind == "home":
        raise KeyError("a part")


@hookimpl
def register_blueprints():
    return [blueprint]


@hookimpl
def register_widgets():
    return [Widget("part", "Part", part)]
"""


@pytest.fixture
def faulty(make_blog: Callable[..., Blog], tmp_path: Path) -> Blog:
    drop_in(tmp_path / "site", "faulty", FAULTY)
    return make_blog(folder=tmp_path / "site", plugins=["faulty"], strict=False)


def test_a_failed_request_is_explained_by_its_id(
    faulty: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = visit(faulty, "/faulty/?x=planted-query-7")
    id_ = answer.headers["X-Request-Id"]
    assert id_ in answer.text
    assert faulty.run("logs", "explain", id_, "--trace") == 0
    said = capsys.readouterr().out
    assert "GET /faulty/ was answered 502" in said
    assert "plugin: faulty" in said and "LookupError" in said
    assert "whose turn: the plugin's author" in said
    assert "to do: Look at it with: blogengine plugin errors faulty" in said
    assert "planted" not in said
    assert faulty.run("logs", "explain", id_, "--json") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["status"], row["plugin"], row["code"]) == (502, "faulty", "plugin-fault")
    assert "Traceback" in row["trace"] and "planted" not in row["trace"]


def test_a_page_without_a_plugins_part_is_explained_too(
    faulty: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = visit(faulty, "/")
    assert answer.status_code == 200
    assert faulty.run("logs", "explain", answer.headers["X-Request-Id"]) == 0
    assert "GET / was answered 200" in (said := capsys.readouterr().out)
    assert "KeyError('a part')" in said


def test_an_id_that_nothing_is_known_of_says_where_to_look(
    faulty: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = visit(faulty, "/nothing/").headers["X-Request-Id"]
    assert faulty.run("logs", "explain", gone) == 65
    assert "server's log" in capsys.readouterr().err
    with db.runtime_engine.connect() as connection:
        assert connection.execute(select(FailureRow.id)).all() == []


def test_a_refused_request_is_explained(faulty: Blog, capsys: pytest.CaptureFixture[str]) -> None:
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    answer = visit(faulty, "/faulty/", method="POST", headers=elsewhere)
    assert answer.status_code == 403
    assert faulty.run("logs", "explain", answer.headers["X-Request-Id"]) == 0
    assert "form-from-elsewhere (denied)" in capsys.readouterr().out


def test_a_form_that_a_page_refused_itself_is_no_bug(
    faulty: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = visit(faulty, "/form/", method="POST")
    assert (answer.status_code, answer.text) == (422, "Say something.")
    assert faulty.run("logs", "explain", answer.headers["X-Request-Id"]) == 0
    said = capsys.readouterr().out
    assert "input-invalid (user)" in said and "whose turn: whoever sent it" in said


def failure(number: int, status: int) -> KnownFailure:
    words = ("GET", "/", "/", status, "bug", "internal-error", "Error", "It failed.", "", "", "")
    return KnownFailure(f"request-{number}", utcnow(), *words)


def test_failures_have_bounded_rooms_and_one_kind_cannot_push_out_another(
    make_blog: Callable[..., Blog],
) -> None:
    make_blog(plugins=[])
    failures = Failures(db.runtime_engine)
    failures.add(failure(0, 500))
    for number in range(1, 2 * ROOM["refused"]):
        failures.add(failure(number, 403))
        if number % 50 == 0:
            failures.save()
    assert len(failures.find("request-0")) == 1
    with db.runtime_engine.connect() as connection:
        rooms = connection.execute(select(FailureRow.room)).scalars().all()
    assert rooms.count("refused") == ROOM["refused"]
    assert failures.find("request-1") == ()
    assert failures.find(f"request-{2 * ROOM['refused'] - 1}")


def test_figures_of_several_processes_add_up_and_never_go_back(
    make_blog: Callable[..., Blog],
) -> None:
    make_blog(plugins=[])
    one, other = RequestFigures(db.runtime_engine), RequestFigures(db.runtime_engine)
    for figures in (one, other, one):
        figures.observe(("/x/", "GET", 200), 0.03, 3, 1000)
    assert {key: figure.count for key, figure in one.read()} == {("/x/", "GET", 200): 2}
    ((_key, figure),) = other.read()
    assert (figure.count, figure.statements, figure.database_time) == (3, 9, 3000)
    assert figure.buckets == [0, 3, 0, 0, 0]
    assert [figure.count for _key, figure in one.read()] == [3]


def test_no_visitor_can_make_more_series_than_there_is_room_for(
    make_blog: Callable[..., Blog],
) -> None:
    make_blog(plugins=[])
    figures = RequestFigures(db.runtime_engine)
    for number in range(3 * MOST_SERIES):
        figures.observe((f"/{number}/", "GET", 200), 0.01, 0, 0)
        if number % 150 == 0:
            figures.save()
    kept = dict(figures.read())
    assert len(kept) <= MOST_SERIES + 1
    assert sum(figure.count for figure in kept.values()) == 3 * MOST_SERIES
    assert kept[OTHER, OTHER, 200].count >= MOST_SERIES


def test_requests_are_counted_by_route_whatever_is_asked_for(
    make_blog: Callable[..., Blog],
) -> None:
    blog = make_blog(plugins=[])
    for number in range(5):
        visit(blog, f"/nothing-{number}/")
        visit(blog, "/", method="BREW")
    found = {key: figure.count for key, figure in blog.site.telemetry.requests()}
    assert sum(found.values()) == 10
    assert len(found) == 2
    assert all("nothing" not in route for route, _method, _status in found)


def test_the_tables_are_those_of_the_migration_on_postgresql(
    make_blog: Callable[..., Blog], postgres_url: str
) -> None:
    blog = make_blog(plugins=["comments"], database_url=postgres_url)
    address = f"/comments/post/{blog.post('One').id}/"
    db.end_reading()  # the database is dropped before the site is closed
    visit(blog, address, method="POST", headers={"Sec-Fetch-Site": "cross-site"})
    (found,) = blog.site.telemetry.failures.last()
    assert found.status == 403
    ((key, figure),) = blog.site.telemetry.requests()
    assert (key[1:], figure.count) == (("POST", 403), 1)
    assert not upgrade(db.runtime_engine, [runtime_owner()])
    with db.runtime_engine.connect() as connection:
        assert connection.execute(select(RequestRow.count)).scalars().all() == [1]
