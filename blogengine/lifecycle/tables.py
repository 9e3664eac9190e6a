"""Tables known by name alone: reading, counting and dropping them without any model."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, column, func, inspect, select
from sqlalchemy import table as table_named
from sqlalchemy.orm import Session

from blogengine.migrations import Owner


def reflected(connection: Connection, names: Iterable[str]) -> list[Table]:
    """Return the tables as the database describes them, those that others point at first."""
    metadata = MetaData()
    wanted = set(names)
    for name in sorted(wanted):
        Table(name, metadata, autoload_with=connection, resolve_fks=False)
    return sorted(metadata.tables.values(), key=lambda table: _depth(table, wanted, frozenset()))


def _depth(table: Table, wanted: set[str], seen: frozenset[str]) -> tuple[int, str]:
    """Sort by how many steps of foreign keys lie below a table, among the wanted ones."""
    below = [
        other
        for key in table.foreign_keys
        if (other := key.target_fullname.rpartition(".")[0]) in wanted
        and other != table.name
        and other not in seen
    ]
    deeper = (table.metadata.tables[name] for name in below)
    depths = [_depth(other, wanted, seen | {table.name})[0] for other in deeper]
    return max(depths, default=-1) + 1, table.name


def count(connection: Connection, table: str) -> int:
    """Return how many rows a table has."""
    return connection.execute(select(func.count()).select_from(table_named(table))).scalar_one()


def real_tables(connection: Connection, names: Iterable[str]) -> tuple[str, ...]:
    """Leave out the tables in which SQLite keeps a virtual table; they come and go with it."""
    virtual = virtual_tables(connection)
    kept_by = tuple(f"{name}_" for name in virtual)
    return tuple(name for name in names if name in virtual or not name.startswith(kept_by or "/"))


def virtual_tables(connection: Connection) -> set[str]:
    """Return the virtual tables, such as those of a full-text index; only SQLite has them."""
    if connection.dialect.name != "sqlite":
        return set()
    query = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'"
    return {row[0] for row in connection.exec_driver_sql(query)}


def revision_of(connection: Connection, name: str) -> str | None:
    """Return the revision a plugin's tables are at; None when it has no version table."""
    if not has_version_table(connection, name):
        return None
    version = table_named(Owner(name, Path()).version_table, column("version_num"))
    found: str | None = connection.execute(select(version.c.version_num)).scalar()
    return found


def has_version_table(connection: Connection, name: str) -> bool:
    """Whether a plugin's migrations were ever applied."""
    return bool(version_owners(connection, [Owner(name, Path()).version_table]))


def drop(session: Session, names: Iterable[str]) -> None:
    """Drop tables in the caller's transaction, those that point at others first."""
    connection = session.connection()
    own = real_tables(connection, sorted(names))
    virtual = virtual_tables(connection)
    quote = connection.dialect.identifier_preparer.quote
    for name in (name for name in own if name in virtual):
        connection.exec_driver_sql(f"DROP TABLE {quote(name)}")
    for table in reversed(reflected(connection, set(own) - virtual)):
        table.drop(connection)


def tables_of(connection: Connection, name: str, others: Iterable[str]) -> tuple[str, ...]:
    """Return a plugin's tables by their names, without its version table.

    `comments_extra_note` belongs to the plugin `comments_extra`, if there is or was one, and not
    to `comments`: the longest name that fits is the owner. `others` are names of plugins that are
    found; those that once had tables are known by their version tables.
    """
    there = set(inspect(connection).get_table_names())
    owners = {*others, *version_owners(connection, there)}
    rivals = {other for other in owners if other.startswith(f"{name}_")}
    taken = {table for table in there for rival in rivals if table.startswith(f"{rival}_")}
    own = {table for table in there if Owner(name, Path()).owns(table)}
    return tuple(sorted(own - taken))


def version_owners(connection: Connection, tables: Iterable[str]) -> set[str]:
    """Return who has or had tables: a version table has one column that nothing else has."""
    asked = inspect(connection)
    return {
        table.removesuffix("_schema")
        for table in set(tables) & set(asked.get_table_names())
        if table.endswith("_schema")
        and [column["name"] for column in asked.get_columns(table)] == ["version_num"]
    }


def pointed_at_by(connection: Connection, names: Iterable[str]) -> tuple[str, ...]:
    """Return other tables that have foreign keys to these: dropping would empty them."""
    own, asked = set(names), inspect(connection)
    return tuple(
        table
        for table in sorted(set(asked.get_table_names()) - own)
        if any(key["referred_table"] in own for key in asked.get_foreign_keys(table))
    )
