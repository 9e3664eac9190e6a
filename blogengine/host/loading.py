"""Loading the enabled plugins of one app, and what became of each."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Engine, select

from blogengine.contributions import API_VERSION, Plugin
from blogengine.errors import NotFound
from blogengine.guard import Guard, TooHeavy, stopped_by_hand
from blogengine.hooks import Hooks
from blogengine.host.finding import Found
from blogengine.migrations import Owner, pending
from blogengine.models import PluginRow
from blogengine.schema import setting_fields
from blogengine.tables import table_metadata

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PluginStatus:
    """What is known of a plugin. `state` is found, enabled, running, blocked, failed, paused or
    missing; `reason` says why it isn't running, with what to do."""

    name: str
    state: str
    found: Found | None
    enabled: bool
    reason: str = ""
    manifest: Plugin | None = None
    hooks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """A plugin whose module is imported and whose manifest is sound."""

    found: Found
    module: ModuleType
    manifest: Plugin

    @property
    def folder(self) -> Path | None:
        """The package's folder; None for a plugin of a single file."""
        file = Path(self.module.__file__ or "")
        return file.parent if file.name == "__init__.py" else None

    @property
    def owner(self) -> Owner | None:
        """The plugin's migration history, if it has one."""
        folder = self.folder / "migrations" if self.folder else None
        if folder is None or not folder.is_dir():
            return None
        return Owner(self.found.name, folder, table_metadata(self.found.name, self.module))


class Unfit(Exception):
    """Why a plugin can't run, as a sentence; `state` is blocked or failed."""

    def __init__(self, state: str, reason: str) -> None:
        super().__init__(reason)
        self.state = state


class Host:
    """The plugins of one app.

    `load()` imports them, `blogengine.host.registering` then asks what they contribute; a plugin
    that fails on the way is dropped with its reason, and the app goes on without it.
    """

    def __init__(self, found: Mapping[str, Found], hooks: Hooks, guard: Guard) -> None:
        self.found = found
        self.hooks = hooks
        self.guard = guard
        self.loaded: dict[str, Loaded] = {}
        self._enabled: frozenset[str] = frozenset()
        self._unfit: dict[str, Unfit] = {}
        self._outdated: tuple[tuple[str, str], ...] = ()

    def load(self, enabled: Iterable[str], *, only: Collection[str] | None = None) -> None:
        """Import the enabled plugins, those they require first.

        With `only` (safe mode) no others are imported; they stay enabled.
        """
        self._enabled = frozenset(enabled)
        wanted = self._enabled if only is None else self._enabled & set(only)
        for name in sorted(wanted):
            found = self.found.get(name)
            if found is None:
                continue
            try:
                self.loaded[name] = self._load(found)
            except Unfit as unfit:
                self.drop(name, unfit)
        for name in list(self.loaded):
            self._require(name)
        self.loaded = {name: self.loaded[name] for name in self._in_order()}
        # pluggy calls what was registered last first; registering backwards makes it forwards.
        for name in reversed(list(self.loaded)):
            self._register(name)

    def _load(self, found: Found) -> Loaded:
        circuit = self.guard.circuit(found.name)
        if circuit.unfit and not circuit.closed(self.guard.clock()):
            again = f"Try it again with: blogengine plugin errors {found.name} --retry"
            raise Unfit("failed", f"{circuit.why} {again}")
        try:
            with self.guard.loading(found.name, "import"):
                return load_one(found)
        except TooHeavy as error:
            raise Unfit("failed", error.message) from error
        except Unfit as unfit:
            if unfit.__cause__ is not None:
                self.guard.report(found.name, "import", unfit.__cause__, "import")
            raise

    def remember_outdated(self, uses: Iterable[tuple[str, str]]) -> None:
        """Keep what was found out about that when the app was built."""
        self._outdated = tuple(uses)

    def block_unmigrated(self, engine: Engine) -> None:
        """Take out plugins whose tables aren't at their newest revision."""
        owners = [plugin.owner for plugin in self.loaded.values()]
        waiting = pending(engine, [owner for owner in owners if owner is not None])
        if not waiting:
            return
        with engine.connect() as connection:
            query = select(PluginRow.name, PluginRow.migration_problem)
            told = {name: problem for name, problem in connection.execute(query) if problem}
        for state in waiting:
            reason = told.get(state.owner) or state.problem or "Its tables aren't up to date."
            self.drop(state.owner, Unfit("blocked", f"{reason} Run: blogengine migrate"))

    def owners(self) -> tuple[Owner, ...]:
        """Return the migration histories of the loaded plugins, in order of dependence."""
        owners = (plugin.owner for plugin in self.loaded.values())
        return tuple(owner for owner in owners if owner is not None)

    def drop(self, name: str, unfit: Unfit) -> None:
        """Take a plugin out of this app and remember why."""
        self._unfit[name] = unfit
        if self.loaded.pop(name, None) is not None and self.hooks.has(name):
            self.hooks.remove(name)
        for dependant in list(self.loaded):
            self._require(dependant)
        cause = unfit.__cause__
        log.error(
            "Plugin %s is %s: %s", name, unfit.state, unfit, exc_info=cause, extra={"plugin": name}
        )

    def _require(self, name: str) -> None:
        plugin = self.loaded.get(name)
        for other in plugin.manifest.requires if plugin else ():
            if other not in self.loaded:
                reason = f"It needs the plugin {other}. Run: blogengine plugin enable {other}"
                self.drop(name, Unfit("blocked", reason))  # and with it those that need it
                return

    def _in_order(self) -> list[str]:
        order: list[str] = []
        entered: set[str] = set()  # two that require each other must not go round for ever

        def visit(name: str) -> None:
            if name not in entered and name in self.loaded:
                entered.add(name)
                for other in self.loaded[name].manifest.requires:
                    if other != name:
                        visit(other)
                if name not in order:
                    order.append(name)

        for name in sorted(self.loaded):
            visit(name)
        return order

    def _register(self, name: str) -> None:
        try:
            self.hooks.add(name, self.loaded[name].module)
            self._check_names(name)
        except Unfit as unfit:
            self.drop(name, unfit)
        except Exception as error:  # whatever pluggy finds wrong is the plugin's fault
            self.drop(name, Unfit("failed", f"One of its hooks is wrong: {error}"))

    def _check_names(self, name: str) -> None:
        """Refuse unknown hooks, but those that a found plugin might offer when it is on."""
        for plugin, hook in self.hooks.unknown():
            owner = any(hook.startswith(f"{other}_") for other in self.found)
            if plugin == name and not owner:
                raise Unfit("failed", f"There is no hook {hook}; the reference lists them all.")

    def statuses(self) -> tuple[PluginStatus, ...]:
        """Return the state of every plugin that is there, or was when it was enabled."""
        names = sorted({*self.found, *self._enabled})
        return tuple(self.status(name) for name in names)

    def outdated(self) -> tuple[tuple[str, str], ...]:
        """Return what plugins use that goes away: each plugin's name with a sentence."""
        return self._outdated

    def known(self, name: str) -> PluginStatus:
        """Return the state of a plugin that is there or was enabled; raises NotFound."""
        if name not in self.found and name not in self._enabled:
            raise NotFound(
                f"There is no plugin {name!r}.",
                code="plugin-unknown",
                action="See `blogengine plugin list`.",
            )
        return self.status(name)

    def status(self, name: str) -> PluginStatus:
        """Return the state of one plugin."""
        found, enabled = self.found.get(name), name in self._enabled
        unfit = self._unfit.get(name)
        if found is None:
            reason = "It was enabled, but its files are gone. Its data is kept."
            return PluginStatus(name, "missing", None, enabled, reason)
        if unfit is not None:
            return PluginStatus(name, unfit.state, found, enabled, str(unfit))
        plugin = self.loaded.get(name)
        if plugin is None:
            state = "enabled" if enabled else "found"
            return PluginStatus(name, state, found, enabled, found.problem)
        state = "paused" if self.guard.paused(name) else "running"
        hooks = self.hooks.used_by(name)
        return PluginStatus(name, state, found, enabled, "", plugin.manifest, hooks)


def load_one(found: Found) -> Loaded:
    """Import one plugin and check its manifest; raises Unfit."""
    if found.problem:
        raise Unfit("blocked", found.problem)
    try:
        module = found.load()
    except BaseException as error:
        # SystemExit as well: importing a plugin must never end the program.
        if stopped_by_hand(error):
            raise
        raise Unfit("failed", f"Importing it raised {type(error).__name__}: {error}") from error
    manifest: Any = getattr(module, "plugin", None)
    if not isinstance(manifest, Plugin):
        raise Unfit("failed", "It has no manifest: plugin = Plugin(summary=__doc__, api=1)")
    if manifest.api != API_VERSION:
        reason = f"It is written for API {manifest.api}; this engine has API {API_VERSION}."
        raise Unfit("blocked", reason)
    hosts = manifest.hosts
    if hosts is not None and not (
        isinstance(hosts, tuple) and all(isinstance(host, str) for host in hosts)
    ):
        raise Unfit("failed", 'Its hosts aren\'t a tuple of names: hosts=("api.example.org",)')
    if manifest.settings is not None:
        _check_settings(manifest.settings)
    return Loaded(found, module, manifest)


def _check_settings(schema: type[Any]) -> None:
    if not inspect.isclass(schema):
        raise Unfit("failed", "Its settings aren't a dataclass.")
    try:
        setting_fields(schema)
    except Exception as error:  # an annotation that can't be resolved is a NameError
        raise Unfit("failed", f"Its settings are wrong: {error}") from error
