"""The doctor finds what was broken on purpose, mends what it may, and finds nothing else."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from werkzeug.serving import make_server

from blogengine.checkup.lists import check_lists
from blogengine.checkup.outgoing import check_jobs, check_mail
from blogengine.clock import utcnow
from blogengine.db import db
from blogengine.outbox import JobRow, MailRow
from tests.conftest import Blog
from tests.core.bad_plugins import enable
from tests.core.killing import mail_server
from tests.core.test_plugin_host import drop_in

Look = Callable[..., tuple[int, list[dict[str, Any]]]]


@pytest.fixture
def doctor(capsys: pytest.CaptureFixture[str]) -> Look:
    """Run the doctor; return its exit code and what it found."""

    def look(blog: Blog, *options: str) -> tuple[int, list[dict[str, Any]]]:
        capsys.readouterr()
        code = blog.run("doctor", "--json", *options)
        return code, json.loads(capsys.readouterr().out)

    return look


def change(blog: Blog, *statements: str) -> None:
    """Write into the database as nothing of the engine would."""
    with sqlite3.connect(blog.folder / "instance" / "blog.db") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    blog = make_blog(plugins=[], required=True, strict=False)
    person = blog.site.users.create("Ann")
    for number in range(4):
        blog.post(f"Post {number}", tags=["Alpha", f"T{number}"], authors=(person.slug,))
    blog.post("A draft", status="draft", tags=["Alpha"])
    blog.post("Locked", visibility="password", password="x", tags=["Alpha"])
    blog.post("A page", kind="page", slug="a-page")
    return blog


def test_a_sound_site_has_nothing(blog: Blog, doctor: Look) -> None:
    assert doctor(blog) == (0, [])
    assert list(check_lists(blog.site.config)) == []


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("DELETE FROM listing WHERE post_id = 2", "lists"),
        ("DELETE FROM listing WHERE scope = 'term' AND post_id = 1", "lists"),
        ("INSERT INTO listing VALUES ('home', 0, '2020-01-01 00:00:00.000000', 5, NULL)", "lists"),
        (
            "UPDATE listing SET published_at = '2020-01-01 00:00:00.000000' WHERE post_id = 3",
            "lists",
        ),
        ("UPDATE listing_counts SET posts = 7 WHERE scope = 'home'", "lists"),
        ("DELETE FROM listing_counts WHERE scope = 'term'", "lists"),
        ("UPDATE site_state SET next_due = '2031-01-01 00:00:00.000000'", "lists"),
        ("UPDATE posts SET status = 'draft' WHERE id = 4", "lists"),
        ("UPDATE listing SET rank = 5 WHERE scope = 'term'", "lists"),
        ("UPDATE listing_counts SET pins = '[9]' WHERE scope = 'term'", "lists"),
    ],
)
def test_lists_and_counts_are_computed_anew_and_mended(
    blog: Blog, doctor: Look, statement: str, check: str
) -> None:
    change(blog, statement)
    code, found = doctor(blog)
    assert code == 1
    assert {one["check"] for one in found} == {check}
    assert all(one["fix"] == "blogengine doctor --fix" for one in found)
    code, found = doctor(blog, "--fix")
    assert code == 0
    assert found and all(one["mended"] for one in found)
    assert doctor(blog) == (0, [])
    titles = [post.title for post in blog.site.archives.posts(blog.site.archives.home(), limit=9)]
    wanted = 3 if "draft" in statement else 4
    assert len(titles) == wanted
    html = blog.get("/tag/alpha/").text
    assert html.count("<article") == wanted


def test_rights_of_files_are_looked_at_and_mended(blog: Blog, doctor: Look) -> None:
    key = blog.folder / "instance" / "secret_key"
    key.chmod(0o644)
    (blog.folder / "instance" / "blog.db").chmod(0o666)
    code, found = doctor(blog)
    assert (code, [one["area"] for one in found]) == (1, ["files", "files"])
    assert found[0]["fix"] == f"chmod 600 {key}"
    assert doctor(blog, "--fix")[0] == 0
    assert key.stat().st_mode & 0o777 == 0o600
    assert doctor(blog) == (0, [])


def test_rows_that_name_what_is_gone_are_found(blog: Blog, doctor: Look) -> None:
    change(blog, "PRAGMA foreign_keys = OFF", "DELETE FROM users")
    code, found = doctor(blog)
    assert code == 1
    (orphan,) = (one for one in found if one["area"] == "orphans")
    assert "post_authors" in orphan["sentence"] and "users" in orphan["sentence"]


def test_a_damaged_database_is_found_without_a_traceback(
    blog: Blog, doctor: Look, capsys: pytest.CaptureFixture[str]
) -> None:
    file = blog.folder / "instance" / "blog.db"
    from blogengine.db import db

    db.close()
    for rest in ("-wal", "-shm"):
        Path(f"{file}{rest}").unlink(missing_ok=True)
    data = bytearray(file.read_bytes())
    data[4096 * 3 : 4096 * 9] = b"\x55" * (4096 * 6)
    file.write_bytes(data)
    code, found = doctor(blog)
    assert code == 1
    assert any(one["check"] == "database" and one["fix"] for one in found)


def test_plugins_that_do_not_run_are_found(
    make_blog: Callable[..., Blog], tmp_path: Path, doctor: Look
) -> None:
    drop_in(tmp_path / "site", "broken", "import nothing_like_this\n")
    blog = make_blog(folder=tmp_path / "site", plugins=[], strict=False)
    enable(blog.folder, "broken", "gone")
    change(
        blog,
        "INSERT INTO settings (owner, key, value, at) VALUES"
        " ('lost', 'a', '1', '2026-01-01 00:00:00.000000')",
    )
    code, found = doctor(blog)
    assert code == 1
    told = {one["sentence"].split(":")[0]: one["fix"] for one in found}
    assert told["broken is failed"] == "blogengine plugin info broken"
    assert "blogengine plugin disable gone" in told["gone is missing"]
    assert any("lost" in sentence for sentence in told)


def test_health_checks_of_plugins_are_asked(
    make_blog: Callable[..., Blog], tmp_path: Path, doctor: Look
) -> None:
    drop_in(
        tmp_path / "site",
        "sick",
        """
from blogengine.api import *
plugin = Plugin(summary="Sick.")


@hookimpl
def register_health_checks():
    return [HealthCheck("sick", "Well", lambda site: Health("warn", "Not well.", "Rest."))]
""",
    )
    blog = make_blog(folder=tmp_path / "site", plugins=["sick"], strict=False)
    enable(blog.folder, "sick")
    code, found = doctor(blog)
    assert code == 1
    (one,) = found
    assert (one["area"], one["state"], one["sentence"], one["fix"]) == (
        "sick",
        "warn",
        "Not well.",
        "Rest.",
    )


def test_a_clock_behind_the_last_change_and_waiting_migrations_are_found(
    blog: Blog, doctor: Look
) -> None:
    ahead = (utcnow() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M:%S.000000")
    change(blog, f"INSERT INTO changes (key, at) VALUES ('x', '{ahead}')")
    code, found = doctor(blog)
    assert (code, [one["area"] for one in found]) == (1, ["clock"])
    change(blog, "DELETE FROM changes WHERE key = 'x'", "UPDATE core_schema SET version_num = ''")
    code, found = doctor(blog)
    assert code == 1
    assert "blogengine migrate" in {one["fix"] for one in found}


def test_waiting_comments_and_a_stale_index_are_told_by_their_plugins(
    make_blog: Callable[..., Blog],
) -> None:
    blog = make_blog(plugins=["comments", "related"], strict=False)
    found = {check.name: check for _plugin, check in blog.site.contributions.health_checks}
    posts = [blog.post(f"Post {n} on ships", f"Text {n} about ships.") for n in range(9)]
    assert found["related_index"].run(blog.site).state == "ok"
    assert found["comments_waiting"].run(blog.site).state == "ok"
    long_ago = (utcnow() - timedelta(days=8)).strftime("%Y-%m-%d %H:%M:%S.000000")
    change(
        blog,
        "DELETE FROM related_feature",
        "INSERT INTO comments_comment (post_id, state, author, email, website, source, html,"
        f" sender, created_at) VALUES ({posts[0].id}, 'waiting', 'A', '', '', 'x', 'x', '',"
        f" '{long_ago}')",
    )
    from blogengine.db import db

    db.end_reading()
    index = found["related_index"].run(blog.site)
    assert (index.state, index.fix) == ("warn", "blogengine related rebuild")
    waiting = found["comments_waiting"].run(blog.site)
    assert (waiting.state, waiting.sentence) == (
        "warn",
        "1 comment has waited for more than a week.",
    )


def test_lists_are_compared_on_postgresql_too(
    make_blog: Callable[..., Blog], postgres_url: str
) -> None:
    blog = make_blog(plugins=[], required=True, database_url=postgres_url, strict=False)
    blog.post("One", tags=["Alpha"])
    assert blog.run("doctor") == 0


# --- probe ------------------------------------------------------------------------------------


@pytest.fixture
def served(make_blog: Callable[..., Blog]) -> Iterator[tuple[Blog, str]]:
    """A blog that answers on a port."""
    blog = make_blog(plugins=["feeds"], strict=False)
    blog.post("One", tags=["Alpha"])
    server = make_server("127.0.0.1", 0, blog.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield blog, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_probe_asks_what_visitors_ask(
    served: tuple[Blog, str], capsys: pytest.CaptureFixture[str]
) -> None:
    blog, address = served
    assert blog.run("probe", address, "--json", "--feed-age", "1") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["step"], row["state"]) for row in rows] == [
        (step, "ok")
        for step in (
            "alive",
            "home",
            "newest post",
            "tag",
            "feed",
            "sign-in page",
            "unknown address",
        )
    ]
    assert all(row["address"].startswith(address) for row in rows)


def test_probe_says_when_something_fails_or_nothing_answers(
    served: tuple[Blog, str], capsys: pytest.CaptureFixture[str]
) -> None:
    blog, address = served
    change(blog, "UPDATE posts SET published_at = '2020-01-01 00:00:00.000000'")
    change(blog, "UPDATE listing SET published_at = '2020-01-01 00:00:00.000000'")
    assert blog.run("probe", address) == 0
    assert blog.run("probe", address, "--feed-age", "30") == 69
    capsys.readouterr()
    change(blog, "DELETE FROM site_state")
    assert blog.run("probe", address, "--json") == 75
    rows = {row["step"]: row["state"] for row in json.loads(capsys.readouterr().out)}
    assert (rows["alive"], rows["home"], rows["feed"]) == ("ok", "busy", "busy")
    assert rows["unknown address"] == "busy"
    assert blog.run("probe", "http://127.0.0.1:9") == 69
    assert blog.run("probe", "nonsense") == 64


def test_doctor_greets_the_mail_server_and_finds_what_was_given_up(
    make_blog: Callable[..., Blog],
) -> None:
    blog = make_blog(plugins=[])
    site = blog.site
    assert [*check_mail(site), *check_jobs(site)] == []
    with mail_server() as server:
        object.__setattr__(site.config, "mail_url", server.url)
        assert list(check_mail(site)) == []
        assert server.mails == []
    (away,) = check_mail(site)
    assert "doesn't take mails now" in away.sentence
    object.__setattr__(site.config, "mail_url", "https://nowhere")
    (wrong,) = check_mail(site)
    assert "isn't the address of a mail server" in wrong.sentence
    with site.db.write() as session:
        number = site.mail.send(session, to="ann@example.org", subject="x", text="y")
        session.execute(update(JobRow).values(state="dead"))
        session.execute(update(MailRow).where(MailRow.id == number).values(state="unsure"))
    object.__setattr__(site.config, "mail_url", "")
    db.end_reading()
    (mails,), (jobs,) = check_mail(site), check_jobs(site)
    assert mails.fix == "blogengine mail list --state unsure"
    assert jobs.fix == "blogengine jobs list --state dead"
