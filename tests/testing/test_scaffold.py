"""`blogengine plugin new`: what it writes can be installed, passes its tests and every check."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from blogengine.testing.blog import Blog
from blogengine.testing.scaffolding import KINDS

TESTS = ["-m", "pytest", "-q", "-p", "blogengine.testing.plugin", "-p", "no:cacheprovider"]


def python(*arguments: str | Path, cwd: Path, **environment: str) -> str:
    """Run Python on something that has to succeed; return what it printed."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env=os.environ | {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{arguments} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout


def new(name: str, *options: str, cwd: Path) -> str:
    return python("-m", "blogengine", "plugin", "new", name, *options, cwd=cwd)


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_new_plugin_can_be_installed_and_holds_every_check(kind: str, tmp_path: Path) -> None:
    name = f"my_{kind}"
    said = new(name, "--kind", kind, cwd=tmp_path)
    project = tmp_path / f"blog-my-{kind}"
    assert len(said.splitlines()) == 4 and str(project.name) in said
    for file in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        text = (project / file).read_text("utf-8")
        assert text.strip() and "@" not in text.replace("@hookimpl", "")

    installed = tmp_path / "installed"
    pip = ["-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation"]
    python(*pip, "--target", installed, project, cwd=tmp_path)
    path = {"PYTHONPATH": str(installed)}
    plain = {**path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    assert " passed" in python(*TESTS, cwd=project, **plain)
    rules = ["--isolated", "--line-length", "100"]
    python("-m", "ruff", "check", "-q", *rules, "--select", "E,F,W,B,I,UP", ".", cwd=project)
    python("-m", "ruff", "format", "--check", *rules, ".", cwd=project)

    told = python("-m", "blogengine", "plugin", "check", name, "--json", cwd=tmp_path, **path)
    report = json.loads(told)
    bad = [check for check in report["checks"] if check["state"] == "failed"]
    assert (bad, report["level"]) == ([], "gold")


@pytest.mark.slow
def test_pytest_runs_each_check_as_a_test(tmp_path: Path) -> None:
    (tmp_path / "plugins").mkdir()
    text = "from blogengine.api import Plugin, hookimpl\n\nplugin = Plugin(summary='x')\n"
    (tmp_path / "plugins" / "trial.py").write_text(text)
    (tmp_path / "test_own.py").write_text("def test_own(): pass\n")
    done = subprocess.run(
        [sys.executable, *TESTS, "-rsf", "--blogengine-check=trial"],
        cwd=tmp_path,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "FAILED" in done.stdout and "BE04 Hooks are what the engine knows" in done.stdout
    assert "1 failed" in done.stdout and "It has no tables." in done.stdout, done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_drop_in_runs_in_its_site(
    kind: str, make_blog: Callable[..., Blog], tmp_path: Path
) -> None:
    blog = make_blog(folder=tmp_path / "site", plugins=[])
    assert blog.run("plugin", "new", "seaside", "--kind", kind, "--drop-in") == 0
    single = (tmp_path / "site" / "plugins" / "seaside.py").is_file()
    assert single == (kind in ("widget", "filter"))
    again = make_blog(folder=tmp_path / "site", plugins=["seaside"])
    assert again.reason("seaside") == ""
    assert again.get(again.post().url).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("Bad-Name",), 65, "can't be a plugin's name"),
        (("settings",), 65, "can't be a plugin's name"),
        (("class",), 65, "can't be a plugin's name"),
        (("fine", "--kind", "comet"), 64, "comet"),
        (("fine", "--drop-in", "--folder", "x"), 64, "takes no --folder"),
        (("hello", "--drop-in"), 65, "already a plugin called hello"),
        (("fine", "--folder", "{full}"), 65, "There is something at"),
        (("fine", "--folder", "{full}/a/b"), 73, "can't be written"),
    ],
)
def test_what_can_not_be_written_is_refused(
    arguments: tuple[str, ...],
    code: int,
    said: str,
    make_blog: Callable[..., Blog],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "a").write_text("mine")
    given = [word.replace("{full}", str(full)) for word in arguments]
    assert make_blog(plugins=[]).run("plugin", "new", *given) == code
    assert said in capsys.readouterr().err
    assert [file.name for file in full.iterdir()] == ["a"]
    assert (full / "a").read_text() == "mine"
