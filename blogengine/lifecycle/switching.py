"""Switching plugins on and off: a trial on a copy, the migration, then a graceful change.

A failed trial changes nothing and says why. Only after a good one the tables are made, the
database is written and the serving workers are replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from blogengine import audit, changes
from blogengine.actors import require
from blogengine.clock import utcnow
from blogengine.config import Config
from blogengine.confirming import require_confirmed
from blogengine.db import db
from blogengine.errors import UserError
from blogengine.host import Found, find_plugins
from blogengine.host.files import files_hash
from blogengine.host.manifests import dependants_of, required_by
from blogengine.lifecycle.needs import requires_of_all
from blogengine.lifecycle.trials import Plan, Trial, run_trial, tables_before, undo_tables
from blogengine.models import PluginRow
from blogengine.serving import replace_workers
from blogengine.starting import bare_app, enabled_plugins, migrate_plugins

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Switched:
    """The plugins that were switched, and whether a serving site took it over at once."""

    names: tuple[str, ...]
    serving: bool


def enable(
    config: Config,
    name: str,
    *,
    with_required: bool = False,
    trust: bool = False,
    say: Say = lambda _text: None,
) -> Switched:
    """Switch a plugin on, with all it requires if asked to.

    `trust` is the owner's consent to filters that come after the sanitiser. Raises UserError when
    the plugin is unknown, when it requires others or consent, or when the trial failed.
    """
    require("plugins.switch")
    require_confirmed()
    found = find_plugins(config.plugin_folder)
    if name not in found:
        raise unknown(name)
    with bare_app(config):
        enabled = set(enabled_plugins())
    lacking = [one for one in required_by([name], requires_of_all(config)) if one not in enabled]
    if lacking and not (with_required and found.keys() >= set(lacking)):
        raise _lacks(name, lacking, found)
    names = (*lacking, name)
    wanted = enabled | set(names)
    if not config.safe:
        say(f"Trying the site with {', '.join(names)} …")
        try_set(config, wanted, names, enabled, trust=trust)
        say("Bringing the tables up to date …")
        for owner, error in migrate_plugins(config, wanted).failed:
            if owner in names:
                raise _refused(error.message)
    store(config, names, found, on=True, trust=trust)
    return Switched(names, replace_workers(config))


def disable(
    config: Config, name: str, *, with_dependants: bool = False, say: Say = lambda _text: None
) -> Switched:
    """Switch a plugin off, with all that need it if asked to; their data stays.

    Raises UserError when it is unknown, when others need it, or when the rest fails without it.
    """
    require("plugins.switch")
    require_confirmed()
    found = find_plugins(config.plugin_folder)
    with bare_app(config):
        enabled = set(enabled_plugins())
    if name not in found and name not in enabled:
        raise unknown(name)
    dependants = tuple(
        one for one in dependants_of([name], requires_of_all(config)) if one in enabled
    )
    if dependants and not with_dependants:
        raise needed(name, dependants)
    names = (*dependants, name)
    rest = enabled - set(names)
    if not config.safe:
        say(f"Trying the site without {', '.join(names)} …")
        trial = run_trial(config, Plan(sorted(rest)))
        if trial.problem:
            raise _refused(
                f"The site can't be built with the plugins that would be left: {trial.problem}",
                f"`blogengine --safe plugin disable {name}` does it without a trial.",
            )
    store(config, names, found, on=False)
    return Switched(names, replace_workers(config))


def try_set(
    config: Config,
    wanted: Iterable[str],
    names: Iterable[str],
    enabled: Iterable[str],
    path: str = "",
    *,
    trust: bool = True,
) -> None:
    """Try a set of plugins for the sake of `names`; raises UserError when it isn't good.

    What other plugins do wrong counts when they do it only together with the new ones.
    """
    before = tables_before(config)
    try:
        trial = run_trial(config, Plan(sorted(wanted), path=path))
        _refuse_bad(trial, tuple(names))
        if not trust:
            _refuse_untrusted(trial, names)
        _refuse_harm(config, trial, set(enabled) - set(names))
    except UserError:
        undo_tables(config, before, wanted)
        raise


def _refuse_bad(trial: Trial, names: tuple[str, ...]) -> None:
    if trial.problem:
        raise _refused(f"A trial build without serving anybody failed: {trial.problem}")
    for name in names:
        if trial.states.get(name) != "running":
            reason = trial.reasons.get(name) or "it didn't come up"
            raise _refused(f"The plugin {name} can't run: {reason}")
    for plugin, hook, error in trial.faults:
        if plugin in names:
            raise _refused(f"The plugin {plugin} failed in the trial: in {hook}: {error}")


def _refuse_untrusted(trial: Trial, names: Iterable[str]) -> None:
    """Refuse what may put frames of other sites into posts, unless the owner agreed to it."""
    for name in names:
        if filters := trial.trusted.get(name):
            raise UserError(
                f"The plugin {name} changes the html of posts after it was sanitised (filter "
                f"{', '.join(filters)}): it may put frames of other sites into your pages.",
                code="plugin-needs-trust",
                action=f"If you agree to that: blogengine plugin enable {name} --trust",
                status=409,
            )


def _refuse_harm(config: Config, trial: Trial, others: set[str]) -> None:
    stopped = {name for name in others if trial.states.get(name) != "running"}
    failing = {(plugin, hook): error for plugin, hook, error in trial.faults if plugin in others}
    if not stopped and not failing:
        return
    without = run_trial(config, Plan(sorted(others)))
    if without.problem:
        return  # it was no better before
    for name in sorted(stopped):
        if without.states.get(name) == "running":
            reason = trial.reasons.get(name) or "it doesn't come up"
            raise _refused(f"The plugin {name} can't run beside it: {reason}")
    known = {(plugin, hook) for plugin, hook, _error in without.faults}
    for (plugin, hook), error in failing.items():
        if (plugin, hook) not in known:
            raise _refused(f"The plugin {plugin} fails beside it, in {hook}: {error}")


def store(
    config: Config,
    names: Iterable[str],
    found: dict[str, Found],
    *,
    on: bool,
    trust: bool = False,
) -> None:
    """Write what was decided; on enabling also the version, the hash of the files, and consent."""
    require("plugins.switch")
    require_confirmed()
    with bare_app(config), db.write() as session:
        for name in names:
            row = session.scalars(select(PluginRow).where(PluginRow.name == name)).first()
            before = state_of(row) if row else {}
            if row is None:
                row = PluginRow(name=name, enabled=on, changed_at=utcnow())
                session.add(row)
            row.enabled, row.changed_at, row.trusted = on, utcnow(), on and trust
            if on:
                row.version, row.files_hash = found[name].version, files_hash(found[name])
            act = _act(before, on=on)
            after = state_of(row)
            audit.record(session, act, subject=f"plugin:{name}", before=before, after=after)
            changes.record(session, [f"plugin:{name}"])
        changes.plugins_changed(session)


def state_of(row: PluginRow) -> dict[str, object]:
    """Return what the audit trail tells of a plugin."""
    return {name: getattr(row, name) for name in ("enabled", "version", "files_hash", "trusted")}


def _act(before: Mapping[str, object], *, on: bool) -> str:
    if on and before.get("enabled"):
        return "plugin.upgraded"
    return "plugin.enabled" if on else "plugin.disabled"


def unknown(name: str) -> UserError:
    """The error of a name that no plugin has."""
    return UserError(
        f"There is no plugin {name!r}.",
        code="plugin-unknown",
        action="See `blogengine plugin list`.",
        status=404,
    )


def needed(name: str, dependants: tuple[str, ...]) -> UserError:
    """The error of a plugin that can't go because others need it."""
    verb = "needs" if len(dependants) == 1 else "need"
    return UserError(
        f"{', '.join(dependants)} {verb} the plugin {name}.",
        code="plugin-needed",
        action=f"All together: blogengine plugin disable {name} --with-dependants",
        status=409,
    )


def _lacks(name: str, lacking: list[str], found: dict[str, Found]) -> UserError:
    absent = [one for one in lacking if one not in found]
    action = f"All together: blogengine plugin enable {name} --with-required"
    if absent:
        action = f"Install {', '.join(absent)} first: nothing of this name is there."
    plural = "plugin" if len(lacking) == 1 else "plugins"
    return UserError(
        f"{name} needs the {plural} {', '.join(lacking)}.",
        code="plugin-requires",
        action=action,
        status=409,
    )


def _refused(message: str, action: str = "") -> UserError:
    return UserError(
        message if message.endswith(".") else f"{message}.",
        code="plugin-trial-failed",
        action=action or "Nothing was changed; mend the plugin and try again.",
        status=422,
    )
