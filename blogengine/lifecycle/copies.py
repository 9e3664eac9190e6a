"""A copy of a site to try things on: what is done to it never reaches the real one."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect

from blogengine.config import Config
from blogengine.db import db
from blogengine.lifecycle.tables import drop
from blogengine.migrations import Owner
from blogengine.starting import bare_app

NOT_COPIED = frozenset({"run", "backups", "cache", "exports", "wheels"})
LARGEST_COPIED = 1024 * 1024
"""Bigger files of `instance/` aren't there in a copy; nothing that decides about a start is."""


@dataclass(frozen=True, slots=True)
class SiteCopy:
    """A folder like the site's, and the database that belongs to it."""

    folder: Path
    real: Path
    database_url: str

    def named(self, text: str) -> str:
        """Let a message name the places of the real site."""
        return text.replace(str(self.folder), str(self.real))


@contextmanager
def copy_of(config: Config) -> Iterator[SiteCopy]:
    """Make a copy of the site in a temporary folder; drop-in plugins are looked at where they are.

    A PostgreSQL database can't be copied while it is in use: the copy then works on the real one.
    """
    with tempfile.TemporaryDirectory(prefix="blogengine-trial-") as made:
        folder = Path(made).resolve()
        instance = folder / "instance"
        _copy_small(config.instance, instance)
        if config.plugin_folder.is_dir():
            (folder / "plugins").symlink_to(config.plugin_folder, target_is_directory=True)
        url = config.database_url
        if config.sqlite:
            target = instance / "blog.db"
            _copy_database(database_file(config), target)
            url = f"sqlite:///{target}"
        yield SiteCopy(folder, config.folder, url)


def database_file(config: Config) -> Path:
    """Return the file of a SQLite database."""
    with bare_app(config):
        return Path(str(db.engine.url.database))


def _copy_small(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for path in source.iterdir():
        if path.is_symlink() or path.name in NOT_COPIED or ".db" in path.name:
            continue
        if path.is_dir():
            _copy_small(path, target / path.name)
        elif path.is_file() and path.stat().st_size <= LARGEST_COPIED:
            shutil.copy2(path, target / path.name)


def _copy_database(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as real, closing(sqlite3.connect(target)) as copy:
        real.execute("PRAGMA busy_timeout=5000")
        real.execute("PRAGMA query_only=ON")
        real.backup(copy)


def table_names(config: Config) -> frozenset[str]:
    """Return the tables that are in the database now."""
    with bare_app(config):
        return frozenset(inspect(db.engine).get_table_names())


def drop_new_tables(config: Config, before: frozenset[str], plugins: list[str]) -> None:
    """Drop what a failed trial made for plugins that had no tables; the others keep theirs."""
    with bare_app(config):
        now = set(inspect(db.engine).get_table_names())
        owners = [Owner(name, Path()) for name in plugins]
        fresh = [owner for owner in owners if owner.version_table not in before]
        made = {
            table
            for table in now - before
            if any(owner.owns(table) or table == owner.version_table for owner in fresh)
        }
        if made:
            with db.write() as session:
                drop(session, made)
