"""The real server under slow, greedy and deceitful clients: others are answered, tricks aren't."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from blogengine.bodies import LARGEST_REQUEST
from blogengine.serving.incoming import LARGEST_HEAD, LONGEST_REQUEST_LINE, MOST_HEADERS, Incoming
from tests.core.slow_clients import KINDS, besieged
from tests.core.test_serving import Served, serve  # noqa: F401 - a fixture

pytestmark = pytest.mark.xdist_group("serving")

SOCKETS = 150
LONG = "\n\n".join("word " * 200 for _ in range(300))


def talk(served: Served, sent: bytes, *, seconds: float = 20) -> bytes:
    """Send bytes as they are; return all that comes until the server closes."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=seconds) as client:
        client.sendall(sent)
        answer = b""
        while piece := client.recv(65536):
            answer += piece
        return answer


@pytest.mark.slow
def test_line_4_2_slow_clients_of_every_kind_cost_nobody_else_anything(
    serve: Callable[..., Served],  # noqa: F811
    tmp_path: Path,
) -> None:
    served = serve()
    (tmp_path / "long.md").write_text(LONG, encoding="utf-8")
    file = str(tmp_path / "long.md")
    made = served.run(
        "post", "new", "--title", "Long", "--kind", "page", "--file", file, "--publish"
    )
    assert made.returncode == 0
    assert len(served.get("/long/")[1]) > 250_000
    for kind in KINDS:
        seen = asyncio.run(besieged(served.port, {kind: SOCKETS}, visits=3))
        assert (kind, seen.bad, len(seen.seconds)) == (kind, [], 12)
    # All at once, while the workers are replaced.
    served.process.send_signal(signal.SIGHUP)
    seen = asyncio.run(besieged(served.port, dict.fromkeys(KINDS, 20), visits=20))
    assert (seen.bad, len(seen.seconds)) == ([], 80)
    assert "Traceback" not in served.log.read_text()


HEAD = b"POST /nothing/ HTTP/1.1\r\nHost: localhost\r\n"
SMUGGLED = b"GET /smuggled/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
TRICKS = {
    "length and chunks": HEAD
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    + SMUGGLED,
    "two lengths": HEAD + b"Content-Length: 0\r\nContent-Length: 37\r\n\r\n" + SMUGGLED,
    "two equal lengths": HEAD + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\nx" + SMUGGLED,
    "a list of lengths": HEAD + b"Content-Length: 1, 1\r\n\r\nx" + SMUGGLED,
    "a length with a sign": HEAD + b"Content-Length: +0\r\n\r\n" + SMUGGLED,
    "another coding": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunked twice": HEAD + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunked, then not": HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a space before the colon": HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a tab in the name": HEAD + b"Transfer-\tEncoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a folded header": HEAD + b"X: y\r\n Transfer-Encoding: chunked\r\n\r\n" + SMUGGLED,
    "a line feed alone": b"GET / HTTP/1.1\nHost: x\n\n" + SMUGGLED,
    "a carriage return inside": HEAD + b"X: a\rContent-Length: 9\r\n\r\n" + SMUGGLED,
    "chunks in HTTP/1.0": b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    + SMUGGLED,
    "a negative chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n" + SMUGGLED,
    "a chunk in other digits": HEAD
    + b"Transfer-Encoding: chunked\r\n\r\n0x1\r\nx\r\n0\r\n\r\n"
    + SMUGGLED,
    "two hosts": b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: y\r\n\r\n" + SMUGGLED,
    "no request": b"\r\n\r\n" + SMUGGLED,
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}


def test_line_4_2_1_smuggling_gets_one_answer_and_the_connection_ends(
    serve: Callable[..., Served],  # noqa: F811
) -> None:
    served = serve()
    for name, sent in TRICKS.items():
        answer = talk(served, sent)
        status = answer[9:12].decode()
        assert (name, answer.count(b"HTTP/1.1 "), status in ("400", "501")) == (name, 1, True)
        assert b"smuggled" not in answer
    # The same without a trick is two requests.
    plain = (
        HEAD
        + b"Content-Length: 1\r\n\r\nx"
        + SMUGGLED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    )
    assert talk(served, plain).count(b"HTTP/1.1 404") == 2

    # Too much of anything is refused with the limit and what was given.
    asked = b"GET /?%s HTTP/1.1\r\nHost: localhost\r\n\r\n"
    told = {
        b"414": asked % (b"q" * 20_000),
        b"431": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"h" * (1024 * 1024) + b"\r\n\r\n",
        b"413": HEAD + b"Content-Length: 3000000\r\nConnection: close\r\n\r\n",
    }
    for status, sent in told.items():
        answer = talk(served, sent)
        assert answer.startswith(b"HTTP/1.1 " + status)
        assert b"\r\nCache-Control: no-store\r\n" in answer
    assert str(LONGEST_REQUEST_LINE).encode() in talk(served, told[b"414"])
    many = b"".join(b"X-%d: y\r\n" % number for number in range(150))
    answer = talk(served, b"GET / HTTP/1.1\r\nHost: localhost\r\n" + many + b"\r\n")
    assert b"HTTP/1.1 431" in answer and b"151" in answer and str(MOST_HEADERS).encode() in answer
    chunks = b"80000\r\n" + b"a" * 0x80000 + b"\r\n"
    answer = talk(served, HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks * 5 + b"0\r\n\r\n")
    assert b"HTTP/1.1 413" in answer
    assert served.get("/")[0] == 200


def test_a_head_that_never_ends_is_answered_with_408(
    serve: Callable[..., Served],  # noqa: F811
) -> None:
    served = serve()
    began = time.monotonic()
    answer = talk(served, b"GET / HTTP/1.1\r\nHost: localhost\r\n", seconds=40)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - began > 5
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as client:
        client.sendall(HEAD + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 100 ")
        client.sendall(b"abc")
        client.settimeout(20)
        answer = b""
        while b"404 NOT FOUND" not in answer:
            piece = client.recv(65536)
            assert piece, answer
            answer += piece


@pytest.mark.parametrize(
    ("sent", "whole"),
    [
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n", False),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", True),
        (b"\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n", True),
        (HEAD + b"Content-Length: 3\r\n\r\nab", False),
        (HEAD + b"Content-Length: 3\r\n\r\nabc", True),
        (HEAD + b"content-length:3\r\n\r\nabc", True),
        (HEAD + b"Content-Length: 99999999\r\n\r\n", True),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", False),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: r\r\n", False),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: r\r\n\r\n", True),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n8\r\n\r\n0\r\n\r\nx\r\n", False),
    ],
)
@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_where_a_request_ends(sent: bytes, whole: bool, step: int) -> None:
    incoming = Incoming()
    for start in range(0, len(sent), step):
        assert not incoming.whole
        incoming.feed(sent[start : start + step])
    assert (incoming.whole, incoming.refusal) == (whole, None)
    assert bytes(incoming.buffer) == sent


def test_endless_senders_are_refused_while_they_send() -> None:
    for start, piece in (
        (b"", b"A"),
        (b"GET / HTTP/1.1\r\nX: ", b"a"),
        (b"GET / HTTP/1.1\r\n", b"X: y\r\n"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"9"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: " + b"y" * 500 + b"\r\n"),
    ):
        incoming = Incoming()
        incoming.feed(start)
        while incoming.refusal is None:
            incoming.feed(piece * 100)
            assert len(incoming.buffer) < LARGEST_REQUEST + 2 * LARGEST_HEAD
            assert not incoming.whole
