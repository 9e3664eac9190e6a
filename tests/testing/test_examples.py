"""The distributions in docs/examples, as their authors and as the owner of a site use them."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import sysconfig
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.core.test_plugin_installing import Place
from tests.core.test_serving import STOPPED_WITHIN, Served, free_port

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "docs" / "examples"
LOGS = ('INSERT INTO "changes"', 'INSERT INTO "audit"')
NOT_SOURCE = shutil.ignore_patterns("__pycache__", "*.egg-info", "build", "dist", ".*_cache")

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Example:
    """A distribution with its one plugin, and what shows that it works."""

    name: str
    use: Callable[[Owner], None]
    seen: Callable[[Owner], bool]
    renders: bool = False

    @property
    def distribution(self) -> str:
        return f"blog-{self.name.replace('_', '-')}"

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Owner:
    """Somebody with a site, who types commands and looks at pages."""

    place: Place
    server: Served

    def does(self, *arguments: str) -> str:
        """Run a command that has to succeed; return what it printed."""
        done = self.place.run(*arguments)
        assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def sees(self, words: str, path: str) -> bool:
        return words in self.server.get(path)[1]

    def waits(self, condition: Callable[[], bool], what: str) -> None:
        self.server.until(condition, what)


# --- what each of them is for -----------------------------------------------------------------


def leave_no_post_out(owner: Owner) -> None:
    """Set a setting."""
    assert not owner.sees("w-post_of_the_day", "/"), "the newest ten are left out at first"
    owner.does("plugin", "settings", "post_of_the_day", "skip=0")


def shows_an_older_post(owner: Owner) -> bool:
    return owner.sees('id="w-post_of_the_day"', "/tags/")


def sign_the_guestbook(owner: Owner) -> None:
    """Write as a visitor, read and approve as the owner."""
    entry = urllib.parse.urlencode({"name": "Ann", "text": "A <fine> place"}).encode()
    address = f"http://127.0.0.1:{owner.server.port}/guestbook/"
    elsewhere = urllib.request.Request(address, entry, {"Sec-Fetch-Site": "cross-site"})
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(elsewhere, timeout=20)
    here = urllib.request.Request(address, entry, {"Sec-Fetch-Site": "same-origin"})
    with urllib.request.urlopen(here, timeout=20) as answer:
        assert "Your entry is shown once it is approved." in answer.read().decode()
    assert not owner.sees("Ann", "/guestbook/")
    assert "1  " in owner.does("guestbook", "list")
    owner.does("guestbook", "approve", "1")


def shows_the_entry(owner: Owner) -> bool:
    return owner.sees("<p>A &lt;fine&gt; place</p>", "/guestbook/")


def write_keys(owner: Owner) -> None:
    """Render the post again, as the owner is told to."""
    owner.does("post", "render")


def shows_keys(owner: Owner) -> bool:
    return owner.sees("<kbd>Ctrl</kbd>+<kbd>C</kbd>", "/")


ALL = [
    Example("post_of_the_day", leave_no_post_out, shows_an_older_post),
    Example("guestbook", sign_the_guestbook, shows_the_entry),
    Example("keystrokes", write_keys, shows_keys, renders=True),
]

example = pytest.mark.parametrize("example", ALL, ids=str)


def test_every_example_is_tried_here() -> None:
    folders = {file.parent.name for file in EXAMPLES.glob("*/pyproject.toml")}
    assert folders == {example.distribution for example in ALL}


# --- the whole way ----------------------------------------------------------------------------


@pytest.fixture
def place(fresh_site: Path, tmp_path: Path) -> Place:
    """A site, and an environment of its own that sees the engine and nothing of the network."""
    folder = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    packages = site_packages(folder)
    (packages / "ours.pth").write_text(
        f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    )
    shutil.copytree(fresh_site, tmp_path / "site")
    (tmp_path / "wheels").mkdir()
    return Place(tmp_path / "site", folder / "bin" / "python", tmp_path / "wheels")


def site_packages(environment: Path) -> Path:
    return environment / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"


@contextmanager
def serving(place: Place, log: Path) -> Iterator[Served]:
    """Serve the site with the environment's Python."""
    port = free_port()
    command = [str(place.python), "-m", "blogengine", "--site", str(place.site)]
    with log.open("w") as out:
        process = subprocess.Popen(
            [*command, "serve", "--port", str(port)],
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    server = Served(place.site, port, process, log)
    try:
        server.until(lambda: "Stop with" in log.read_text(), "started", 60)
        yield server
        server.stop()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=STOPPED_WITHIN)


def stored(site: Path) -> str:
    """Return all that is in the database, as text, but for the logs of what was done."""
    with closing(sqlite3.connect(site / "instance" / "blog.db")) as connection:
        lines = connection.iterdump()
        return "\n".join(line for line in lines if not line.startswith(LOGS))


@example
def test_it_is_installed_checked_used_and_removed(
    example: Example, place: Place, tmp_path: Path
) -> None:
    project = tmp_path / example.distribution
    shutil.copytree(EXAMPLES / example.distribution, project, ignore=NOT_SOURCE)
    place.run("post", "new", "--title", "Copying", "--text", "Press [[Ctrl+C]].", "--publish")
    with serving(place, tmp_path / "serve.log") as server:
        owner = Owner(place, server)
        owner.does("plugin", "install", str(project), "--yes")
        own_tests = place.call("-m", "pytest", "-q", "-p", "no:cacheprovider", str(project))
        assert own_tests.returncode == 0, own_tests.stdout
        checked = owner.does("plugin", "check", example.name)
        assert checked.splitlines()[-1] == f"{example.name}: gold", checked
        owner.does("plugin", "enable", example.name)
        example.use(owner)
        owner.waits(lambda: example.seen(owner), "used")
        owner.does("plugin", "disable", example.name)
        if example.renders:
            owner.does("post", "render")
        owner.waits(lambda: not example.seen(owner), "switched off")
        owner.does("plugin", "uninstall", example.name, "--yes")
        assert owner.server.get("/")[0] == 200
    packages = site_packages(place.python.parent.parent)
    left = {file.name for file in packages.iterdir() if file.name != "__pycache__"}
    assert left == {"ours.pth"}
    assert example.name not in place.states()
    assert example.name not in stored(place.site)
