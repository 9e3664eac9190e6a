"""The door for requests to other machines: what it never asks, and what it never waits for."""

from __future__ import annotations

import gzip
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from blogengine.api import OutgoingHttp, Retryable, UserError
from blogengine.doors.addresses import is_public
from blogengine.testing.blog import Blog
from tests.core.certificates import certificate
from tests.core.test_plugin_host import drop_in
from tests.test_docs import DOCS

PUBLIC = "93.184.215.14"


class Machine(BaseHTTPRequestHandler):
    """Another machine; what it answers is set by each test."""

    answers: dict[str, Callable[[Any], None]] = {}
    asked: list[tuple[str, dict[str, str], bytes]] = []

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        sent = {name.lower(): value for name, value in self.headers.items()}
        self.asked.append((f"{self.command} {self.path}", sent, self.rfile.read(length)))
        try:
            self.answers[self.path](self)
        except OSError:
            return

    do_POST = do_GET

    def say(self, body: bytes = b"", status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def machine() -> Iterator[type[Machine]]:
    """The server at `other.example`, with what it was asked."""
    handler = type("Handler", (Machine,), {"answers": {}, "asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        handler.port = server.server_port  # type: ignore[attr-defined]
        yield handler
        server.shutdown()
        thread.join()


@pytest.fixture
def door(machine: Any) -> OutgoingHttp:
    """A door that finds the machine as two hosts, and no other by its name."""
    made = OutgoingHttp(resolve=lambda host, port: [])
    for host in ("other.example", "second.example"):
        made._under_test[host] = ("127.0.0.1", machine.port)
    return made


# --- addresses ------------------------------------------------------------------------------


SPELLINGS = r"""
http://127.0.0.1/ http://127.1/ http://2130706433/ http://0x7f.0.0.1/ http://0177.0.0.1/
http://0x7f000001/ http://localhost/ http://localhost./ http://0.0.0.0/ http://0/ http://[::1]/
http://[::]/ http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/ http://[::127.0.0.1]/
http://[64:ff9b::7f00:1]/ http://[64:ff9b::10.0.0.1]/ http://[2002:7f00:1::]/ http://[fe80::1]/
http://[fe80::1%25eth0]/ http://[fc00::1]/ http://[fd00:ec2::254]/ http://[ff02::1]/
http://10.0.0.1/ http://172.16.0.1/ http://192.168.1.1/ http://169.254.169.254/latest/meta-data/
http://100.64.0.1/ http://224.0.0.1/ http://255.255.255.255/ http://240.0.0.1/ http://198.18.0.1/
http://192.0.2.1/ http://192.88.99.1/ http://127.0.0.1:22/ https://127.0.0.1/ http://93.184.215.14:22/
http://user@93.184.215.14/ http://a:b@93.184.215.14/ http://93.184.215.14@127.0.0.1/
http://127.0.0.1#@93.184.215.14/ http://127.0.0.1\@93.184.215.14/ http:\\127.0.0.1\
http://127.0.0.1%00.example/ http://exa_mple%2ecom/ http:///etc/passwd http:/127.0.0.1/ http://
file:///etc/passwd ftp://93.184.215.14/ gopher://127.0.0.1:6379/_ dict://127.0.0.1:11211/
data:text/plain,x jar:http://127.0.0.1!/ javascript:alert(1) //127.0.0.1/ 127.0.0.1 http://[::1
http://①②⑦.⓪.⓪.①/ http://[0:0:0:0:0:ffff:7f00:0001]/ http://[3fff::1]/ http://[2001:db8::1]/
http://93.184.215.14:99999/ http://93.184.215.14:x/ http://.example/ http://a..example/
"""
NEVER = [
    *SPELLINGS.split(),
    "http://93.184.215.14/\r\nHost: x",
    "http://93.184.215.14/\x00",
    "http://a b/",
]


@pytest.mark.parametrize("url", NEVER)
def test_class_13_no_spelling_reaches_this_machine_or_its_network(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_: object, **__: object) -> socket.socket:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(UserError) as caught:
        OutgoingHttp().get(url)
    assert caught.value.code == "address-not-allowed"
    assert caught.value.status == 422
    assert "not allowed" in caught.value.message.lower()


@pytest.mark.parametrize(
    "answer",
    [
        ["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["::1"], ["::ffff:10.0.0.1"], ["fe80::1%eth0"],
        ["2606:2800:21f:cb07::1", "64:ff9b::a00:1"], ["100.127.255.254"], ["not an address"],
    ],
)  # fmt: skip
def test_class_14_every_address_of_a_name_must_be_public(answer: list[str]) -> None:
    with pytest.raises(UserError, match="isn't on the public internet"):
        OutgoingHttp(resolve=lambda host, port: answer).get("http://rebound.example/")


def test_class_14_the_connection_goes_to_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that means another machine a moment later is asked for once."""
    asked: list[str] = []
    connected: list[tuple[str, int]] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return [PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    def connect(place: tuple[str, int], **_: object) -> socket.socket:
        connected.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Retryable):
        OutgoingHttp(resolve=resolve).get("http://rebound.example/")
    assert (asked, connected) == (["rebound.example"], [(PUBLIC, 80)])


def test_public_addresses_are_known() -> None:
    fine = ["1.1.1.1", PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::101:101"]
    assert [address for address in fine if not is_public(ip_address(address))] == []


def test_tls_names_the_host_and_checks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hello names the host though the connection goes to an address; noise isn't believed."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        hello: list[bytes] = []

        def listen() -> None:
            client, _ = server.accept()
            hello.append(client.recv(4096))
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            client.close()

        thread = threading.Thread(target=listen)
        thread.start()
        real, port = socket.create_connection, server.getsockname()[1]
        monkeypatch.setattr(
            socket, "create_connection", lambda _place, **words: real(("127.0.0.1", port), **words)
        )
        with pytest.raises(Retryable):
            OutgoingHttp(resolve=lambda host, port: [PUBLIC]).get("https://secure.example/")
        thread.join()
    assert b"secure.example" in hello[0]


@pytest.mark.parametrize(
    ("name", "trusted", "fine"),
    [
        ("secure.example", True, True),
        ("secure.example", False, False),
        ("elsewhere.example", True, False),
    ],
)
def test_a_machine_with_a_wrong_certificate_is_asked_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, trusted: bool, fine: bool
) -> None:
    """A real handshake: with a good certificate it is asked, else it sees no request at all."""
    context, made = certificate(tmp_path, name)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(made))
    handler: Any = type("Handler", (Machine,), {"answers": {"/": lambda it: it.say(b"ok")}})
    handler.asked, handler.timeout = [], 10
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        # The handshake is the handler's, in a thread of its own.
        words: dict[str, Any] = {"server_side": True, "do_handshake_on_connect": False}
        server.socket = context.wrap_socket(server.socket, **words)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        real, port = socket.create_connection, server.server_port
        monkeypatch.setattr(
            socket, "create_connection", lambda _place, **rest: real(("127.0.0.1", port), **rest)
        )
        door = OutgoingHttp(resolve=lambda host, port: [PUBLIC])
        if fine:
            assert door.get("https://secure.example/").text == "ok"
        else:
            with pytest.raises(Retryable, match="SSLCertVerificationError"):
                door.get("https://secure.example/")
        server.shutdown()
        thread.join()
    assert len(handler.asked) == int(fine)


# --- what is asked, and what comes back -----------------------------------------------------------


def test_it_asks_plainly_and_returns_what_came(
    machine: type[Machine], door: OutgoingHttp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    machine.answers["/a%20b?q=%C3%A9"] = lambda it: it.say(
        "Grüße".encode("latin-1"), 418, Content_Type="text/plain; charset=latin-1", Set_Cookie="a=b"
    )
    answer = door.get("http://other.example/a%20b?q=é", headers={"Cookie": "x", "X-Mine": "y"})
    assert (answer.status, answer.text, answer.content_type) == (418, "Grüße", "text/plain")
    assert answer.url == "http://other.example/a%20b?q=%C3%A9"
    ((_, sent, _),) = machine.asked
    assert sent["host"] == "other.example"
    assert sent["user-agent"] == "blogengine"
    assert sent["x-mine"] == "y" and "cookie" not in sent
    machine.answers["/in"] = lambda it: it.say(b'{"ok": [1]}')
    assert door.post("http://other.example/in", b"{}", "application/json").json() == {"ok": [1]}
    said, sent, body = machine.asked[-1]
    assert (said, sent["content-type"], body) == ("POST /in", "application/json", b"{}")


def test_redirects_are_looked_at_one_by_one(machine: type[Machine], door: OutgoingHttp) -> None:
    def to(where: str, status: int = 302) -> Callable[[Any], None]:
        return lambda it: it.say(status=status, Location=where)

    machine.answers |= {
        "/1": to("/2"), "/2": to("//second.example/3"), "/3": to("/4"), "/4": to("/5"),
        "/5": lambda it: it.say(b"there"), "/kept": to("/5", 307), "/see": to("/5", 303),
        "/in": to("http://127.0.0.1:22/"), "/meta": to("http://169.254.169.254/"),
        "/file": to("file:///etc/passwd"), "/bad": to("http://["), "/user": to("http://a@b.example/"),
    }  # fmt: skip
    answer = door.get("http://other.example/2", headers={"Authorization": "secret"})
    assert (answer.body, answer.url) == (b"there", "http://second.example/5")
    assert ["authorization" in sent for _, sent, _ in machine.asked] == [True, False, False, False]
    with pytest.raises(UserError, match="more than 3"):
        door.get("http://other.example/1")
    assert [said for said, _, _ in machine.asked].count("GET /5") == 1
    door.post("http://other.example/kept", b"x", "text/plain")
    door.post("http://other.example/see", b"x", "text/plain")
    assert [said for said, _, _ in machine.asked[-4:]] == [
        "POST /kept", "POST /5", "POST /see", "GET /5",
    ]  # fmt: skip
    for path in ("/in", "/meta", "/file", "/bad", "/user"):
        with pytest.raises(UserError, match="not allowed"):
            door.get(f"http://other.example{path}")
    machine.answers["/down"] = to("http://second.example/5")
    with pytest.raises(UserError, match="from https to http"):
        door.get("https://other.example/down")


def test_what_is_too_large_or_of_another_kind_is_refused(
    machine: type[Machine], door: OutgoingHttp
) -> None:
    bomb = gzip.compress(b"0" * 5_000_000)

    def endless(it: Any) -> None:
        it.send_response(200)
        it.end_headers()
        while True:
            it.wfile.write(b"x" * 65536)

    machine.answers |= {
        "/bomb": lambda it: it.say(bomb, Content_Encoding="gzip"),
        "/fine": lambda it: it.say(gzip.compress(b"packed"), Content_Encoding="gzip"),
        "/broken": lambda it: it.say(b"no gzip at all", Content_Encoding="gzip"),
        "/odd": lambda it: it.say(b"x", Content_Encoding="br"),
        "/endless": endless,
        "/html": lambda it: it.say(b"<p>", Content_Type="text/html"),
        "/deep": lambda it: it.say(b"[" * 100_000),
        "/noise": lambda it: it.wfile.write(b"\x00\x01 no http\r\n\r\n"),
    }
    assert door.get("http://other.example/fine").body == b"packed"
    for path, why in (
        ("/bomb", "larger"), ("/endless", "larger"), ("/broken", "wrongly"), ("/odd", "'br'"),
    ):  # fmt: skip
        with pytest.raises(UserError, match=why) as caught:
            door.get(f"http://other.example{path}")
        assert caught.value.code == "answer-unusable"
    with pytest.raises(UserError, match="text/html"):
        door.get("http://other.example/html", kinds=("application/json",))
    with pytest.raises(UserError, match="isn't JSON"):
        door.get("http://other.example/deep").json()
    with pytest.raises(Retryable):
        door.get("http://other.example/noise")


def test_everything_together_ends_in_time(machine: type[Machine], door: OutgoingHttp) -> None:
    over = threading.Event()

    def drip(start: bytes) -> Callable[[Any], None]:
        def answer(it: Any) -> None:
            it.wfile.write(start)
            while not over.wait(0.05):
                it.wfile.write(b"x")

        return answer

    machine.answers |= {
        "/head": drip(b"HTTP/1.1 200 OK\r\nX: "),
        "/body": drip(b"HTTP/1.1 200 OK\r\n\r\n"),
    }
    try:
        for path in ("/head", "/body"):
            began = time.monotonic()
            with pytest.raises(Retryable, match="too long") as caught:
                door.get(f"http://other.example{path}", seconds=0.5)
            assert time.monotonic() - began < 5
            assert caught.value.status == 504
        slow = OutgoingHttp(resolve=lambda host, port: [PUBLIC] if over.wait(30) else [])
        began = time.monotonic()
        with pytest.raises(Retryable, match="no name server"):
            slow.get("http://slow.example/", seconds=0.2)
        assert time.monotonic() - began < 5
    finally:
        over.set()


# --- plugins -------------------------------------------------------------------------------------


ASKING = '''
"""Ask."""
from blogengine.api import BlogError, Blueprint, Plugin, Response, hookimpl, request, site

plugin = Plugin(summary=__doc__, hosts=("api.example.org", "*.tiles.example"))
routes = Blueprint("asking", __name__)


@routes.get("/ask/", permission="public")
def ask():
    try:
        return Response(site.http.get(request.args["url"], seconds=2).body)
    except BlogError as error:
        return Response(str(error), error.status)


@hookimpl
def register_blueprints():
    return [routes]
'''


def test_a_plugin_reaches_the_hosts_it_declares(
    make_blog: Callable[..., Blog], machine: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drop_in(tmp_path / "site", "asking", ASKING)
    (tmp_path / "site" / "instance").mkdir(parents=True)
    blog = make_blog(folder=tmp_path / "site", plugins=["asking"])
    machine.answers["/"] = lambda it: it.say(b"tiles")
    for host in ("a.tiles.example", "tiles.example", "other.example"):
        blog.site.http._under_test[host] = ("127.0.0.1", machine.port)
    assert blog.get("/ask/?url=http://a.tiles.example/").text == "tiles"
    (_, sent, _), *_ = machine.asked
    assert re.fullmatch(r"blogengine/[\d.]+\S* \(\+https://blog.example\)", sent["user-agent"])
    for host in ("tiles.example", "other.example"):
        answer = blog.get(f"/ask/?url=http://{host}/")
        assert answer.status_code == 422
        assert "doesn't declare" in answer.text
    assert blog.site.http.get("http://other.example/").body == b"tiles"  # the engine itself
    with pytest.raises(UserError, match="port 8080 isn't one of 80, 443"):
        blog.site.http.get("http://93.184.215.14:8080/")
    blog.set("site", outgoing_ports="8080 9090")
    with pytest.raises(UserError, match="port 81 isn't one of 80, 443, 8080, 9090"):
        blog.site.http.get("http://93.184.215.14:81/")
    blog.run("plugin", "info", "asking")
    assert "*.tiles.example" in capsys.readouterr().out


def test_the_sample_of_the_manual_runs(tmp_path: Path) -> None:
    page = (DOCS / "plugins" / "outgoing-http.md").read_text("utf-8")
    for name, text in re.findall(r"```python\n# (\S+)\n(.*?)```", page, re.DOTALL):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    ini = "[pytest]\nblogengine_plugins = ./plugins/weather.py\n"
    (tmp_path / "pytest.ini").write_text(ini, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "tests"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 passed" in ran.stdout, ran.stdout + ran.stderr
