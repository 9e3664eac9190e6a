"""Finding the guilty plugin: alone, in company, with what it requires, and when there is none."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Iterable
from itertools import combinations
from pathlib import Path

import pytest

from blogengine.config import load_config
from blogengine.lifecycle.bisecting import Search
from tests.conftest import Blog
from tests.core.test_plugin_host import GREETING, drop_in
from tests.core.test_plugin_migrations import turn_on
from tests.core.test_plugin_switching import requiring

NAMES = ("a", "b", "c", "d", "e", "f", "g")


def search(bad: Callable[[set[str]], bool], requires: dict[str, tuple[str, ...]]) -> Search:
    return Search(NAMES, requires, lambda names: "bad" if bad(set(names)) else "", lambda _text: 0)


@pytest.mark.parametrize("guilty", [*combinations(NAMES, 1), *combinations(NAMES, 2)])
def test_the_smallest_bad_set_is_found(guilty: tuple[str, ...]) -> None:
    assert search(set(guilty).issubset, {}).smallest(NAMES) == guilty


@pytest.mark.parametrize("guilty", NAMES)
def test_sets_always_hold_what_their_plugins_require(guilty: str) -> None:
    requires = {"b": ("a",), "c": ("b",), "e": ("d",), "g": ("f", "c")}
    tried: list[set[str]] = []

    def bad(names: set[str]) -> bool:
        tried.append(names)
        return guilty in names

    whole = search(bad, requires).smallest(NAMES)
    assert guilty in whole
    assert all(set(requires.get(name, ())) <= names for names in tried for name in names)
    assert all(not set(whole) > names for names in tried if guilty in names)


def test_one_guilty_plugin_of_many_takes_few_trials() -> None:
    many = [f"p{number:02}" for number in range(64)]
    found = Search(many, {}, lambda names: "bad" if "p37" in names else "", lambda _text: 0)
    assert found.smallest(many) == ("p37",)
    assert found.trials <= 12  # two for each of six halvings


@pytest.fixture
def many(make_blog: Callable[..., Blog]) -> Blog:
    """A site with three more plugins, all of them good."""
    blog = make_blog()
    for name in ("alpha", "beta", "gamma"):
        drop_in(blog.folder, name, GREETING.replace("Hello", f"{name} says hello"))
    turn_on(blog.folder, "alpha", "beta", "gamma")
    return blog


def verdict(
    blog: Blog, capsys: pytest.CaptureFixture[str], *options: str, code: int = 1
) -> dict[str, object]:
    capsys.readouterr()
    assert blog.run("plugin", "bisect", *options, "--json") == code
    record: dict[str, object] = json.loads(capsys.readouterr().out)
    return record


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GREETING.replace("    return Markup", "    1 / 0\n    return Markup"), "ZeroDivision"),
        ("import os\nos._exit(4)", "code 4"),
        ("raise ValueError('boom')", "boom"),
    ],
)
def test_a_plugin_that_fails_is_found_without_any_option(
    many: Blog, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    drop_in(many.folder, "beta", text)
    record = verdict(many, capsys)
    assert (record["outcome"], record["guilty"]) == ("found", ["beta"])
    assert said in str(record["why"])


def test_a_page_can_decide(many: Blog, capsys: pytest.CaptureFixture[str]) -> None:
    contains = ("--path", "/", "--contains", "gamma says hello")
    assert verdict(many, capsys, *contains)["guilty"] == ["gamma"]
    lacks = ("--path", "/", "--lacks", "nobody says this")
    assert verdict(many, capsys, *lacks)["outcome"] == "none"
    assert verdict(many, capsys, "--path", "/", code=0)["outcome"] == "good"
    drop_in(
        many.folder,
        "alpha",
        GREETING.replace("    return Markup", "    __import__('time').sleep(3)\n    return Markup"),
    )
    slower = ("--path", "/", "--slower-than", "2900")
    assert verdict(many, capsys, *slower)["guilty"] == ["alpha"]


def test_two_that_are_bad_only_together_are_both_named(
    many: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    drop_in(many.folder, "alpha", "import sys\nsys.modules['noise'] = sys\n" + GREETING)
    touchy = "    assert 'noise' not in __import__('sys').modules\n    return Markup"
    drop_in(many.folder, "gamma", GREETING.replace("    return Markup", touchy))
    assert verdict(many, capsys)["guilty"] == ["alpha", "gamma"]
    assert many.run("plugin", "bisect") == 1
    assert "Only together they are bad: alpha, gamma" in capsys.readouterr().out


def test_what_the_guilty_one_requires_is_told_apart(
    many: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    text = requiring("alpha").replace("    return Markup", "    1 / 0\n    return Markup")
    drop_in(many.folder, "beta", text)
    record = verdict(many, capsys)
    assert (record["guilty"], record["beside"]) == (["beta"], ["alpha"])


def test_a_command_can_decide_and_sees_a_copy(
    many: Blog, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    script = tmp_path / "judge.py"
    script.write_text(
        "import json, os, pathlib, subprocess, sys\n"
        "pathlib.Path(os.environ['BLOGENGINE_SITE'], 'instance', 'trace').touch()\n"
        "done = subprocess.run([sys.executable, '-m', 'blogengine', 'plugin', 'list', '--json'],\n"
        "                      capture_output=True, text=True)\n"
        "running = {row['name'] for row in json.loads(done.stdout) if row['state'] == 'running'}\n"
        "sys.exit(3 if 'gamma' in running else 0)\n"
    )
    command = shlex.join([sys.executable, str(script)])
    record = verdict(many, capsys, "--run", command)
    assert (record["guilty"], record["why"]) == (["gamma"], "the command ended with code 3")
    assert not (many.folder / "instance" / "trace").exists()


def test_somebody_can_be_asked(
    many: Blog, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []

    def good(address: str, names: tuple[str, ...]) -> bool:
        asked.append((address, names))
        return "beta" not in names

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("blogengine.cli.plugin.bisecting._good", good)
    assert verdict(many, capsys, "--ask")["guilty"] == ["beta"]
    assert all(address.startswith("http://127.0.0.1:") for address, _names in asked)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--contains", "x"), 65),
        (("--path", "x"), 65),
        (("--run", "true", "--path", "/"), 64),
        (("--ask",), 64),
    ],
)
def test_options_that_make_no_sense_are_refused(
    blog: Blog, options: tuple[str, ...], code: int
) -> None:
    assert blog.run("plugin", "bisect", *options) == code


@pytest.mark.parametrize(
    ("value", "running"), [("beta,feeds", {"beta", "feeds"}), ("-", set()), ("gone", set())]
)
def test_only_named_plugins_are_loaded(many: Blog, value: str, running: Iterable[str]) -> None:
    from blogengine.app import create_app

    config = load_config(many.folder, environ={"BLOGENGINE_ONLY_PLUGINS": value})
    host = create_app(config).extensions["blogengine"].host
    assert {item.name for item in host.statuses() if item.state == "running"} == set(running)
