"""Who needs whom, from the manifests: read from files, and run apart where a file won't say."""

from __future__ import annotations

from blogengine.config import Config
from blogengine.host import find_plugins
from blogengine.host.manifests import declared
from blogengine.lifecycle.trials import Plan, run_here


def requires_of_all(config: Config) -> dict[str, tuple[str, ...]]:
    """Return what every plugin that is there requires."""
    manifests = {
        name: declared(found) for name, found in find_plugins(config.plugin_folder).items()
    }
    requires = {name: manifest.requires for name, manifest in manifests.items()}
    unknown = [name for name, manifest in manifests.items() if not manifest.known]
    if unknown:
        plan = Plan([], migrate=False, ask=False, safe=True, describe=unknown)
        requires |= run_here(config, plan).requires
    return requires
