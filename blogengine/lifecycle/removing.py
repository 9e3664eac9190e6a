"""Taking a plugin out for good: export first, then drop all it owns, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, select

from blogengine import audit, changes
from blogengine.actors import require
from blogengine.config import Config
from blogengine.confirming import require_confirmed
from blogengine.db import db
from blogengine.errors import Retryable, UserError
from blogengine.guard import open_sharing
from blogengine.host import Found, find_plugins
from blogengine.host.manifests import dependants_of
from blogengine.lifecycle.exporting import Owned, export, owned_by
from blogengine.lifecycle.installing import wheel_folder
from blogengine.lifecycle.needs import requires_of_all
from blogengine.lifecycle.packages import uninstall_distribution
from blogengine.lifecycle.switching import disable, needed, state_of, unknown
from blogengine.lifecycle.tables import drop, has_version_table, pointed_at_by, tables_of
from blogengine.migrations import Owner
from blogengine.models import PluginRow, SettingRow, WheelRow
from blogengine.starting import bare_app, enabled_plugins

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Removal:
    """What an uninstall takes away, and what it leaves in place."""

    owned: Owned
    files: str
    """Where the plugin's files are; nothing when they are gone already."""
    distribution: str
    """The distribution that pip removes; nothing for other doors or when it has to stay."""
    kept_for: tuple[str, ...]
    """Enabled plugins that came with the same distribution."""


@dataclass(frozen=True, slots=True)
class Removed:
    """What an uninstall did: where the export is, and whether pip took the files away."""

    removal: Removal
    export: Path
    files_removed: bool


def plan_removal(config: Config, name: str, *, keep_files: bool = False) -> Removal:
    """Say what an uninstall would do. Raises UserError when it is unknown or others need it."""
    found = find_plugins(config.plugin_folder)
    with bare_app(config):
        owned = owned_by(db.reading(), name, sorted(found))
        enabled = set(enabled_plugins())
        tables = list(owned.tables) if owned else []
        pointing = pointed_at_by(db.reading(), tables)
    if owned is None and name not in found:
        raise unknown(name)
    if dependants := [
        one for one in dependants_of([name], requires_of_all(config)) if one in enabled
    ]:
        raise needed(name, tuple(dependants))
    if pointing:
        raise UserError(
            f"The tables {', '.join(pointing)} point at tables of {name}.",
            code="plugin-tables-needed",
            action="Uninstall the plugin they belong to first.",
            status=409,
        )
    plugin = found.get(name)
    distribution, kept_for = _distribution(plugin, found, enabled, keep_files=keep_files)
    files = plugin.location if plugin else ""
    return Removal(owned or Owned(name), files, distribution, kept_for)


def _distribution(
    plugin: Found | None, found: dict[str, Found], enabled: set[str], *, keep_files: bool
) -> tuple[str, tuple[str, ...]]:
    if plugin is None or plugin.entry is None or plugin.entry.dist is None or keep_files:
        return "", ()
    name = plugin.entry.dist.name
    others = tuple(
        other.name
        for other in found.values()
        if other.name != plugin.name
        and other.name in enabled
        and other.entry is not None
        and other.entry.dist is not None
        and other.entry.dist.name == name
    )
    return ("", others) if others else (name, ())


def uninstall(
    config: Config, name: str, *, keep_files: bool = False, say: Say = lambda _text: None
) -> Removed:
    """Disable, export, drop, and let pip remove an installed one; each step only after the last.

    Raises UserError as `plan_removal` and `disable` do, OperatorError when the export fails, and
    Retryable when somebody wrote into the tables meanwhile.
    """
    require("plugins.switch")
    require_confirmed()
    removal = plan_removal(config, name, keep_files=keep_files)
    if removal.owned.enabled:
        disable(config, name, say=say)
    say("Writing the export …")
    path, owned = export(config, name)
    say("Dropping its tables and settings …")
    _drop(config, owned)
    _forget_failures(config, name)
    if removal.distribution:
        say(f"Removing the distribution {removal.distribution} …")
        uninstall_distribution(removal.distribution)
        _forget_wheel(config, removal.distribution)
    return Removed(removal, path, bool(removal.distribution))


def _forget_failures(config: Config, name: str) -> None:
    """Another plugin of this name begins with a clean record."""
    with bare_app(config):
        open_sharing().forget(name, faults=True)


def _forget_wheel(config: Config, distribution: str) -> None:
    with bare_app(config), db.write() as session:
        there = WheelRow.distribution == distribution
        wheel = session.scalars(select(WheelRow).where(there)).first()
        if wheel is None:
            return
        file = wheel_folder(config) / wheel.filename
        known = {"version": wheel.version, "sha256": wheel.sha256}
        subject = f"wheel:{wheel.distribution}"
        audit.record(session, "wheel.removed", subject=subject, before=known)
        session.delete(wheel)
    file.unlink(missing_ok=True)


def _drop(config: Config, exported: Owned) -> None:
    name = exported.name
    others = sorted(find_plugins(config.plugin_folder))
    with bare_app(config), db.write() as session:
        connection = session.connection()
        now = owned_by(connection, name, others) or Owned(name)
        if now.tables != exported.tables or now.settings != exported.settings:
            raise Retryable(
                f"The data of {name} changed while it was exported.",
                code="plugin-changed-meanwhile",
                action="Nothing was dropped; try again.",
            )
        tables = {*tables_of(connection, name, others)}
        if has_version_table(connection, name):
            tables.add(Owner(name, Path()).version_table)
        drop(session, tables)
        row = session.get(PluginRow, name)
        known: dict[str, object] = {"tables": sorted(tables), "settings": sorted(now.settings)}
        known |= state_of(row) if row else {}
        audit.record(session, "plugin.uninstalled", subject=f"plugin:{name}", before=known)
        session.execute(delete(SettingRow).where(SettingRow.owner == name))
        session.execute(delete(PluginRow).where(PluginRow.name == name))
        changes.settings_changed(session)
        changes.record(session, [f"plugin:{name}", f"settings:{name}"])
