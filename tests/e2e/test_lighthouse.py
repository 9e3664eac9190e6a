"""Lighthouse, as on a phone: everything right in accessibility, best practices and SEO.

Performance depends on the machine and isn't judged here; `bench/` reports it.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.e2e.conftest import FLAGS, chromium_program, need_npm_file, need_program
from tests.e2e.serving import serving
from tests.e2e.test_reading import fetch

CATEGORIES = ("accessibility", "best-practices", "seo")
PAGES = {
    "home": "/",
    "tag archive": "/tag/ecommerce/",
    "search": "/search/?q=shop",
}
NOT_OURS = {"is-crawlable", "is-on-https", "redirects-http"}
"""A page of results asks not to be indexed, and a site on this machine has no certificate."""


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the sample blog."""
    with serving(tmp_path_factory.mktemp("site"), "--demo") as server:
        server.wait_for(f"Your blog: {server.address}/\n")
        yield server.address
        assert server.stop() == 0, "".join(server.said)


def look(address: str, file: Path) -> list[str]:
    """Return what Lighthouse finds wrong with a page, a line each."""
    command = [
        need_program("node", package="nodejs"),
        str(need_npm_file("lighthouse/cli/index.js")),
        address,
        "--quiet",
        "--output=json",
        f"--output-path={file}",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags={' '.join(['--headless=new', *FLAGS])}",
        "--throttling-method=provided",
        "--no-enable-error-reporting",
    ]
    environment = {**os.environ, "CHROME_PATH": chromium_program()}
    said = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert said.returncode == 0, said.stderr
    report = json.loads(file.read_text("utf-8"))
    assert not report.get("runtimeError"), report["runtimeError"]
    assert {*report["categories"]} == {*CATEGORIES}
    return [
        f"{address}: {name}: {audit['title']}"
        for category in report["categories"].values()
        for name in (ref["id"] for ref in category["auditRefs"] if ref["weight"])
        if (audit := report["audits"][name])["score"] not in (None, 1) and name not in NOT_OURS
    ]


def test_lighthouse_finds_nothing_wrong(blog: str, tmp_path: Path) -> None:
    home = fetch(f"{blog}/")
    post = home.split('class="p-name u-url" href="', 1)[1].split('"', 1)[0]
    pages = {**PAGES, "post": post}
    if "Error 404" in fetch(blog + PAGES["search"]):
        del pages["search"]  # its plugin is off in the sample blog
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(
            lambda name: look(blog + pages[name], tmp_path / f"{name}.json".replace(" ", "-")),
            pages,
        )
        assert [fault for faults in found for fault in faults] == []
