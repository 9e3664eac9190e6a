"""What a page asks of SQLite, counted below SQLAlchemy, and how much SQLite does for it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import event

from bench.variants import call
from blogengine.db import db

STEPS_A_TICK = 5
COUNTED = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE)\b", re.IGNORECASE)


@dataclass(slots=True)
class Asked:
    """What one request asked: all statements, and the steps of SQLite's machine for them.

    Steps have no noise: a query that walks over rows it doesn't return shows here, though its
    plan looks innocent.
    """

    said: list[str] = field(default_factory=list)
    ticks: int = 0

    @property
    def statements(self) -> list[str]:
        return [text for text in self.said if COUNTED.match(text)]

    @property
    def steps(self) -> int:
        return self.ticks * STEPS_A_TICK

    def tick(self) -> None:
        self.ticks += 1


@contextmanager
def traced(app: Flask) -> Iterator[Asked]:
    """Watch what every connection of the app is asked, as SQLite itself sees it."""
    seen = Asked()

    def checked_out(connection: sqlite3.Connection, *_: Any) -> None:
        connection.set_trace_callback(seen.said.append)
        connection.set_progress_handler(seen.tick, STEPS_A_TICK)

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


def asked_by(app: Flask, path: str) -> Asked:
    """Return what one request asks; the app has answered it before."""
    call(app.wsgi_app, path)
    with traced(app) as seen:
        call(app.wsgi_app, path)
    return seen


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
