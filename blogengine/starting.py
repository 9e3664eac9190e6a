"""Making a site and bringing its tables up to date, before any app can be built."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from flask import Flask
from sqlalchemy import inspect, select, update

from blogengine import audit
from blogengine.clock import utcnow
from blogengine.config import Config
from blogengine.contributions import API_VERSION
from blogengine.db import db
from blogengine.errors import OperatorError
from blogengine.guard import Guard
from blogengine.hooks import Hooks
from blogengine.host import Found, Host, find_plugins
from blogengine.host.files import files_hash
from blogengine.host.manifests import declared, in_order, required_by
from blogengine.migrations import (
    Owner,
    OwnerStatus,
    core_owner,
    migration_failed,
    pending,
    status,
    upgrade,
    upgrade_runtime,
)
from blogengine.migrations.apart import Migrated, upgrade_apart
from blogengine.models import PluginRow, SiteStateRow
from blogengine.settings import SITE, store_setting
from blogengine.state import STATE_ID

DEFAULT_PLUGINS = (
    "admin",
    "comments",
    "feeds",
    "light_dark",
    "markdown_folder",
    "media",
    "ops",
    "redirects",
    "related",
    "robots",
    "search",
    "sharing",
    "sitemap",
    "theme_paper",
)
"""Switched on in a new site."""

SAFE_PLUGINS = frozenset({"admin"})
"""What runs in safe mode all the same, if it is switched on: there the owner mends the site."""


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


def initialise(config: Config, settings: Mapping[str, object], also: Sequence[str] = ()) -> None:
    """Make the tables and the site's one row, and switch the default plugins and `also` on.

    Safe to repeat: an existing site is only migrated. Values of `settings` that are None are
    left at their defaults.
    """
    if is_initialised(config):
        migrate(config)
        return
    chosen = tuple(dict.fromkeys((*DEFAULT_PLUGINS, *also)))
    with bare_app(config):
        upgrade(db.write_engine, [core_owner()])
        upgrade_runtime(db.runtime_engine)
        _migrate_plugins(config, chosen)
        found = find_plugins(config.plugin_folder)
        with db.write() as session:
            site = SiteStateRow(id=STATE_ID, site_id=str(uuid.uuid4()), menu="[]")
            session.add(site)
            session.flush()
            plugins = {"plugins": chosen}
            audit.record(session, "site.created", subject=f"site:{site.site_id}", after=plugins)
            now = utcnow()
            for name in chosen:
                session.add(_enabled_row(name, found.get(name), now))
            for key, value in settings.items():
                if value is not None:
                    store_setting(session, SITE, key, value, secret=False)


def _enabled_row(name: str, found: Found | None, now: datetime) -> PluginRow:
    version, hashed = (found.version, files_hash(found)) if found else ("", "")
    return PluginRow(name=name, enabled=True, version=version, files_hash=hashed, changed_at=now)


def migrate(config: Config) -> Migrated:
    """Bring the core's and all enabled plugins' tables up to date; runs no code of a plugin here.

    The core comes first, whatever is wrong with a plugin's files or whether they are there at all.
    Raises OperatorError when the core's own migration fails or the database is of newer code.
    """
    with bare_app(config):
        _refuse_newer(config)
        moved = upgrade(db.write_engine, [core_owner()])
        done = Migrated() if config.safe else _migrate_plugins(config, enabled_plugins())
        return Migrated((*moved, *done.moved), done.failed)


def migrate_plugins(config: Config, plugins: Iterable[str]) -> Migrated:
    """Bring the tables of these plugins up to date, enabled or not."""
    with bare_app(config):
        return _migrate_plugins(config, plugins)


def migration_status(config: Config) -> tuple[OwnerStatus, ...]:
    """Return where every owner's tables stand."""
    with bare_app(config):
        names = enabled_plugins() if inspect(db.engine).has_table("plugins") else ()
        return status(db.engine, [core_owner(), *plugin_owners(config, names)])


def enabled_plugins(config: Config | None = None) -> tuple[str, ...]:
    """Return the names of enabled plugins, from the database alone.

    With a configuration only those that it lets load.
    """
    query = select(PluginRow.name).where(PluginRow.enabled).order_by(PluginRow.name)
    names = tuple(db.reading().execute(query).scalars())
    only = config.only_plugins if config else None
    return names if only is None else tuple(name for name in names if name in only)


def plugin_owners(config: Config, plugins: Iterable[str]) -> list[Owner]:
    """Return the histories of these plugins from their files, what others require first."""
    found = find_plugins(config.plugin_folder)
    there = {name: found[name] for name in plugins if name in found}
    manifests = {name: declared(plugin) for name, plugin in there.items()}
    order = in_order(there, {name: said.requires for name, said in manifests.items()})
    return [
        Owner(name, folder / "migrations")
        for name in order
        if (folder := there[name].folder) is not None
        and (folder / "migrations").is_dir()
        and not there[name].problem
        and manifests[name].api in (None, API_VERSION)
    ]


def trusted_plugins() -> frozenset[str]:
    """Return the plugins to whose trusted filters the owner agreed."""
    return frozenset(
        db.reading().execute(select(PluginRow.name).where(PluginRow.trusted)).scalars()
    )


def owner_named(config: Config, name: str) -> Owner | None:
    """Return the core's or a plugin's history with its models: imports it and what it requires."""
    if name == core_owner().name:
        return core_owner()
    found = find_plugins(config.plugin_folder)
    requires = {plugin.name: declared(plugin).requires for plugin in found.values()}
    guard = Guard(patience=config.patience)
    host = Host(found, Hooks(guard), guard)
    host.load([name, *required_by([name], requires)])
    return next((owner for owner in host.owners() if owner.name == name), None)


def _migrate_plugins(config: Config, plugins: Iterable[str]) -> Migrated:
    """Upgrade what is pending, each owner on its own: one that fails stays behind, blocked."""
    names = list(plugins)
    owners = {owner.name: owner for owner in plugin_owners(config, names)}
    waiting = pending(db.engine, owners.values())
    unfit = [(state.owner, state.problem) for state in waiting if state.problem]
    db.end_reading()
    sound = [owners[state.owner] for state in waiting if not state.problem]
    done = upgrade_apart(config, sound) if sound else Migrated()
    broken = tuple((owner, migration_failed(owner, problem)) for owner, problem in unfit)
    done = Migrated(done.moved, (*broken, *done.failed))
    _remember(names, {owner: error.message for owner, error in done.failed})
    return done


def _remember(plugins: Iterable[str], problems: Mapping[str, str]) -> None:
    """Keep why tables stay behind, for whoever looks later; writes only what differs."""
    query = select(PluginRow.name, PluginRow.migration_problem)
    known = {name: problem for name, problem in db.reading().execute(query)}
    changed = [name for name in plugins if known.get(name, "") != problems.get(name, "")]
    db.end_reading()
    if not changed:
        return
    with db.write() as session:
        audit.no_act(session, PluginRow.__tablename__)
        for name in changed:
            problem = problems.get(name, "")
            session.execute(
                update(PluginRow).where(PluginRow.name == name).values(migration_problem=problem)
            )


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
