"""What a page asks of SQLite, counted below SQLAlchemy, and how SQLite answers it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from bench.variants import call
from blogengine.db import db

COUNTED = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE)\b", re.IGNORECASE)


@contextmanager
def traced(app: Flask) -> Iterator[list[str]]:
    """Collect what every connection of the app is asked, as SQLite itself sees it."""
    seen: list[str] = []

    def checked_out(connection: sqlite3.Connection, *_: Any) -> None:
        connection.set_trace_callback(seen.append)

    with app.app_context():
        engines = list(db.engines.values())
    for engine in engines:
        event.listen(engine, "checkout", checked_out)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "checkout", checked_out)
            engine.dispose()


def statements_of(app: Flask, path: str) -> list[str]:
    """Return the statements one request sends; the app has answered it before."""
    call(app.wsgi_app, path)
    with traced(app) as seen:
        call(app.wsgi_app, path)
    return [statement for statement in seen if COUNTED.match(statement)]


def plan_of(app: Flask, statement: str) -> list[tuple[int, int, str]]:
    """Return SQLite's plan: id, parent and detail of each node."""
    with app.app_context():
        rows = db.reading().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement.replace('%', '%%')}")
        return [(row[0], row[1], row[3]) for row in rows]


def objections(plan: list[tuple[int, int, str]]) -> list[str]:
    """Return the nodes that would grow with the blog.

    Sorting is fine where it stands outside the subquery that picked the ten posts of a page, and
    isn't where rows of the listing, or of all posts, come in.
    """
    details = {number: (parent, detail) for number, parent, detail in plan}
    wrong = []
    for _, parent, detail in plan:
        if re.match(r"SCAN (posts|listing|post_terms|post_authors)\b", detail):
            wrong.append(detail)
        elif "TEMP B-TREE" in detail and any(
            re.match(r"(SEARCH|SCAN) listing\b", other)
            for above, other in details.values()
            if above == parent
        ):
            wrong.append(f"{detail} of the listing")
    return wrong
