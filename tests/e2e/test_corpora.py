"""Real exports through the whole engine: imported, shown, valid, and with every word in place."""

from __future__ import annotations

import difflib
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

if TYPE_CHECKING:
    from blogengine.values import Post

CORPORA = {"rust-blog": 85, "hugo": 18}
"""What is imported, and how many posts each holds."""

LEFT_OUT = 65
PLACE = "urn:blogengine:import:markdown:"
FRONT_MATTER = re.compile(r"(---|\+\+\+)\n.*?\n\1\n", re.DOTALL)

DIFFERENT = {
    "content/rustconf-2025-interview-with-jan-david-nose.md": (
        "a film in a frame: pages allow no frames, so its address stands there as a link"
    ),
    "content/posts/numpy/numpy-rng/index.md": (
        "a footnote whose text begins on the next line and which holds another: markdown-it's "
        "plugin loses that text, GitHub and the engine show it"
    ),
}
"""Posts that the engine reads otherwise than markdown-it, by their file, and why."""

ADVICE = {
    "lacks heading": "a section of footnotes has no heading; HTML asks for none",
    "not in Unicode Normalization Form C": "writers' words stay as they were typed",
}
"""Warnings of the checker that aren't errors, by words in them, and why they may stand."""


@dataclass(frozen=True)
class Corpus:
    """An imported export: its pages by address, and the address of each source file."""

    folder: Path
    pages: Mapping[str, str]
    addresses: Mapping[str, str]


@pytest.fixture(scope="module", params=CORPORA)
def corpus(
    request: pytest.FixtureRequest, corpora: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Corpus]:
    from blogengine.app import create_app
    from blogengine.config import load_config
    from blogengine.db import db
    from blogengine.site import Site
    from blogengine.views.current import EXTENSION

    folder, site_folder = corpora / request.param, tmp_path_factory.mktemp("site")
    run("--site", str(site_folder), "init", "--no-input")
    command = ("--site", str(site_folder), "import", "markdown", str(folder), "--json")
    report = json.loads(run(*command, code=LEFT_OUT))
    assert len(report["created"]) == CORPORA[request.param]
    app = create_app(load_config(site_folder))
    site: Site = app.extensions[EXTENSION]
    with app.app_context():
        posts: tuple[Post, ...] = site.posts.find(limit=1000)
    client = app.test_client()
    lists = ["/", *(f"/page/{number}/" for number in range(2, -(-len(posts) // 10) + 1))]
    pages = {}
    for address in [*report["created"], *lists]:
        answer = client.get(address)
        assert answer.status_code == 200, address
        pages[address] = answer.get_data(as_text=True)
    addresses = {unquote(post.guid.removeprefix(PLACE)): post.url for post in posts}
    assert set(addresses.values()) == set(report["created"])
    yield Corpus(folder, pages, addresses)
    site.posts.renderer.close()
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def run(*arguments: str, code: int = 0) -> str:
    """Run the command line as a user does; return what it prints."""
    command = [sys.executable, "-m", "blogengine", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout


def test_every_page_is_valid_and_no_id_stands_twice(
    corpus: Corpus, nu_checker: Callable[[Mapping[str, str]], list[str]]
) -> None:
    twice = [
        f"{address}: {name}"
        for address, text in corpus.pages.items()
        for name, times in Counter(re.findall(r'<[^>]*\sid="([^"]+)"', text)).items()
        if times > 1
    ]
    found = nu_checker({f"{address}.html": text for address, text in corpus.pages.items()})
    errors = [line for line in found if not any(words in line for words in ADVICE)]
    assert (twice, errors) == ([], [])


def test_every_word_stands_where_another_reader_of_markdown_puts_it(corpus: Corpus) -> None:
    found = {}
    for file, address in corpus.addresses.items():
        source = (corpus.folder / file).read_text("utf-8")
        ours = Words(corpus.pages[address], inside="e-content").text()
        theirs = Words(render_otherwise(FRONT_MATTER.sub("", source, count=1))).text()
        if ours != theirs:
            found[file] = first_difference(theirs, ours)
    expected = {file for file in DIFFERENT if file in corpus.addresses}
    assert found.keys() - expected == set(), found
    assert expected - found.keys() == set(), "these agree now: take them off the list"


def render_otherwise(markdown: str) -> str:
    """Render by markdown-it, set up as GitHub does it."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.tasklists import tasklists_plugin

    parser = MarkdownIt("gfm-like", {"html": True}).use(footnote_plugin).use(tasklists_plugin)
    assert parser.linkify is not None
    parser.linkify.set({"fuzzy_link": False})
    return str(parser.render(markdown))


def first_difference(theirs: str, ours: str) -> str:
    """Show the first words that differ, theirs and ours, for whoever has to judge."""
    one, other = theirs.split(), ours.split()
    for what, a, b, c, d in difflib.SequenceMatcher(None, one, other, False).get_opcodes():
        if what != "equal":
            before, after = one[max(0, a - 3) : b + 3], other[max(0, c - 3) : d + 3]
            return f"{' '.join(before)!r} → {' '.join(after)!r}"
    return ""


class Words(HTMLParser):
    """The text of a document in its order, white space collapsed, blocks apart.

    Left out is what carries no word of the writer: code that would run, the marks and ways back
    of footnotes, and the names that the engine gives to boxes. With `inside`, only what stands in
    the element of that class is read.
    """

    INLINE = frozenset(
        (
            "a abbr b bdi bdo cite code del dfn em i ins kbd mark q s samp small span strike "
            "strong sub sup time tt u var wbr"
        ).split()
    )
    VOID = frozenset("br col hr img input link meta source wbr".split())
    SILENT = frozenset("script style template noscript".split())
    NOT_WORDS = frozenset({"footnote-ref", "footnote-backref"})

    def __init__(self, html: str, *, inside: str = "") -> None:
        super().__init__()
        self._parts: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self._inside = inside
        self._reading = not inside
        self.feed(html)
        self.close()

    def text(self) -> str:
        return " ".join("".join(self._parts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.INLINE:
            self._parts.append(" ")
        if tag in self.VOID:
            return
        names = set((dict(attrs).get("class") or "").split())
        above = self._open[-1][1] if self._open else self._reading
        quiet = tag in self.SILENT or bool(names & self.NOT_WORDS)
        self._open.append((tag, (above or self._inside in names) and not quiet))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.INLINE:
            self._parts.append(" ")
        names = [name for name, _ in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if self._open[-1][1] if self._open else self._reading:
            self._parts.append(data)
