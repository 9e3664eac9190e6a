"""The database: one object, two doors.

`db.reading()` is the request's snapshot, `db.write()` the only way to change anything. On SQLite
the reading connections refuse writes and every writing transaction starts as IMMEDIATE, so that
a transaction never dies half way with a lock it can't get.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Flask, g, has_app_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Engine, MetaData, event, text
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from blogengine.audited import EXEMPT, noting_writes, require_line
from blogengine.config import Config
from blogengine.errors import BlogError, OperatorError, Retryable
from blogengine.logs.statements import count_statements
from blogengine.ownership import guard_writes, writing_as
from blogengine.patience import BUSY_MILLISECONDS, PATIENCE, begin_patiently

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names of constraints: migrations can only change what has a name."""

WRITE = "write"
RUNTIME = "runtime"
COUNTING = "counting"
READING = "blogengine_reading"

WRITE_LOCK = 0x626C6F67
"""Number of the PostgreSQL advisory lock that writers take in turn."""

log = logging.getLogger(__name__)


class Base(DeclarativeBase):
    """Declarative base of the core's tables."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: stored in UTC without an offset, handed out aware, refused when naive."""

    impl = DateTime
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone.")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=UTC)


class WriteSession(Session):
    """The session of `db.write()`, which ends it: nobody else may, or half a change is stored."""

    def commit(self) -> None:
        raise RuntimeError("db.write() commits by itself, at its end.")

    def rollback(self) -> None:
        raise RuntimeError("db.write() rolls back when an error is raised inside it.")


class Database(SQLAlchemy):
    """Flask-SQLAlchemy with the two doors."""

    def start(self, app: Flask, config: Config) -> None:
        """Open the engines for this app; connections are made later, after any fork."""
        app.config["SQLALCHEMY_DATABASE_URI"] = config.database_url
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(config)
        if config.sqlite:
            runtime = f"sqlite:///{config.instance / 'runtime.db'}"
            app.config["SQLALCHEMY_BINDS"] = {
                WRITE: {"url": config.database_url, **_engine_options(config)},
                RUNTIME: {"url": runtime, **_engine_options(config)},
                COUNTING: {"url": runtime, **_engine_options(config)},
            }
        self.init_app(app)
        with app.app_context():
            if config.sqlite:
                _listen(self.engines[None], "BEGIN", read_only=True)
                _listen(self.engines[WRITE], "BEGIN IMMEDIATE", read_only=False)
                _listen(self.engines[RUNTIME], "BEGIN IMMEDIATE", read_only=False)
                _listen(
                    self.engines[COUNTING], "BEGIN IMMEDIATE", read_only=False, synchronous="NORMAL"
                )
            guard_writes(self.write_engine)
            for engine in {self.engine, self.write_engine}:
                count_statements(engine)
        app.teardown_appcontext(lambda _error: self.end_reading())

    @property
    def write_engine(self) -> Engine:
        return self.engines.get(WRITE) or self.engine

    @property
    def runtime_engine(self) -> Engine:
        """What changes without mattering to readers: on SQLite in a file of its own.

        A write there doesn't wait for one of the site's, and rings no reader's doorbell.
        """
        return self.engines.get(RUNTIME) or self.engine

    @contextmanager
    def runtime_reading(self) -> Iterator[Connection]:
        """Open a connection to the runtime tables for reading; it waits for no writer."""
        try:
            with self.runtime_engine.connect().execution_options(**{READING: True}) as connection:
                yield connection
        except DBAPIError as error:
            raise explained(error) from error

    @contextmanager
    def runtime_write(self) -> Iterator[Session]:
        """Open a transaction on the runtime tables; commits at the end, rolls back on any error.

        It may stand inside `write()`, but isn't undone with it. Raises Retryable, OperatorError.
        """
        try:
            with (
                writing_as(""),
                Session(self.runtime_engine, expire_on_commit=False) as session,
                session.begin(),
            ):
                if session.connection().dialect.name == "postgresql":
                    session.connection().exec_driver_sql(
                        f"SET LOCAL lock_timeout = {BUSY_MILLISECONDS}"
                    )
                yield session
        except DBAPIError as error:
            raise explained(error) from error

    @property
    def counting_engine(self) -> Engine:
        """The runtime tables for what is written with nearly every request.

        Its commits on SQLite don't wait for the disk: a power cut may forget the last counts, and
        nothing else.
        """
        return self.engines.get(COUNTING) or self.engine

    def reading(self) -> Connection:
        """Return this context's connection: one snapshot until it ends or a write is done."""
        connection: Connection | None = g.get("inside") or g.get("reading")
        if connection is None:
            try:
                connection = g.reading = self.engine.connect()
                if connection.dialect.name == "postgresql":
                    # Its default shows each statement a newer state; a page needs one.
                    connection.execution_options(isolation_level="REPEATABLE READ")
            except DBAPIError as error:
                raise explained(error) from error
        return connection

    def end_reading(self) -> None:
        """Give the snapshot back; the next `reading()` sees what was committed meanwhile."""
        connection: Connection | None = g.pop("reading", None)
        if connection is not None:
            connection.close()

    def end_failed_reading(self) -> None:
        """Give back a snapshot that a plugin's bad statement may have broken.

        PostgreSQL refuses everything after an error until the transaction ends; without this one
        plugin's mistake would be every other reader's.
        """
        if has_app_context() and db.engine.dialect.name == "postgresql":
            self.end_reading()

    def close(self) -> None:
        """Close this app's connections; a process that forks must not hand them on."""
        self.end_reading()
        for engine in self.engines.values():
            engine.dispose()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open the one writing transaction; commits at the end, rolls back on any error.

        A second one inside it raises RuntimeError at once instead of waiting for itself, and so
        does its end when something audited was written without a line in the trail. Raises
        Retryable when another writer holds the lock too long, OperatorError when the disk is full
        or read-only.
        """
        if g.get("writing"):
            raise RuntimeError("db.write() was called inside another db.write().")
        self.end_reading()
        g.writing = True
        try:
            with (
                writing_as(""),
                WriteSession(self.write_engine, expire_on_commit=False) as session,
                session.begin(),
                noting_writes() as written,
            ):
                _take_turn(session)
                yield session
                session.flush()
                require_line(written, session.info.get(EXEMPT, frozenset()))
        except DBAPIError as error:
            raise explained(error) from error
        finally:
            g.writing = False
            self.end_reading()

    @contextmanager
    def seeing(self, session: Session) -> Iterator[None]:
        """Let `reading()` show what the running write has written so far."""
        self.end_reading()
        g.inside = session.connection()
        try:
            yield
        finally:
            g.inside = None

    def require_open(self, session: Session) -> None:
        """Refuse to go on with a write whose transaction a plugin's statement has ended.

        SQLite does so for `INSERT OR ROLLBACK`; what followed would be stored at once.
        """
        driver: Any = session.connection().connection.dbapi_connection
        if isinstance(driver, sqlite3.Connection) and not driver.in_transaction:
            raise OperatorError(
                "A plugin has ended the transaction; nothing was saved.",
                code="transaction-ended",
                action="`blogengine plugin errors` says which; disable it, then try again.",
                status=500,
                exit_code=70,
            )


def _take_turn(session: Session) -> None:
    """Wait for the other writers before anything is read or decided.

    SQLite has one writer anyway; on PostgreSQL the lock keeps the order of the change log equal
    to the order of commits and makes counters free of deadlocks. Writes of a blog are few.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {PATIENCE.get()}")
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITE_LOCK})


db = Database(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def _engine_options(config: Config) -> dict[str, Any]:
    if config.sqlite:
        return {
            "pool_size": 8,
            "max_overflow": 24,
            "hide_parameters": True,  # an error's text goes into the log
            "connect_args": {"timeout": BUSY_MILLISECONDS / 1000, "check_same_thread": False},
        }
    return {
        "pool_pre_ping": True,
        "pool_size": 8,
        "hide_parameters": True,
        "connect_args": {"connect_timeout": 2},
    }


def _listen(engine: Engine, begin: str, *, read_only: bool, synchronous: str = "FULL") -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _record: object) -> None:
        # The driver's own BEGIN comes too late and never says IMMEDIATE.
        connection.isolation_level = None
        if not read_only:
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={synchronous}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        reading = connection.get_execution_options().get(READING)
        begin_patiently(connection, "BEGIN" if reading else begin)


def explained(error: DBAPIError) -> BlogError:
    """Turn a driver's error into one that says whose turn it is."""
    said = str(error.orig).lower()
    if isinstance(error, OperationalError):
        if "locked" in said or "busy" in said or "lock timeout" in said:
            return Retryable(
                "Another change is being written right now.",
                code="database-busy",
                action="Try again in a few seconds; nothing of this one was saved.",
            )
        if "full" in said:
            return OperatorError(
                "The disk that holds the database is full.",
                code="disk-full",
                action="Free some space, then try again; reading goes on meanwhile.",
                status=507,
                exit_code=74,
            )
        if "readonly" in said or "read-only" in said or "unable to open" in said:
            return OperatorError(
                f"The database can't be opened for writing: {error.orig}.",
                code="database-not-writable",
                action="Give the user that runs blogengine the right to write instance/.",
                exit_code=73,
            )
        if "no such table" not in said and "no such column" not in said:
            return Retryable(
                "The database doesn't answer.",
                code="database-away",
                action="Try again shortly; if it goes on, look at the database server.",
                exit_code=69,
            )
    return OperatorError(
        f"The database refused a statement: {str(error.orig).strip()}.",
        code="database-error",
        action="Run `blogengine migrate`; if that doesn't help, report it with the log.",
        exit_code=70,
        status=500,
    )
