"""Carry out migrations: status, upgrade, and a new revision from the difference to the models."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from blogengine.db import WRITE_LOCK
from blogengine.errors import BlogError, OperatorError, UserError
from blogengine.migrations.owners import Owner, UnfitHistory, newest_revision, runtime_owner

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OwnerStatus:
    """Where an owner's tables stand: the applied revision and the newest one there is.

    `problem` says why its history can't be followed.
    """

    owner: str
    current: str | None
    newest: str | None
    problem: str = ""

    @property
    def pending(self) -> bool:
        return bool(self.problem) or self.current != self.newest


def status(engine: Engine, owners: Iterable[Owner]) -> tuple[OwnerStatus, ...]:
    """Compare applied and newest revisions of all owners."""
    with engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
        return tuple(_status(connection, owner, tables) for owner in owners)


def pending(engine: Engine, owners: Iterable[Owner]) -> tuple[OwnerStatus, ...]:
    """Return the owners whose tables aren't at their newest revision."""
    return tuple(state for state in status(engine, owners) if state.pending)


def _status(connection: Connection, owner: Owner, tables: set[str]) -> OwnerStatus:
    current = _current(connection, owner, tables)
    try:
        return OwnerStatus(owner.name, current, newest_revision(owner.folder))
    except UnfitHistory as error:
        return OwnerStatus(owner.name, current, None, str(error))


def _current(connection: Connection, owner: Owner, tables: set[str]) -> str | None:
    if owner.version_table not in tables:
        return None
    query = text(f"SELECT version_num FROM {owner.version_table}")
    return connection.execute(query).scalar()


def upgrade(engine: Engine, owners: Iterable[Owner]) -> tuple[str, ...]:
    """Bring every owner to its newest revision and return the names of those that moved.

    Each owner's steps are one transaction. On SQLite foreign keys are off meanwhile: a batch
    change copies the table and drops the old one, and with ON DELETE CASCADE in force that
    silently deletes every child row. Raises OperatorError when a step fails; that owner's tables
    are then as before.
    """
    moved = []
    for owner in owners:
        state = status(engine, [owner])[0]
        if not state.pending:
            continue
        if state.problem:
            raise migration_failed(owner.name, state.problem)
        try:
            _run(engine, owner, lambda script, _rev: script._upgrade_revs("head", _rev))
        except Exception as error:
            raise migration_failed(owner.name, str(error) or type(error).__name__) from error
        moved.append(owner.name)
    return tuple(moved)


def upgrade_runtime(engine: Engine) -> None:
    """Make the runtime tables or bring them up to date.

    A site is served without them: then plugins' faults aren't remembered, and each process counts
    limits alone. So a failure is a warning only.
    """
    try:
        if pending(engine, [runtime_owner()]):
            upgrade(engine, [runtime_owner()])
    except (SQLAlchemyError, BlogError) as error:
        log.warning("What happens between requests can't be remembered: %s", error)


def migration_failed(owner: str, why: str) -> OperatorError:
    """The error of an owner whose tables stay as they were."""
    return OperatorError(
        f"Migrating the tables of {owner} failed: {why.rstrip('.')}.",
        code="migration-failed",
        action=f"Nothing of {owner} was changed; report the error to its author.",
    )


def make_revision(engine: Engine, owner: Owner, message: str) -> str:
    """Write the next revision file from the difference between models and database.

    Returns its path. Raises UserError when nothing differs or older revisions are pending.
    """
    from alembic.autogenerate import produce_migrations, render_python_code
    from alembic.runtime.migration import MigrationContext

    if owner.metadata is None:
        raise UserError(
            f"{owner.name} has no models.",
            code="migration-no-models",
            action="Declare its tables with table_base() in its module or its `models`.",
        )
    state = status(engine, [owner])[0]
    if state.pending:
        raise UserError(
            f"The tables of {owner.name} aren't at their newest revision.",
            code="migration-pending",
            action="Run `blogengine migrate` first.",
        )
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=_options(owner))
        operations = produce_migrations(context, owner.metadata)
        upgrades = operations.upgrade_ops
        if upgrades is None or upgrades.is_empty():
            raise UserError(
                f"The models of {owner.name} and its tables are the same.",
                code="migration-nothing",
                action="Change a model first.",
            )
        body = render_python_code(upgrades, render_as_batch=True, migration_context=context)
    number = len(list(owner.folder.glob("[0-9]*.py"))) + 1
    slug = "".join(letter if letter.isalnum() else "_" for letter in message.lower())[:40]
    path = owner.folder / f"{number:04d}_{slug.strip('_')}.py"
    revision = f"{owner.name}_{number:04d}"
    owner.folder.mkdir(parents=True, exist_ok=True)
    path.write_text(_file(message, revision, state.newest, body), encoding="utf-8")
    return str(path)


def _file(message: str, revision: str, parent: str | None, body: str) -> str:
    lines = [line for line in body.splitlines() if not line.lstrip().startswith("#")]
    # A revision must go on working when the engine's own types change: it names plain ones.
    code = re.sub(r"[\w.]*UtcDateTime\(\)", "sa.DateTime()", "\n".join(lines)).strip()
    return (
        f'"""{message.rstrip(".")}."""\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n'
        f"revision = {revision!r}\ndown_revision = {parent!r}\n\n\n"
        f"def upgrade() -> None:\n    {code}\n"
    )


def _options(owner: Owner) -> dict[str, Any]:
    def include(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or (name is not None and owner.owns(name))

    return {
        "version_table": owner.version_table,
        "target_metadata": owner.metadata,
        "render_as_batch": True,
        "include_name": include,
        "compare_type": False,
    }


def _run(engine: Engine, owner: Owner, steps: Callable[[ScriptDirectory, Any], Any]) -> None:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(owner.folder), version_locations=[str(owner.folder)])

    def plan(revision: Any, _context: MigrationContext) -> Any:
        return steps(script, revision)

    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # Takes no effect inside a transaction, so it goes straight to the driver.
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        try:
            with EnvironmentContext(Config(), script, fn=plan) as environment:
                environment.configure(connection=connection, **_options(owner))
                transaction: AbstractContextManager[Any] = connection.begin()
                with transaction:
                    if connection.dialect.name == "postgresql":
                        # Two hosts that start at once take turns; the second finds it done.
                        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")
                    environment.run_migrations()
                    if sqlite:
                        _check_references(connection)
        finally:
            if sqlite:
                connection.rollback()
                connection.connection.cursor().execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise ValueError(f"{len(broken)} rows would point at nothing, the first in {broken[0][0]}")
