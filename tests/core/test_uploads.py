"""Bodies above 2 MB: only where a route declares it, written to disk while they come."""

from __future__ import annotations

import http.client
import io
import json
from collections.abc import Callable

import pytest
from flask import Flask
from PIL import Image

from blogengine.actors import THE_OPERATOR, acting
from blogengine.bodies import LARGEST_REQUEST
from blogengine.routes import LARGEST_BODY, body_bound, declare
from blogengine.serving.incoming import Incoming
from tests.conftest import Blog
from tests.core.identity import make_owner
from tests.core.test_serving import Served, serve  # noqa: F401 - a fixture

HEAD = b"POST /up/?x=1 HTTP/1.1\r\nHost: localhost\r\nCookie: a=b\r\n"
MEGABYTE = 1024 * 1024


def bound(method: str, path: str) -> int:
    return 10 * MEGABYTE if (method, path) == ("POST", "/up/") else LARGEST_REQUEST


@pytest.mark.parametrize("step", [65536, 999_999])
def test_a_large_body_goes_to_disk_where_it_may(step: int) -> None:
    content = bytes(range(256)) * 12_000
    sent = HEAD + f"Content-Length: {len(content)}\r\n\r\n".encode() + content + b"GET / HTTP/1.1"
    incoming = Incoming(bound)
    for start in range(0, len(sent), step):
        incoming.feed(sent[start : start + step])
        assert len(incoming.buffer) < 200
    assert incoming.whole and incoming.refusal is None and incoming.last_of_connection
    assert incoming.spool is not None
    with incoming.spool as spool:
        assert spool.read() == content


def test_a_line_feed_of_a_body_is_no_matter_of_the_head() -> None:
    sent = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n{\n \n}\n\n\n"
    incoming = Incoming(bound)
    incoming.feed(sent)
    assert incoming.whole and incoming.refusal is None
    incoming = Incoming(bound)
    incoming.feed(sent.replace(b"x\r\n", b"x\n"))
    assert incoming.refusal is not None


@pytest.mark.parametrize(
    "head",
    [
        HEAD.replace(b"/up/", b"/other/"),
        HEAD.replace(b"POST", b"PUT"),
        HEAD.replace(b"Cookie: a=b\r\n", b""),
        HEAD + b"Content-Length: 20000000\r\n\r\n",
    ],
)
def test_elsewhere_it_is_left_to_the_app_which_refuses_it(head: bytes) -> None:
    incoming = Incoming(bound)
    incoming.feed(head if head.endswith(b"\r\n\r\n") else head + b"Content-Length: 3000000\r\n\r\n")
    assert incoming.whole and incoming.unread and incoming.spool is None


def test_a_route_declares_how_much_it_takes(make_blog: Callable[..., Blog]) -> None:
    app: Flask = make_blog(plugins=["media"]).app
    assert body_bound(app, "POST", "/admin/media/upload/") == LARGEST_BODY
    assert body_bound(app, "GET", "/admin/media/upload/") == LARGEST_REQUEST
    assert body_bound(app, "POST", "/nowhere/") == LARGEST_REQUEST
    with pytest.raises(ValueError, match="public"):
        declare("/x/", permission="public", body=3 * MEGABYTE)
    for wrong in (0, -1, LARGEST_BODY + 1, "many"):
        with pytest.raises(ValueError, match="body"):
            declare("/x/", permission="posts.edit", body=wrong)


def test_line_5_2_1_an_upload_above_2_mb_arrives_by_a_real_server(
    serve: Callable[..., Served],  # noqa: F811
    make_blog: Callable[..., Blog],
) -> None:
    blog = make_blog(plugins=["media", "comments"], required=True)
    owner = make_owner(blog)
    with acting(THE_OPERATOR):
        token, _ = blog.site.identity.tokens.create(owner.actor.id or 0, "Up", ["media.upload"])
    served = serve(folder=blog.folder)
    out = io.BytesIO()
    Image.effect_noise((1500, 1500), 90).convert("RGB").save(out, "PNG", compress_level=0)
    assert out.tell() > 3 * LARGEST_REQUEST
    boundary = "-----------b"
    body = (
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="n.png"\r\n'
            "Content-Type: image/png\r\n\r\n"
        ).encode()
        + out.getvalue()
        + f"\r\n--{boundary}--\r\n".encode()
    )

    def send(path: str, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
        kind = f"multipart/form-data; boundary={boundary}"
        connection.request("POST", path, body, {"Content-Type": kind, **headers})
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found

    known = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    status, text = send("/admin/media/upload/", **known)
    assert status == 201, text
    assert json.loads(text)["width"] == 1500
    assert send("/admin/media/upload/", Authorization="Bearer wrong")[0] == 401
    assert send("/comments/post/1/", **known)[0] == 413
    assert "Traceback" not in served.log.read_text()
