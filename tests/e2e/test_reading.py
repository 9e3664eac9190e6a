"""The sample blog as readers have it: the real program, a real browser, every kind of page."""

from __future__ import annotations

import gzip
import re
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import pytest

from tests.e2e.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

TAG = "/tag/ecommerce/"
MISSING = "/nothing-is-here/"
FIRST_FLIGHT = 14 * 1024
"""Bytes that come with the first round trip of a new connection."""

ADVICE = "lacks heading"
"""The checker's advice for comments and footnotes: they are sections that need no heading."""

NewPage = Callable[..., "Page"]
SCHEMES: dict[str, dict[str, str]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
}
WIDTHS = (320, 768, 1280)


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the sample blog."""
    with serving(tmp_path_factory.mktemp("site"), "--demo") as server:
        server.wait_for(f"Your blog: {server.address}/\n")
        yield server.address
        assert server.stop() == 0, "".join(server.said)


def fetch(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8", address
            text: str = answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            text = error.read().decode()
    return text


class Document(HTMLParser):
    """Ids, links, and which article each in-page link and each id stands in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.homes: dict[str, int] = {}
        self.jumps: list[tuple[str, int]] = []
        self._articles = 0
        self._open: list[int] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "article":
            self._articles += 1
            self._open.append(self._articles)
        home = self._open[-1] if self._open else 0
        found = dict(attrs)
        if name := found.get("id"):
            self.ids.append(name)
            self.homes.setdefault(name, home)
        href = found.get("href") or ""
        if tag == "a" and href.startswith("#"):
            self.jumps.append((href[1:], home))
        elif tag == "a" and href:
            self.links.append(href)

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._open.pop()


@pytest.fixture(scope="module")
def everything(blog: str) -> Mapping[str, str]:
    """Every page that links lead to from the front page, and one that isn't there."""
    found: dict[str, str] = {MISSING: fetch(blog + MISSING)}
    ahead = ["/"]
    while ahead:
        path = ahead.pop()
        if path in found or "/feed" in path:
            continue
        found[path] = fetch(blog + path)
        addresses = (urlsplit(urljoin(blog + path, link)) for link in Document(found[path]).links)
        ahead += [part.path for part in addresses if f"{part.scheme}://{part.netloc}" == blog]
    return found


@pytest.fixture(scope="module")
def kinds(everything: Mapping[str, str]) -> Mapping[str, str]:
    """One address of each kind of page."""
    post = next(path for path in everything if "what-you-can-write-here" in path)
    form = re.search(r'action="(/comments/post/\d+/)"', everything[post])
    assert form is not None
    return {
        "home": "/",
        "tag": TAG,
        "post": post,
        "prose": next(path for path in everything if "the-no-bs-playbook" in path),
        "tags": "/tags/",
        "page": "/about/",
        "missing": MISSING,
        "comment form": form[1],
    }


# --- the program ------------------------------------------------------------------------------


def test_the_program_starts_says_where_and_ends_by_ctrl_c(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        server.wait_for("Stop with Ctrl-C.\n")
        assert f"Your blog: {server.address}/\n" in server.said
        assert "There are no posts here yet." in fetch(server.address + "/")
        code = server.stop()
    assert (code, "Traceback" in "".join(server.said)) == (0, False), "".join(server.said)


# --- every page by the checkers ---------------------------------------------------------------


def test_every_page_is_valid(
    everything: Mapping[str, str], nu_checker: Callable[[Mapping[str, str]], list[str]]
) -> None:
    assert len(everything) > 30
    found = nu_checker({f"{path}.html": text for path, text in everything.items()})
    assert [line for line in found if ADVICE not in line] == []


def test_no_id_stands_twice_and_links_within_a_page_stay_in_their_article(
    everything: Mapping[str, str],
) -> None:
    wrong = []
    for path, text in everything.items():
        document = Document(text)
        wrong += [f"{path}: #{name}" for name, times in Counter(document.ids).items() if times > 1]
        for name, home in document.jumps:
            if name not in document.homes or (home and document.homes[name] != home):
                wrong.append(f"{path}: #{name} leads out of its article")
    assert wrong == []


def test_the_tag_archive_comes_in_one_round_trip_and_one_request(
    everything: Mapping[str, str], page: Page, blog: str
) -> None:
    assert len(gzip.compress(everything[TAG].encode(), 6)) <= FIRST_FLIGHT
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(blog + TAG, wait_until="networkidle")
    assert set(asked) - {f"{blog}/favicon.ico"} == {blog + TAG}


# --- in the browser ---------------------------------------------------------------------------


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_kind_of_page_is_accessible_fits_and_asks_nobody_else(
    scheme: str,
    width: int,
    blog: str,
    kinds: Mapping[str, str],
    new_page: NewPage,
    axe: Callable[[Page], list[str]],
) -> None:
    page = new_page(viewport={"width": width, "height": 800}, **SCHEMES[scheme])
    strangers: list[str] = []
    complaints: list[str] = []
    page.on(
        "request", lambda asked: None if asked.url.startswith(blog) else strangers.append(asked.url)
    )
    page.on("console", lambda said: complaints.append(f"{page.url}: {said.text}"))
    wide, found = [], []
    for path in kinds.values():
        page.goto(blog + path)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
        found += axe(page)
    # The browser itself remarks on the one address that isn't there.
    complaints = [line for line in complaints if "status of 404" not in line]
    assert (wide, found, strangers, complaints) == ([], [], [], [])


@pytest.mark.parametrize("kind", ["home", "tag", "post", "missing"])
def test_the_first_tab_offers_to_skip_to_the_content(
    kind: str, blog: str, kinds: Mapping[str, str], page: Page
) -> None:
    page.goto(blog + kinds[kind])
    skip = page.locator(".site-skip")
    assert skip.bounding_box()["width"] <= 1  # type: ignore[index]
    page.keyboard.press("Tab")
    box = page.locator(".site-skip:focus").bounding_box()
    assert box is not None and box["width"] > 50 and box["x"] >= 0 and box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


LINE_LENGTHS = """() => [...document.querySelectorAll(".e-content > p")].flatMap(paragraph => {
  const walk = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  const range = document.createRange(), lines = [];
  let bottom = -Infinity;
  for (let node = walk.nextNode(); node; node = walk.nextNode())
    for (let at = 0; at < node.length; at++) {
      range.setStart(node, at); range.setEnd(node, at + 1);
      const box = range.getBoundingClientRect();
      if (!box.width) continue;
      if (box.top > bottom) { lines.push(0); bottom = box.bottom; }
      lines[lines.length - 1]++;
    }
  return lines.slice(0, -1);
})"""
"""Characters of every whole line of the paragraphs; their last lines are shorter by nature."""


@pytest.mark.parametrize("kind", ["tag", "prose"])
def test_lines_on_a_desktop_have_the_length_that_reads_best(
    kind: str, blog: str, kinds: Mapping[str, str], page: Page
) -> None:
    page.goto(blog + kinds[kind])
    lengths: list[int] = page.evaluate(LINE_LENGTHS)
    assert len(lengths) >= 10
    assert 65 <= sum(lengths) / len(lengths) <= 75


def test_reading_and_commenting_need_no_script(
    blog: str, kinds: Mapping[str, str], new_page: NewPage
) -> None:
    page = new_page(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    page.goto(blog + TAG)
    assert page.locator("h1").inner_text() == "Tag: Ecommerce"
    assert page.locator("article.h-entry").count() == 10
    page.locator("article h2 a").first.click()
    assert page.locator("article h1").is_visible()
    page.goto(blog + kinds["post"])
    form: Any = page.locator("form.comment-form")
    form.get_by_label("Name").fill("Ada")
    form.get_by_label("Comment", exact=True).fill("Read *twice*.")
    form.get_by_role("button", name="Preview").click()
    assert page.locator("article.comment em").inner_text() == "twice"
    page.get_by_role("button", name="Send the comment").click()
    assert page.locator("form.comment-form").count() == 0
    assert page.locator("main").inner_text().strip()
