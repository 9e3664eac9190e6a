"""The real program: served by gunicorn, asked over sockets, changed while it serves."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from blogengine.errors import UserError
from tests.conftest import Blog
from tests.core.test_plugin_host import GREETING, drop_in

STARTED_WITHIN = 60
STOPPED_WITHIN = 40
CLIENTS = 8

pytestmark = pytest.mark.xdist_group("serving")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Served:
    """A running `blogengine serve`."""

    folder: Path
    port: int
    process: subprocess.Popen[str]
    log: Path

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "blogengine", "--site", str(self.folder), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=STOPPED_WITHIN)

    def until(self, condition: Callable[[], bool], what: str, seconds: float = 120) -> None:
        """Poll for a condition; the bound is only against hanging."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"{what} within {seconds} s\n{self.log.read_text()}"
            assert self.process.poll() is None or "stopped" in what, self.log.read_text()
            time.sleep(0.05)


@pytest.fixture
def serve(tmp_path: Path, fresh_site: Path) -> Iterator[Callable[..., Served]]:
    import shutil

    running: list[Served] = []

    def start(*options: str, folder: Path | None = None, program: str = "") -> Served:
        place = folder or tmp_path / "site"
        if not place.exists():
            shutil.copytree(fresh_site, place)
        port, log = free_port(), tmp_path / f"serve{len(running)}.log"
        started = ["-c", program] if program else ["-m", "blogengine"]
        command = [sys.executable, *started, "--site", str(place)]
        with log.open("w") as out:
            process = subprocess.Popen(
                [*command, "serve", "--port", str(port), *options],
                stdout=out,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        served = Served(place, port, process, log)
        running.append(served)
        served.until(lambda: "Stop with" in log.read_text(), "started", STARTED_WITHIN)
        return served

    yield start
    for served in running:
        if served.process.poll() is None:
            os.killpg(served.process.pid, signal.SIGKILL)
            served.process.wait(timeout=STOPPED_WITHIN)


@dataclass
class Visitors:
    """Eight clients that ask one page over and over, each on a kept connection."""

    port: int
    path: str
    answers: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    saw: set[bool] = field(default_factory=set)
    busy: set[int] = field(default_factory=set)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Visitors:
        self._threads = [threading.Thread(target=self._ask) for _ in range(CLIENTS)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=30)

    def _ask(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while not self._stop.is_set():
            try:
                connection.request("GET", self.path)
                answer = connection.getresponse()
                text = answer.read().decode()
                self.answers.append(answer.status)
                self.saw.add("Hello, reader!" in text)
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
                connection.close()
                continue
            self.busy.add(threading.get_ident())
            if answer.getheader("Connection") == "close":
                connection.close()
        connection.close()


def test_a_plugin_comes_and_goes_while_eight_clients_lose_nothing(
    serve: Callable[..., Served],
) -> None:
    served = serve()
    drop_in(served.folder, "greeting", GREETING)
    served.run("post", "new", "--title", "One", "--text", "x", "--tag", "Alpha", "--publish")
    before = served.get("/tag/alpha/")
    with Visitors(served.port, "/tag/alpha/") as visitors:
        assert served.run("plugin", "enable", "greeting").returncode == 0
        assert "Hello, reader!" in served.get("/tag/alpha/")[1]
        broken = GREETING.replace("    return Markup", "    1 / 0\n    return Markup")
        drop_in(served.folder, "greeting", broken)
        assert served.run("plugin", "disable", "greeting").returncode == 0
        after = served.get("/tag/alpha/")
    assert (set(visitors.answers), visitors.failures) == ({200}, [])
    assert len(visitors.busy) == CLIENTS
    assert visitors.saw == {True, False}
    assert after == before


def test_a_plugin_that_breaks_later_is_logged_by_name_and_pages_stay(
    serve: Callable[..., Served],
) -> None:
    folder = serve().folder
    raising = GREETING.replace(
        "    return Markup",
        "    from pathlib import Path\n"
        "    if Path(__file__).with_name('break').exists():\n"
        "        raise ValueError('broken now')\n"
        "    return Markup",
    )
    drop_in(folder, "greeting", raising)
    served = serve_again(serve, folder)
    assert served.run("plugin", "enable", "greeting").returncode == 0
    assert "Hello, reader!" in served.get("/")[1]
    (folder / "plugins" / "break").touch()
    for _ in range(20):
        status, html = served.get("/")
        assert (status, "Hello" in html) == (200, False)
    log = served.log.read_text()
    assert "Plugin greeting failed in widget greeting: ValueError('broken now')" in log
    assert "Plugin greeting is paused" in log


def serve_again(serve: Callable[..., Served], folder: Path) -> Served:
    """Stop whatever serves the folder and serve it anew."""
    pid = int((folder / "instance" / "run" / "serve.pid").read_text())
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + STOPPED_WITHIN
    while (folder / "instance" / "run" / "serve.pid").exists():
        assert time.monotonic() < end
        time.sleep(0.05)
    return serve(folder=folder)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly(serve: Callable[..., Served], number: int) -> None:
    served = serve()
    assert served.get("/")[0] == 200
    assert served.stop(number) == 0
    assert "Traceback" not in served.log.read_text()
    with pytest.raises(OSError):
        served.get("/")
    assert not list((served.folder / "instance" / "run").glob("worker-*"))


def test_a_second_server_of_one_site_is_refused(serve: Callable[..., Served]) -> None:
    served = serve()
    second = served.run("serve", "--port", str(free_port()))
    assert second.returncode == 69
    assert "already" in second.stderr


def test_the_site_survives_kill_9_of_everything(serve: Callable[..., Served]) -> None:
    served = serve()
    served.run("post", "new", "--title", "Kept", "--text", "x", "--publish")
    os.killpg(served.process.pid, signal.SIGKILL)
    served.process.wait(timeout=STOPPED_WITHIN)
    again = serve(folder=served.folder)
    assert "Kept" in again.get("/")[1]


def test_the_demo_keeps_what_was_written(serve: Callable[..., Served], tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    served = serve("--demo", folder=folder)
    status, html = served.get("/tag/ecommerce/")
    assert status == 200
    assert len(re.findall('<article class="h-entry"', html)) == 10
    assert f'<link rel="canonical" href="http://127.0.0.1:{served.port}/tag/ecommerce/">' in html
    assert f"http://127.0.0.1:{served.port}/tag/ecommerce/" in served.log.read_text()
    served.run("post", "new", "--title", "Mine", "--text", "My own words.", "--publish")
    assert served.stop() == 0
    again = serve("--demo", folder=folder)
    assert "My own words." in again.get("/")[1]
    assert again.run("demo", "remove").returncode == 0
    assert again.get("/tag/ecommerce/")[0] == 404
    assert "My own words." in again.get("/")[1]


def test_a_site_without_an_owner_prints_a_link_to_become_it(
    serve: Callable[..., Served], make_blog: Callable[..., Blog]
) -> None:
    served = serve()
    link = re.search(r"https://blog\.example/admin/setup/(\S{43})$", served.log.read_text(), re.M)
    assert link, served.log.read_text()
    identity = make_blog(folder=served.folder).site.identity
    done = identity.accept_first_run(link[1], "Ann", "ann@example.org", "seven quiet lighthouses")
    assert done.actor.role == "owner"
    served.stop()
    again = serve(folder=served.folder)
    assert "/admin/" not in again.log.read_text()


def test_every_start_of_a_demo_prints_another_link_that_signs_in_once(
    serve: Callable[..., Served], make_blog: Callable[..., Blog], tmp_path: Path
) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    tokens = []
    for _ in range(2):
        served = serve("--demo", folder=folder)
        place = rf"http://localhost:{served.port}/admin/enter/(\S{{43}})$"
        link = re.search(place, served.log.read_text(), re.M)
        assert link, served.log.read_text()
        tokens.append(link[1])
        served.stop()
    identity = make_blog(folder=folder, plugins=["demo"]).site.identity
    assert identity.enter(tokens[1]).actor.role == "owner"
    for over in tokens:
        with pytest.raises(UserError):
            identity.enter(over)


def test_slow_and_broken_bodies_cost_nobody_else_anything(serve: Callable[..., Served]) -> None:
    served = serve()
    head = "POST /nothing/ HTTP/1.1\r\nHost: x\r\n"
    slow = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(24)]
    try:
        for connection in slow:
            connection.sendall(f"{head}Content-Length: 10000\r\n\r\nhello".encode())
        began = time.monotonic()
        assert [served.get("/")[0] for _ in range(5)] == [200] * 5
        assert time.monotonic() - began < 10
    finally:
        for connection in slow:
            connection.close()
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as connection:
        connection.sendall(
            f"{head}Transfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n0\r\n\r\n".encode()
        )
        answer = connection.recv(1000)
    assert answer.startswith(b"HTTP/1.1 400")
    named = re.search(rb"X-Request-Id: (\w{32})\r\n", answer)
    assert named is not None, answer
    served.until(lambda: named[1].decode() in served.log.read_text(), "the refusal's line")
    assert b"gunicorn" not in answer
    assert served.get("/")[0] == 200


def test_with_reload_a_saved_file_of_an_installed_plugin_is_live_at_once(
    serve: Callable[..., Served], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = tmp_path / "packages" / "blog_greeting-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: blog-greeting\nVersion: 1.0\n")
    points = "[blogengine.plugins]\ngreeting = blog_greeting\n"
    (about / "entry_points.txt").write_text(points)
    file = about.parent / "blog_greeting" / "__init__.py"
    file.parent.mkdir()
    file.write_text(GREETING)
    monkeypatch.setenv("PYTHONPATH", str(about.parent))
    served = serve("--reload")
    assert served.run("plugin", "enable", "greeting").returncode == 0
    served.until(lambda: "Hello, reader!" in served.get("/")[1], "the plugin is on")
    file.write_text(GREETING + "x = (")
    served.until(lambda: "Hello" not in served.get("/")[1], "the site goes on without it")
    file.write_text(GREETING.replace("Hello", "Good day"))
    served.until(lambda: "Good day, reader!" in served.get("/")[1], "the change is live")


def test_with_reload_a_saved_plugin_is_live_at_once(serve: Callable[..., Served]) -> None:
    served = serve("--reload")
    drop_in(served.folder, "greeting", GREETING)
    served.until(lambda: "Hello, reader!" in served.get("/")[1], "the new plugin is on")
    drop_in(served.folder, "greeting", GREETING.replace("Hello", "Good day"))
    served.until(lambda: "Good day, reader!" in served.get("/")[1], "the change is live")
    drop_in(served.folder, "greeting", GREETING + "x = (")
    served.until(lambda: "never closed" in served.log.read_text(), "the mistake is told")
    served.until(lambda: "Good day" not in served.get("/")[1], "the site goes on without it")
    (served.folder / "plugins" / "greeting.py").unlink()
    served.until(lambda: served.get("/")[0] == 200, "the site is as before")


def test_a_server_logs_one_json_line_a_request_to_its_standard_output(
    serve: Callable[..., Served],
) -> None:
    served = serve("--workers", "1")
    served.get("/?token=planted-query-7")
    served.get("/healthz")
    served.until(lambda: '"url.path": "/"' in served.log.read_text(), "the request's line")
    # What comes back as no HTTP at all is gunicorn's own to tell.
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as connection:
        connection.sendall(b"nonsense\r\n\r\n")
        connection.recv(1000)
    worker = next((served.folder / "instance" / "run").glob("worker-*"))
    os.kill(int(worker.name.removeprefix("worker-")), signal.SIGKILL)
    served.until(lambda: "gunicorn.error" in served.log.read_text(), "gunicorn's line")
    served.stop()
    text = served.log.read_text()
    # Told on standard error, to whoever started it. A link that makes an owner is in no log.
    written = [line for line in text.splitlines() if line.startswith("{")]
    told = [line.partition(":")[0].partition(".")[0] for line in text.splitlines()]
    told = [words for words in told if not words.startswith("{")]
    assert told == ["Your blog", "Nobody owns this site yet", "Stop with Ctrl-C"]
    assert "/admin/setup/" not in "".join(written)
    lines = [json.loads(line) for line in written]
    asked = [line for line in lines if line["log.logger"] == "blogengine.requests"]
    assert [(line["url.path"], line["http.response.status_code"]) for line in asked] == [("/", 200)]
    assert any(line["message"].startswith("Your blog: http://127.0.0.1:") for line in lines)
    assert "planted" not in text


THREADED = """
import threading
from flask import current_app
from blogengine.api import *

plugin = Plugin(summary="Does something by itself, outside of any request.")
routes = Blueprint("restless", __name__)


@hookimpl
def register_blueprints():
    return [routes]


@hookimpl
def register_commands(site, cli):
    @cli.command("who")
    def who():
        print(current_actor().kind)


@hookimpl
def register_jobs():
    return [Job("who", lambda site, payload: site.log("restless").warning(current_actor().kind))]


@routes.get("/restless/", permission="public")
def act():
    app, told = current_app._get_current_object(), []

    def work():
        with app.app_context():
            told.append(current_actor().kind)
            for do in (
                lambda: site.posts.create(PostDraft("Taken over", status="published")),
                lambda: site.mail.find(),
            ):
                try:
                    do()
                    told.append("done")
                except Denied as denied:
                    told.append(denied.code)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    with site.db.write() as session:
        site.jobs.enqueue(session, "restless.who", {})
    return " ".join(told)
"""


def test_a_plugins_own_thread_in_a_server_is_nobody_and_commands_stay_the_operators(
    serve: Callable[..., Served], tmp_path: Path, fresh_site: Path
) -> None:
    import shutil

    folder = tmp_path / "site"
    shutil.copytree(fresh_site, folder)
    drop_in(folder, "restless", THREADED)
    served = Served(folder, 0, None, tmp_path / "none")  # type: ignore[arg-type]
    assert served.run("plugin", "enable", "restless").returncode == 0
    served = serve("--workers", "1", folder=folder)
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
    connection.request("GET", "/")
    assert "Server" not in dict(connection.getresponse().getheaders())
    connection.close()
    assert served.get("/restless/") == (200, "anonymous sign-in-needed sign-in-needed")
    assert served.run("restless", "who").stdout == "operator\n"
    served.until(lambda: '"engine"' in served.log.read_text(), "the job ran")
