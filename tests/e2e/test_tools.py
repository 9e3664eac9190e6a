"""The tools themselves: a check that can't fail would let everything pass."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

GOOD = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Good</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Good</h1><p>A page with nothing wrong.</p></main></body></html>"""
BAD = GOOD.replace("<p>", '<img src="x.png"><p id="a"></p><p id="a">')
STRICT = "default-src 'none'; script-src 'self'; style-src 'self'"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve the two pages under the strictest of policies."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = (BAD if self.path == "/bad" else GOOD).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", STRICT + "; img-src 'self'")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_axe_finds_a_picture_without_words_under_a_strict_policy(
    page: Page, axe: Callable[[Page], list[str]], address: str
) -> None:
    page.goto(f"{address}/good")
    assert axe(page) == []
    page.goto(f"{address}/bad")
    assert ["image-alt" in line for line in axe(page)] == [True]


def test_the_nu_checker_finds_a_double_id_and_names_its_page(
    nu_checker: Callable[[Mapping[str, str]], list[str]],
) -> None:
    found = nu_checker({"good": GOOD, "bad": BAD, "ok.css": "p { color: red }"})
    assert any("Duplicate ID" in line for line in found)
    assert {line.split(":")[0] for line in found} == {"bad"}
    (about_css,) = nu_checker({"bad.css": "p { colr: red }"})
    assert about_css.startswith("bad.css:1: ")


def test_the_browser_reaches_this_machine_and_nobody_else(page: Page) -> None:
    from playwright.sync_api import Error

    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://example.org/")
