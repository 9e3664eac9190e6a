"""What the database's driver is handed, counted below SQLAlchemy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from blogengine.db import db

COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "REPLACE")
WRITING = ("INSERT", "UPDATE", "DELETE", "REPLACE")


@contextmanager
def counting(app: Flask) -> Iterator[list[str]]:
    """Yield a list that fills with the SELECTs and writes of an app."""
    seen: list[str] = []
    with app.app_context():
        engines = set(db.engines.values())

    def listener(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if first_word(statement) in COUNTED:
            seen.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", listener)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", listener)


def first_word(statement: str) -> str:
    """Return what a statement does."""
    words = statement.split(None, 1)
    return words[0].upper() if words else ""
