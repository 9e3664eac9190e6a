"""Putting distributions in and upgrading them: checked and tried first, put back when it fails."""

from __future__ import annotations

import importlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from blogengine import audit
from blogengine.actors import require
from blogengine.clock import utcnow
from blogengine.config import Config
from blogengine.confirming import require_confirmed
from blogengine.db import db
from blogengine.errors import BlogError, UserError
from blogengine.host import Found, find_plugins
from blogengine.host.manifests import required_by
from blogengine.lifecycle.fetching import Fetched, fetch, unpack
from blogengine.lifecycle.needs import requires_of_all
from blogengine.lifecycle.packages import pip_or_fail, uninstall_distribution
from blogengine.lifecycle.switching import store, try_set, unknown
from blogengine.lifecycle.trials import tables_before, undo_tables
from blogengine.lifecycle.wheels import Wheel, installed, normal, repack
from blogengine.models import WheelRow
from blogengine.serving import replace_workers
from blogengine.starting import bare_app, enabled_plugins, migrate_plugins

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Ready:
    """A distribution that was checked and tried and may be put in."""

    fetched: Fetched
    before: str
    """The version that is installed now; nothing for a new one."""
    enabled: tuple[str, ...]
    """Its plugins that are enabled."""


@contextmanager
def prepared(
    config: Config, asked: str, *, say: Say = lambda _text: None
) -> Iterator[Ready | None]:
    """Get, check and try a distribution; nothing is changed yet. None: it is there already.

    Raises UserError when it can't be put in or its trial fails, OperatorError when pip fails.
    """
    with tempfile.TemporaryDirectory(prefix="blogengine-") as made:
        found = find_plugins(config.plugin_folder)
        say(f"Getting {asked} …")
        fetched = fetch(asked, found, Path(made))
        there = installed(fetched.wheel.name)
        before = there.version if there else ""
        if before == fetched.wheel.version and len(fetched.wheels) == 1 and not _is_file(asked):
            yield None
            return
        with bare_app(config):
            enabled = enabled_plugins()
        unpack(fetched)
        say(f"Trying the site with {fetched.wheel.name} {fetched.wheel.version} …")
        _try(config, fetched, enabled)
        names = tuple(name for name in fetched.wheel.plugins if name in enabled)
        yield Ready(fetched, before, names)


def _is_file(asked: str) -> bool:
    return Path(asked).exists()


def _try(config: Config, fetched: Fetched, enabled: tuple[str, ...]) -> None:
    plugins = fetched.wheel.plugins
    needed = required_by(plugins, requires_of_all(config))
    before = tables_before(config)
    wanted = {*enabled, *plugins, *needed}
    try_set(config, wanted, plugins, enabled, str(fetched.packages))
    undo_tables(config, before, plugins)  # what is only installed has no tables yet


def put_in(config: Config, ready: Ready, *, say: Say = lambda _text: None) -> bool:
    """Put the wheels in; bring enabled plugins and workers to the new version.

    Returns whether a serving site took it over. When anything fails, the old wheels are put back
    and the error is raised. A migration is the last step that may fail, and undoes itself.
    """
    require("plugins.switch")
    require_confirmed()
    wheels = ready.fetched.wheels
    with tempfile.TemporaryDirectory(prefix="blogengine-") as made:
        old = {wheel.name: _old_wheel(config, wheel, Path(made)) for wheel in wheels}
        say(f"Installing {', '.join(wheel.file.name for wheel in wheels)} …")
        try:
            _install([wheel.file for wheel in wheels])
            if ready.enabled:
                say("Trying the site as it is now …")
                _bring_up(config, ready.enabled)
        except BlogError:
            say("Putting back what was there …")
            _put_back(old)
            raise
    _record(config, ready.fetched)
    if not ready.enabled:
        return False
    store(config, ready.enabled, find_plugins(config.plugin_folder), on=True)
    return replace_workers(config)


def _bring_up(config: Config, names: tuple[str, ...]) -> None:
    with bare_app(config):
        enabled = enabled_plugins()
    try_set(config, enabled, names, enabled)
    for owner, error in migrate_plugins(config, enabled).failed:
        if owner in names:
            raise error


def _install(files: list[Path]) -> None:
    pip_or_fail(
        "The wheels can't be installed",
        *("install", "--no-deps", "--no-index", "--force-reinstall", *map(str, files)),
    )
    importlib.invalidate_caches()


def _put_back(old: dict[str, Path | None]) -> None:
    if files := [file for file in old.values() if file is not None]:
        _install(files)
    for name, file in old.items():
        if file is None and installed(name) is not None:
            uninstall_distribution(name)
    importlib.invalidate_caches()


def wheel_folder(config: Config) -> Path:
    """Return where the wheels that were put in are kept."""
    return config.instance / "wheels"


def _old_wheel(config: Config, wheel: Wheel, folder: Path) -> Path | None:
    """Return a wheel of what is installed now: the one kept, or one made from its files."""
    there = installed(wheel.name)
    if there is None:
        return None
    query = select(WheelRow.filename, WheelRow.version).where(
        WheelRow.distribution == normal(wheel.name)
    )
    with bare_app(config):
        row = db.reading().execute(query).first()
    kept = wheel_folder(config) / row.filename if row and row.version == there.version else None
    return kept if kept is not None and kept.is_file() else repack(there, folder)


def _record(config: Config, fetched: Fetched) -> None:
    folder = wheel_folder(config)
    folder.mkdir(exist_ok=True)
    for wheel in fetched.wheels:
        shutil.copy2(wheel.file, folder / wheel.file.name)
    with bare_app(config), db.write() as session:
        for wheel in fetched.wheels:
            name = normal(wheel.name)
            there = session.get(WheelRow, name)
            before = {"version": there.version, "sha256": there.sha256} if there else {}
            audit.record(
                session,
                "wheel.upgraded" if there else "wheel.installed",
                subject=f"wheel:{name}",
                before=before,
                after={"version": wheel.version, "sha256": wheel.sha256},
            )
            session.merge(
                WheelRow(
                    distribution=name,
                    version=wheel.version,
                    filename=wheel.file.name,
                    sha256=wheel.sha256,
                    asked_for=wheel == fetched.wheel,
                    at=utcnow(),
                )
            )


def distributions_of(config: Config, name: str | None) -> tuple[str, ...]:
    """Return the distribution of a plugin, or all that offer one; raises UserError for others."""
    found = find_plugins(config.plugin_folder)
    there = {dist for plugin in found.values() if (dist := _distribution(plugin))}
    if name is None:
        return tuple(sorted(there))
    if name in found:
        dist = _distribution(found[name])
        if not dist:
            raise UserError(
                f"The plugin {name} didn't come as a distribution.",
                code="plugin-not-upgradable",
                action=f"It lies in {found[name].location}; put newer files there.",
            )
        return (dist,)
    if normal(name) in {normal(one) for one in there}:
        return (name,)
    raise unknown(name)


def _distribution(plugin: Found) -> str:
    dist = plugin.entry.dist if plugin.entry else None
    return dist.name if dist and normal(dist.name) != "blogengine" else ""
