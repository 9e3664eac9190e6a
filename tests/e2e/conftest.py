"""The browser and the checkers of HTML and accessibility, as fixtures.

Nothing is downloaded here: Chromium and Java are the system's (`.ci/run` installs them on Debian),
axe and the Nu checker are what `make e2e` takes from npm by `package-lock.json`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

HERE = Path(__file__).resolve().parent
NPM = HERE / "node_modules"
LAN = "192.168.77.7"
"""An address of a local network that leads to this machine: for the browser it is another one."""

PUBLIC = "blog.test"
"""A name that leads to this machine, for https."""

# Works as root and in a closed network, and asks nobody but this machine for anything.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules="
    f"MAP {LAN} 127.0.0.1, MAP {PUBLIC} 127.0.0.1, "
    "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]

NewPage = Callable[..., "Page"]
NuChecker = Callable[[Mapping[str, str]], list[str]]
Axe = Callable[["Page"], list[str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.e2e)


def need_program(*names: str, package: str) -> str:
    """Return the path of the first of these programs there is; skip where there is none."""
    found = next(filter(None, map(shutil.which, names)), None)
    return found or pytest.skip(f"needs {names[0]} (Debian: sudo apt install {package})")


def need_npm_file(path: str) -> Path:
    """Return a file of the npm tools; skip where they aren't installed."""
    if not (NPM / path).is_file():
        pytest.skip(f"needs {Path(path).parts[0]} from npm (make e2e installs it)")
    return NPM / path


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """What drives browsers, started once."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright


def chromium_program() -> str:
    """Return the path of the system's Chromium; skip where there is none."""
    named = os.environ.get("BLOGENGINE_CHROMIUM", "chromium")
    return need_program(named, "chromium-browser", "google-chrome", package="chromium")


@pytest.fixture(scope="session")
def chromium(driver: Playwright) -> Iterator[Browser]:
    """The system's Chromium, headless, started once."""
    browser = driver.chromium.launch(executable_path=chromium_program(), args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[NewPage]:
    """Open pages of fresh browser profiles: `new_page(color_scheme="dark", viewport=…)`.

    A script error or a message about the content security policy fails the test. With a strict
    policy `wait_for_function` can't work (it needs eval): wait for locators instead.
    """
    contexts = []
    complaints: list[str] = []

    def make(**options: Any) -> Page:
        context = chromium.new_context(**options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: (
                complaints.append(f"{page.url}: {message.text}")
                if message.type == "error" and "Content Security Policy" in message.text
                else None
            ),
        )
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """One page at a common desktop size."""
    return new_page(viewport={"width": 1280, "height": 800})


@pytest.fixture(scope="session")
def axe() -> Axe:
    """Check the accessibility of an open page: WCAG 2.2 A and AA and axe's best practices.

    Works under the page's own content security policy: nothing is added to the document.
    """
    script = need_npm_file("axe-core/axe.min.js").read_text("utf-8")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    run = "async tags => (await axe.run(document, {runOnly: tags})).violations"

    def check(page: Page) -> list[str]:
        page.evaluate(script + "; undefined")
        return [
            f"{page.url}: {found['id']} ({found['impact']}): {node['html']}"
            for found in page.evaluate(run, tags)
            for node in found["nodes"]
        ]

    return check


@pytest.fixture
def nu_checker(tmp_path_factory: pytest.TempPathFactory) -> NuChecker:
    """Check documents by name, `{"post.html": …, "site.css": …}`: what is wrong, a line each.

    Java takes two seconds to start, so hand over all pages of a test at once.
    """
    java = need_program("java", package="default-jre-headless")
    jar = need_npm_file("vnu-jar/build/dist/vnu.jar")
    options = ["--format", "json", "--stdout", "--exit-zero-always", "--also-check-css"]

    def check(documents: Mapping[str, str]) -> list[str]:
        folder = tmp_path_factory.mktemp("documents")
        names = {}
        for number, (name, text) in enumerate(documents.items()):
            file = folder / f"{number}{Path(name).suffix or '.html'}"
            file.write_text(text, encoding="utf-8")
            names[file.as_uri().replace("file:///", "file:/")] = name
        machine = [java, "-Xss8m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]  # starts faster
        command = [*machine, "-jar", str(jar), *options, "--also-check-svg"]
        files = [str(file) for file in sorted(folder.iterdir())]
        said = subprocess.run(
            [*command, *files], capture_output=True, text=True, timeout=120, check=True
        )
        return [
            f"{names.get(found.get('url'), '?')}:{found.get('lastLine', 0)}: {found['message']}"
            for found in json.loads(said.stdout)["messages"]
            if found["type"] != "info" or found.get("subType") == "warning"
        ]

    return check
