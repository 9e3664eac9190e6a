"""Hooks that plugins offer to plugins: asked for first, so that every answer is checked."""

from __future__ import annotations

from types import ModuleType

from blogengine.guard import TooHeavy, stopped_by_hand
from blogengine.host.loading import Host, Unfit

HOOK = "register_hookspecs"


def take_offered_hooks(host: Host) -> None:
    """Add what each loaded plugin offers; one that offers or answers wrongly is dropped."""
    for name in list(host.loaded):
        if name not in host.loaded:  # what it requires was dropped meanwhile
            continue
        try:
            _take(host, name)
        except Unfit as unfit:
            host.drop(name, unfit)
    for plugin, hook in host.hooks.unknown():
        # A plugin that is off may offer it, so only those that are on can be asked.
        owners = [other for other in host.found if hook.startswith(f"{other}_")]
        if plugin in host.loaded and all(other in host.loaded for other in owners):
            offered = [known for other in owners for known in host.hooks.offered_by(other)]
            instead = f"there are: {', '.join(offered)}" if offered else "the reference lists all"
            host.drop(plugin, Unfit("failed", f"There is no hook {hook}; {instead}."))


def _take(host: Host, name: str) -> None:
    try:
        with host.guard.loading(name, HOOK):
            offered = host.hooks.ask(name, HOOK)
        if offered is None:
            return
        if not isinstance(offered, ModuleType):
            raise TypeError(f"it returned {type(offered).__name__}, not a module")
        misfits = host.hooks.misfits(name, offered)
    except BaseException as error:
        if stopped_by_hand(error):
            raise
        host.guard.report(name, HOOK, error)
        said = error.message if isinstance(error, TooHeavy) else f"{HOOK}: {error}"
        raise Unfit("failed", said) from error
    for plugin, sentence in misfits.items():
        host.drop(plugin, Unfit("failed", sentence))
    if name in host.loaded:
        host.hooks.offer(name, offered)
