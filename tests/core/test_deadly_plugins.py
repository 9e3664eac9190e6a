"""Plugins that hang, spin, fill or end their process, in a real server: what it costs, and whom.

Each site has a bad plugin for every hook. Whatever they do, other visitors are answered within
five seconds without a 5xx, each plugin is named and paused (or failed, where a hook is asked once),
and afterwards the site is as if they weren't there.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.core.bad_plugins import HOOKS, enable, write_bad
from tests.core.test_serving import Served, serve  # noqa: F401 - a fixture

pytestmark = [pytest.mark.xdist_group("serving"), pytest.mark.slow]

ALL_WITHIN = 300
ANSWERED_WITHIN = 5.0

AT_REQUESTS = [hook for hook, kind in HOOKS.items() if kind.when not in ("boot", "event")]
AT_EVENTS = [hook for hook in HOOKS if hook.startswith("on_post_")]

KINDS = {"hangs": "hang", "spins": "hang", "leaks": "memory", "ends the process": "exit"}
"""What each way is recorded as."""


def usual(*ways: str, of: Iterable[str] = KINDS) -> list[Any]:
    """Return all ways as cases; what isn't one of the usual ones is left to `make soak`."""
    return [pytest.param(way, marks=() if way in ways else pytest.mark.soak) for way in of]


WITHOUT_LEAKS = [way for way in KINDS if way != "leaks"]

QUICK = """
import sys
from blogengine.guard import limits

for limit in (limits.EVENT, limits.LOADING):
    object.__setattr__(limit, "hang", 1.0)

from blogengine.cli import main
main(sys.argv[1:])
"""
"""The program with shorter bounds, so that a test needn't wait ten seconds for each hook."""


@pytest.fixture(autouse=True)
def as_on_a_real_site(real_bounds: None) -> None:
    """These tests wait for what hangs."""


@dataclass
class Visitor:
    """Somebody who asks for pages; a connection that is cut is counted, a 5xx is a failure."""

    port: int
    cut: int = 0
    slowest: float = 0.0
    bad: list[tuple[str, int]] = field(default_factory=list)

    def get(self, path: str, *, public: bool = True) -> int | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        began = time.monotonic()
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self.cut += 1
            return None
        finally:
            connection.close()
        self.slowest = max(self.slowest, time.monotonic() - began)
        if public and answer.status >= 500:
            self.bad.append((path, answer.status))
        return answer.status


def states(served: Served) -> dict[str, str]:
    done = served.run("plugin", "list", "--json")
    assert done.returncode == 0, done.stderr
    return {row["name"]: row["state"] for row in json.loads(done.stdout)}


def faults(served: Served) -> set[tuple[str, str, str]]:
    done = served.run("plugin", "errors", "--json")
    return {(row["plugin"], row["hook"], row["kind"]) for row in json.loads(done.stdout)}


# What spins hangs as well, and takes the interpreter from the watch while it does.
@pytest.mark.parametrize("way", usual("spins", "ends the process"))
def test_a_deadly_plugin_costs_what_was_in_flight_and_nothing_else(
    serve: Callable[..., Served],  # noqa: F811
    tmp_path: Path,
    fresh_site: Path,
    way: str,
) -> None:
    import shutil

    folder = tmp_path / "site"
    shutil.copytree(fresh_site, folder)
    names = {f"bad_{hook}": hook for hook in AT_REQUESTS}
    signals = [write_bad(folder, name, hook, way) for name, hook in names.items()]
    enable(folder, *names)
    served = serve(folder=folder)
    served.run("post", "new", "--title", "A good post", "--text", "x", "--tag", "A", "--publish")
    assert served.get("/tag/a/")[0] == 200
    assert {states(served)[name] for name in names} == {"running"}

    for signal in signals:
        signal.touch()
    visitor = Visitor(served.port)
    named: set[str] = set()
    end = time.monotonic() + ALL_WITHIN
    while named != set(names) and time.monotonic() < end:
        for name, hook in names.items():
            when = HOOKS[hook].when
            if name not in named and when.startswith("/"):
                visitor.get(when.replace("NAME", name), public=False)
        for path in ("/tag/a/", "/", "/tags/"):
            visitor.get(path)
        named = {plugin for plugin, _hook, _kind in faults(served)} & set(names)
    assert named == set(names), served.log.read_text()
    assert visitor.bad == []

    told = {(plugin, hook) for plugin, hook, kind in faults(served) if kind == KINDS[way]}
    assert {
        (name, HOOKS[hook].called.replace("NAME", name)) for name, hook in names.items()
    } <= told
    assert {name: states(served)[name] for name in names} == dict.fromkeys(names, "paused"), (
        served.run("plugin", "errors").stdout + served.log.read_text()
    )
    after = Visitor(served.port)
    assert [after.get(path) for path in ("/tag/a/", "/", "/tags/", "/feed/")] == [200] * 4
    assert (after.cut, after.slowest < ANSWERED_WITHIN) == (0, True)
    assert served.process.poll() is None


@pytest.mark.parametrize("way", usual("hangs", "leaks"))
def test_a_deadly_plugin_costs_a_command_nothing_that_was_saved(
    tmp_path: Path, fresh_site: Path, way: str
) -> None:
    import shutil

    folder = tmp_path / "site"
    shutil.copytree(fresh_site, folder)
    names = {f"bad_{hook}": hook for hook in AT_EVENTS}
    for name, hook in names.items():
        write_bad(folder, name, hook, way).touch()
    enable(folder, *names)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        # Between these tests and the program stands a shell, as it does for everybody: on Linux a
        # started process takes over the peak of memory of the one that started it, and what a
        # plugin takes below that peak can't be seen.
        program = ["sh", "-c", '"$@"; exit $?', "sh", sys.executable, "-c", QUICK]
        command = [*program, "--site", str(folder), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    # Ending the process in one hook keeps the next from being reached: then it takes more saves.
    # On a slow machine the first pause is over before the last one begins.
    paused: set[str] = set()
    for number in range(1, 17):
        run("post", "new", "--title", f"Post {number}", "--text", "x", "--publish")
        for row in json.loads(run("post", "list", "--json").stdout):
            run("post", "delete", str(row["id"]), "--for-good")
        paused |= {
            row["name"]
            for row in json.loads(run("plugin", "list", "--json").stdout)
            if row["state"] == "paused"
        }
        if paused >= set(names):
            break
    assert paused >= set(names)
    told = json.loads(run("plugin", "errors", "--json").stdout)
    assert {(row["plugin"], row["hook"]) for row in told} == set(names.items())
    # A pause that is over meanwhile is one more try for a plugin, and the next pause is longer.
    for _ in names:
        done = run("post", "new", "--title", "Last", "--text", "x", "--publish")
        if done.returncode == 0:
            break
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("hook", "way"),
    [
        ("import", "spins"),
        ("register_widgets", "ends the process"),
        *(
            pytest.param(hook, way, marks=pytest.mark.soak)
            for hook, way in [
                ("import", "hangs"),
                ("import", "ends the process"),
                ("register_widgets", "hangs"),
                ("register_widgets", "spins"),
            ]
        ),
    ],
)
def test_a_plugin_that_is_deadly_while_it_is_loaded_is_left_out(
    serve: Callable[..., Served],  # noqa: F811
    tmp_path: Path,
    fresh_site: Path,
    hook: str,
    way: str,
) -> None:
    import shutil

    folder = tmp_path / "site"
    shutil.copytree(fresh_site, folder)
    go = write_bad(folder, "culprit", hook, way)
    enable(folder, "culprit")
    go.touch()
    served = serve(folder=folder, program=QUICK)
    served.until(lambda: served.get("/")[0] == 200, "served", 60)
    assert ("culprit", hook, KINDS[way]) in faults(served)
    go.unlink()
    assert served.run("plugin", "errors", "culprit", "--retry").returncode == 0
    served.process.send_signal(1)
    served.until(lambda: states(served)["culprit"] == "running", "came back", 60)


@pytest.mark.parametrize("way", usual("ends the process", of=WITHOUT_LEAKS))
def test_a_plugin_that_is_deadly_inside_a_save_leaves_no_lock_and_nothing_half_written(
    serve: Callable[..., Served],  # noqa: F811
    tmp_path: Path,
    fresh_site: Path,
    way: str,
) -> None:
    """A scheduled post comes with a visitor's request: that costs a worker, then it is there."""
    import shutil

    folder = tmp_path / "site"
    shutil.copytree(fresh_site, folder)
    go = write_bad(folder, "culprit", "on_post_saving", way)
    enable(folder, "culprit")
    served = serve(folder=folder)
    served.run("post", "new", "--title", "Due", "--text", "x")
    due = datetime.now(UTC) + timedelta(seconds=15)
    assert served.run("post", "schedule", "1", due.isoformat()).returncode == 0
    go.touch()
    visitor = Visitor(served.port)
    end = time.monotonic() + ALL_WITHIN
    while visitor.get("/feed/") is None or status_of(served, 1) != "published":
        assert time.monotonic() < end, served.log.read_text()
    assert ("culprit", "on_post_saving", KINDS[way]) in faults(served)
    assert states(served)["culprit"] == "paused"
    assert visitor.bad == []
    done = served.run("post", "new", "--title", "Next", "--text", "x", "--publish")
    assert done.returncode == 0, done.stderr
    revisions = json.loads(served.run("post", "revisions", "1", "--json").stdout)
    assert [row["note"] for row in revisions].count("Published at its time") == 1


def status_of(served: Served, post_id: int) -> str:
    found: str = json.loads(served.run("post", "show", str(post_id), "--json").stdout)["status"]
    return found
