"""Making a site and bringing its tables up to date, before any app can be built."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import inspect, select

from blogengine.clock import utcnow
from blogengine.config import Config
from blogengine.db import db
from blogengine.errors import OperatorError
from blogengine.guard import Guard
from blogengine.hooks import Hooks
from blogengine.host import Host, find_plugins
from blogengine.migrations import Owner, OwnerStatus, core_owner, status, upgrade
from blogengine.models import PluginRow, SiteStateRow
from blogengine.settings import SITE, store_setting
from blogengine.state import STATE_ID

DEFAULT_PLUGINS = ("comments", "feeds", "markdown_folder", "related", "theme_paper")
"""Switched on in a new site."""


@contextmanager
def bare_app(config: Config) -> Iterator[Flask]:
    """Open the database without loading plugins: for what comes before an app."""
    app = Flask("blogengine.bare", static_folder=None, template_folder=None)
    db.start(app, config)
    with app.app_context():
        try:
            yield app
        finally:
            db.close()


def is_initialised(config: Config) -> bool:
    """Whether there is a site in the database."""
    with bare_app(config):
        if not inspect(db.engine).has_table(core_owner().version_table):
            return False
        return db.reading().execute(select(SiteStateRow.id)).first() is not None


def initialise(config: Config, settings: Mapping[str, object]) -> None:
    """Make the tables and the site's one row, and switch the default plugins on.

    Safe to repeat: an existing site is only migrated. Values of `settings` that are None are
    left at their defaults.
    """
    if is_initialised(config):
        migrate(config)
        return
    with bare_app(config):
        _upgrade_all(config, DEFAULT_PLUGINS)
        with db.write() as session:
            session.add(SiteStateRow(id=STATE_ID, site_id=str(uuid.uuid4()), menu="[]"))
            session.flush()
            now = utcnow()
            for name in DEFAULT_PLUGINS:
                session.add(PluginRow(name=name, enabled=True, changed_at=now))
            for key, value in settings.items():
                if value is not None:
                    store_setting(session, SITE, key, value)


@dataclass(frozen=True, slots=True)
class Migrated:
    """The owners whose tables moved, and what failed: such a plugin is blocked, not the site."""

    moved: tuple[str, ...]
    failures: tuple[OperatorError, ...]


def migrate(config: Config) -> Migrated:
    """Bring the core's and all enabled plugins' tables up to date.

    Raises OperatorError when the core's own migration fails or the database is of newer code.
    """
    with bare_app(config):
        _refuse_newer(config)
        upgrade(db.write_engine, [core_owner()])
        return _upgrade_all(config, enabled_plugins())


def migrate_plugins(config: Config, plugins: Iterable[str]) -> Migrated:
    """Bring the tables of these plugins up to date, enabled or not."""
    with bare_app(config):
        return _upgrade_all(config, plugins)


def migration_status(config: Config) -> tuple[OwnerStatus, ...]:
    """Return where every owner's tables stand."""
    with bare_app(config):
        names = enabled_plugins() if inspect(db.engine).has_table("plugins") else ()
        return status(db.engine, _owners(config, names))


def enabled_plugins() -> tuple[str, ...]:
    """Return the names of enabled plugins, from the database alone."""
    query = select(PluginRow.name).where(PluginRow.enabled).order_by(PluginRow.name)
    return tuple(db.reading().execute(query).scalars())


def owner_named(config: Config, name: str) -> Owner | None:
    """Return the core's or a plugin's migration history; what it requires is loaded with it."""
    with bare_app(config):
        enabled = enabled_plugins()
    for owner in _owners(config, {*enabled, name}):
        if owner.name == name:
            return owner
    return None


def _owners(config: Config, plugins: Iterable[str]) -> list[Owner]:
    guard = Guard()
    host = Host(find_plugins(config.plugin_folder), Hooks(guard), guard)
    host.load(plugins, passed_over=config.safe)
    return [core_owner(), *host.owners()]


def _upgrade_all(config: Config, plugins: Iterable[str]) -> Migrated:
    """Upgrade each owner on its own: a plugin that fails stays behind and is blocked."""
    moved: list[str] = []
    failures: list[OperatorError] = []
    for owner in _owners(config, plugins):
        try:
            moved += upgrade(db.write_engine, [owner])
        except OperatorError as error:
            if owner.name == core_owner().name:
                raise
            failures.append(error)
    db.end_reading()
    return Migrated(tuple(moved), tuple(failures))


def _refuse_newer(config: Config) -> None:
    """Refuse a database that newer code has migrated: this code doesn't know its tables."""
    known = {path.stem.split("_")[0] for path in core_owner().folder.glob("[0-9]*.py")}
    state = status(db.engine, [core_owner()])[0]
    number = re.sub(r"\D", "", state.current or "")
    if number and number not in known:
        raise OperatorError(
            f"The database in {config.folder} was migrated by a newer blogengine.",
            code="database-newer",
            action="Install that version or a later one; nothing was touched.",
        )
