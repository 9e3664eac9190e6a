"""The databases themselves, the tables' revisions, and whether the clock can be right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from blogengine.checkup.trouble import Trouble
from blogengine.clock import utcnow
from blogengine.config import Config
from blogengine.db import db, explained
from blogengine.models import ChangeRow
from blogengine.starting import bare_app, migration_status

MOST_SHOWN = 5
AHEAD = timedelta(minutes=5)
RESTORE = "Stop the site and put a backup of instance/ in place."


def check_database(config: Config) -> Iterator[Trouble]:
    """Let SQLite read every page and every reference; PostgreSQL looks after itself."""
    with bare_app(config):
        for name, engine in (("blog.db", db.engine), ("runtime.db", db.runtime_engine)):
            if engine.dialect.name == "sqlite":
                yield from _whole(name, engine)


def _whole(name: str, engine: Engine) -> Iterator[Trouble]:
    fix = RESTORE if name == "blog.db" else "Stop the site and remove instance/runtime.db."
    try:
        with engine.connect() as connection:
            said = connection.execute(text("PRAGMA integrity_check")).scalars().all()
            dangling = connection.execute(text("PRAGMA foreign_key_check")).all()
    except DBAPIError as error:
        yield Trouble("database", f"{name}: {explained(error).message}", fix)
        return
    for line in said[:MOST_SHOWN] if said != ["ok"] else ():
        yield Trouble("database", f"{name} is damaged: {line}", fix)
    tables = sorted({(row[0], row[2]) for row in dangling})
    for table, parent in tables[:MOST_SHOWN]:
        number = sum(row[0] == table and row[2] == parent for row in dangling)
        rows = "1 row names" if number == 1 else f"{number} rows name"
        yield Trouble("orphans", f"{rows} in {table} what isn't in {parent}.", fix)


def check_migrations(config: Config) -> Iterator[Trouble]:
    """Compare the tables' revisions with those of the code."""
    for owner in migration_status(config):
        if owner.pending:
            said = owner.problem or "Its tables aren't up to date."
            yield Trouble("migrations", f"{owner.owner}: {said}", "blogengine migrate")


def check_clock(config: Config) -> Iterator[Trouble]:
    """Compare this machine's clock with the last change, and with the database server's."""
    with bare_app(config):
        now, reading = utcnow(), db.reading()
        last = reading.execute(select(func.max(ChangeRow.at))).scalar()
        if last is not None and last > now + AHEAD:
            yield Trouble(
                "clock",
                f"The last change was made at {last:%Y-%m-%d %H:%M} UTC, which is still to come.",
                "Set the clock of this machine: timedatectl set-ntp true",
            )
        if reading.dialect.name == "postgresql":
            theirs = reading.execute(select(func.now())).scalar_one()
            if abs(theirs - now) > AHEAD:
                yield Trouble(
                    "clock",
                    f"The database server's clock says {theirs:%Y-%m-%d %H:%M}, ours {now:%H:%M}.",
                    "Set both clocks: timedatectl set-ntp true",
                )
