"""Sites to measure, each in a folder of its own, and the proof that bulk filling is true."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from bench.corpus import AUTHOR, sketches
from bench.filling import differences, dump, fill
from bench.texts import Texts
from blogengine.app import create_app
from blogengine.config import load_config
from blogengine.db import db
from blogengine.site import Site
from blogengine.starting import initialise
from blogengine.views.current import EXTENSION

PATIENT = {"BLOGENGINE_PATIENCE": "100"}
"""A busy machine is measured slow; it doesn't pause a plugin in the middle of a measurement."""

VERIFIED = 40
"""Posts written both ways and compared row by row before anything is measured."""


class Untrue(Exception):
    """The bulk-filled site isn't what saving the same posts gives."""


@dataclass(frozen=True, slots=True)
class BenchSite:
    """A filled site and its app."""

    posts: int
    app: Flask
    site: Site


@contextmanager
def empty_site() -> Iterator[BenchSite]:
    """Make a new site with the plugins of every new site."""
    with tempfile.TemporaryDirectory(prefix="blogengine-bench-") as folder:
        config = load_config(Path(folder), environ=PATIENT)
        initialise(config, {"title": "Bench", "base_url": "http://bench.example"})
        app = create_app(config)
        site: Site = app.extensions[EXTENSION]
        try:
            yield BenchSite(0, app, site)
        finally:
            site.posts.renderer.close()
            with app.app_context():
                for engine in db.engines.values():
                    engine.dispose()


@contextmanager
def filled_site(texts: Texts, posts: int) -> Iterator[BenchSite]:
    """Make a site with so many posts, written in bulk."""
    with empty_site() as made:
        with made.app.app_context():
            author = made.site.users.create(AUTHOR)
            fill(made.site, reversed(list(sketches(texts, posts))), author.id)
        yield BenchSite(posts, made.app, made.site)


def verify_filling(texts: Texts) -> None:
    """Raise Untrue unless bulk filling and saving one by one leave equal rows."""
    with filled_site(texts, VERIFIED) as bulk, bulk.app.app_context():
        in_bulk = dump(db.reading())
    with empty_site() as saved, saved.app.app_context():
        saved.site.users.create(AUTHOR)
        for sketch in reversed(list(sketches(texts, VERIFIED))):
            saved.site.posts.create(sketch.draft())
        one_by_one = dump(db.reading())
    if found := differences(in_bulk, one_by_one):
        raise Untrue("\n".join(found[:5]))
