"""Sites to attack: the engine with its built-in plugins, and one with a naive plugin besides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from blogengine.testing.blog import Blog, Workshop, put_in
from blogengine.testing.visitor import Visitor

NAIVE = Path(__file__).parent / "naive_plugin" / "guestbook"
BUILT_IN = ("comments", "feeds", "related", "theme_paper", "archive_widgets", "site_identity")
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def build(
    tmp_path_factory: pytest.TempPathFactory, blogengine_workshop: Workshop
) -> Iterator[Callable[..., Blog]]:
    """Build sites that the tests of one file share: what is stored once is attacked by many."""
    with ExitStack() as stack:

        def make(*plugins: str, naive: bool = False, strict: bool = False, **words: Any) -> Blog:
            folder = tmp_path_factory.mktemp("attacked") / "site"
            if naive:
                import shutil

                shutil.copytree(blogengine_workshop.fresh(), folder)
                put_in(folder, str(NAIVE), NAIVE)
                plugins = (*plugins, "guestbook")
            made = blogengine_workshop.build(folder, plugins=plugins, strict=strict, **words)
            stack.callback(made.close)
            for name in plugins:
                assert made.reason(name) == "", made.reason(name)
            return made

        yield make


@pytest.fixture
def naive(build: Callable[..., Blog]) -> Blog:
    """A fresh site with the guestbook of somebody who thought of nothing."""
    return build(*BUILT_IN, naive=True)


@pytest.fixture
def visitor(naive: Blog) -> Visitor:
    return Visitor(naive.app)
