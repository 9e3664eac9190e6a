"""Sites to attack: the engine with its built-in plugins, and one with a naive plugin besides."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from blogengine.testing.blog import Blog, Workshop, put_in

NAIVE = Path(__file__).parent / "naive_plugin" / "guestbook"
BUILT_IN = ("comments", "feeds", "related", "theme_paper", "archive_widgets", "site_identity")
HERE = {"Sec-Fetch-Site": "same-origin"}


Build = Callable[..., Blog]


@contextmanager
def building(folder: Path, workshop: Workshop) -> Iterator[Build]:
    """Build sites; the last one built is the one whose database `db` means."""
    with ExitStack() as stack:

        def make(*plugins: str, naive: bool = False, strict: bool = False, **words: Any) -> Blog:
            place = folder / f"site{len(list(folder.iterdir()))}"
            if naive:
                shutil.copytree(workshop.fresh(), place)
                put_in(place, str(NAIVE), NAIVE)
                plugins = (*plugins, "guestbook")
            made = workshop.build(place, plugins=plugins, strict=strict, **words)
            stack.callback(made.close)
            for name in plugins:
                assert made.reason(name) == "", made.reason(name)
            return made

        yield make


@pytest.fixture(scope="module")
def build(
    tmp_path_factory: pytest.TempPathFactory, blogengine_workshop: Workshop
) -> Iterator[Build]:
    """Build sites that the tests of one file share: what is stored once is attacked by many."""
    with building(tmp_path_factory.mktemp("attacked"), blogengine_workshop) as make:
        yield make


@pytest.fixture
def fresh(tmp_path: Path, blogengine_workshop: Workshop) -> Iterator[Build]:
    """Build sites for one test."""
    with building(tmp_path, blogengine_workshop) as make:
        yield make
