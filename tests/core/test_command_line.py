"""The command line: what it prints, and its exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blogengine.cli.main import run
from tests.conftest import Blog


@pytest.fixture
def told(blog: Blog, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Run a command with --json and return what it printed."""

    def asked(*arguments: str) -> Any:
        assert blog.run(*arguments, "--json") == 0, capsys.readouterr().err
        return json.loads(capsys.readouterr().out)

    return asked


def test_a_post_can_be_led_through_its_life(told: Callable[..., Any], blog: Blog) -> None:
    made = told("post", "new", "--title", "One", "--text", "Hello.", "--tag", "Alpha")
    number = str(made["id"])
    assert (made["status"], made["url"]) == ("draft", "")
    assert told("post", "publish", number)["status"] == "published"
    shown = ("slug", "name", "posts", "url")
    assert [tuple(tag[name] for name in shown) for tag in told("tag", "list")] == [
        ("alpha", "Alpha", 1, "/tag/alpha/")
    ]
    assert told("post", "edit", number, "--text", "Changed.")["title"] == "One"
    assert told("post", "show", number)["source"] == "Changed."
    assert [r["version"] for r in told("post", "revisions", number)] == [3, 2, 1]
    told("post", "restore", number, "--revision", "1")
    assert told("post", "show", number)["source"] == "Hello."
    assert told("post", "unpublish", number)["status"] == "draft"
    assert told("post", "schedule", number, "2031-05-06T07:08")["status"] == "scheduled"
    assert told("post", "delete", number, "--dry-run")["status"] == "scheduled"
    assert told("post", "delete", number)["status"] == "trashed"
    assert told("post", "restore", number)["status"] == "scheduled"
    told("post", "delete", number, "--for-good")
    assert told("post", "list") == []


def test_the_text_may_come_from_a_file(
    blog: Blog, told: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "text.md").write_bytes("# Größe\r\n".encode())
    made = told("post", "new", "--title", "One", "--file", str(tmp_path / "text.md"))
    assert told("post", "show", str(made["id"]))["source"] == "# Größe\r\n"
    (tmp_path / "bad.md").write_bytes(b"\xff\xfe")
    assert blog.run("post", "new", "--title", "x", "--file", str(tmp_path / "bad.md")) == 65


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nonsense"], 64),
        (["post", "nonsense"], 64),
        (["post", "show"], 64),
        (["post", "show", "99"], 65),
        (["post", "show", "x"], 64),
        (["post", "publish", "99"], 65),
        (["post", "schedule", "1", "whenever"], 64),
        (["post", "edit", "1", "--visibility", "password"], 64),
        (["tag", "rename", "nothing", "x"], 65),
        (["settings", "get", "nothing"], 65),
        (["settings", "set", "posts_per_page", "0"], 65),
        (["settings", "set", "timezone", "Mars/Phobos"], 65),
        (["settings", "set", "base_url", "ftp://x"], 65),
        (["theme", "use", "nothing"], 65),
        (["plugin", "info", "nothing"], 65),
        (["user", "create", ""], 65),
    ],
)
def test_what_is_wrong_is_told_by_the_exit_code(
    blog: Blog, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    blog.post("One")
    assert blog.run(*arguments) == code
    said = capsys.readouterr().err
    assert said.strip()
    assert "Traceback" not in said


def test_the_commands_of_a_plugin_that_is_off_say_how_they_come(
    blog: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    assert blog.run("plugin", "disable", "comments") == 0
    capsys.readouterr()
    assert blog.run("comments", "list") == 65
    assert "blogengine plugin enable comments" in capsys.readouterr().err


def test_help_is_there_for_everything(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], ["post", "--help"], ["serve", "--help"], ["plugin", "--help"]):
        assert run(arguments) == 0
        assert "Usage: blogengine" in capsys.readouterr().out
    assert run(["--version"]) == 0


def test_init_makes_a_site_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new site"
    arguments = ["init", str(folder), "--title", "Mine", "--base-url", "https://x.example"]
    assert run([*arguments, "--timezone", "Europe/Berlin", "--author", "Ann", "--no-input"]) == 0
    key = folder / "instance" / "secret_key"
    assert key.stat().st_mode & 0o777 == 0o600
    before = key.read_text()
    assert run([*arguments, "--no-input"]) == 0
    assert "already" in capsys.readouterr().out
    assert key.read_text() == before
    assert run(["--site", str(folder), "settings", "get", "title"]) == 0
    assert capsys.readouterr().out == "Mine\n"
    assert run(["--site", str(folder), "user", "list", "--json"]) == 0
    (ann,) = json.loads(capsys.readouterr().out)
    assert (ann["slug"], ann["name"], ann["state"]) == ("ann", "Ann", "no sign-in")


def test_a_setting_goes_default_database_file_environment(
    make_blog: Callable[..., Blog],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    blog = make_blog(plugins=[])

    def shown() -> tuple[str, str]:
        assert blog.run("settings", "list", "--json") == 0
        rows = {row["key"]: row for row in json.loads(capsys.readouterr().out)}
        return rows["title"]["value"], rows["title"]["source"]

    assert shown() == ("My blog", "default")
    assert blog.run("settings", "set", "title", "Stored") == 0
    capsys.readouterr()
    assert shown() == ("Stored", "database")
    (blog.folder / "instance" / "blog.toml").write_text('title = "Written"\n')
    assert shown() == ("Written", "instance/blog.toml")
    monkeypatch.setenv("BLOGENGINE_TITLE", "Surrounding")
    assert shown() == ("Surrounding", "environment")
    assert blog.run("settings", "set", "title", "Stored again") == 65
    assert "environment" in capsys.readouterr().err


def test_a_setting_is_in_force_at_the_next_request_of_a_running_worker(blog: Blog) -> None:
    blog.post("One")
    assert "My blog" in blog.get("/").text
    assert blog.run("settings", "set", "title", "Another name") == 0
    assert "Another name" in blog.get("/").text


def test_migrate_is_quiet_when_there_is_nothing_to_do(
    blog: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    assert blog.run("migrate") == 0
    assert capsys.readouterr().out == ""
    assert blog.run("migrate", "--status", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows[0]["owner"] == "core"
    assert not any(row["pending"] for row in rows)
    assert blog.run("migrate", "make", "core", "Nothing") == 65


def test_a_database_of_newer_code_is_refused_untouched(make_blog: Callable[..., Blog]) -> None:
    import sqlite3
    from contextlib import closing

    blog = make_blog(plugins=[])
    file = blog.folder / "instance" / "blog.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE core_schema SET version_num = 'core_9999'")
        connection.commit()
    assert blog.run("migrate") == 78
    assert blog.run("post", "list") == 78


def test_a_taken_port_is_named(blog: Blog, capsys: pytest.CaptureFixture[str]) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert blog.run("serve", "--port", port) == 69
    assert port in capsys.readouterr().err


def test_a_post_can_have_a_date_of_long_ago(blog: Blog, capsys: pytest.CaptureFixture[str]) -> None:
    assert blog.run("post", "new", "--title", "Then", "--text", "x", "--date", "2020-11-25T09:00",
                    "--publish") == 0  # fmt: skip
    assert blog.get("/2020/11/then/").status_code == 200
    assert blog.run("post", "new", "--title", "Once", "--text", "x") == 0
    number = blog.site.posts.find(limit=1)[0].id
    capsys.readouterr()
    assert blog.run("post", "schedule", str(number), "2019-01-02T03:04") == 64
    assert f"post edit {number} --date" in capsys.readouterr().err
    assert blog.run("post", "edit", str(number), "--date", "2019-01-02T03:04") == 0
    assert blog.run("post", "publish", str(number)) == 0
    assert blog.get("/2019/01/once/").status_code == 200
    assert blog.run("post", "edit", str(number), "--date", "long ago") == 64
