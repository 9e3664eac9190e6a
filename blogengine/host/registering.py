"""Asking the plugins what they contribute; checked, guarded and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import current_app

from blogengine.contributions import Contributions
from blogengine.guard import TooHeavy, stopped_by_hand
from blogengine.host.kinds.admin_pages import ADMIN_PAGES
from blogengine.host.kinds.assets import ASSETS
from blogengine.host.kinds.blueprints import BLUEPRINTS
from blogengine.host.kinds.editor_panels import EDITOR_PANELS
from blogengine.host.kinds.extras import EXTRAS
from blogengine.host.kinds.feeds import FEEDS
from blogengine.host.kinds.health_checks import HEALTH_CHECKS
from blogengine.host.kinds.html_filters import HTML_FILTERS
from blogengine.host.kinds.importers import IMPORTERS
from blogengine.host.kinds.jobs import JOBS
from blogengine.host.kinds.kind import Kind, Owned
from blogengine.host.kinds.markdown_extensions import MARKDOWN_EXTENSIONS
from blogengine.host.kinds.metrics import METRICS
from blogengine.host.kinds.permissions import PERMISSIONS
from blogengine.host.kinds.picture_sources import PICTURE_SOURCES
from blogengine.host.kinds.publish_checks import PUBLISH_CHECKS
from blogengine.host.kinds.rankings import RANKINGS
from blogengine.host.kinds.source_filters import SOURCE_FILTERS
from blogengine.host.kinds.streams import STREAMS
from blogengine.host.kinds.taxonomies import TAXONOMIES
from blogengine.host.kinds.template_functions import HELPERS
from blogengine.host.kinds.themes import THEMES
from blogengine.host.kinds.widgets import WIDGETS
from blogengine.host.loading import Host, Unfit
from blogengine.host.offering import take_offered_hooks
from blogengine.permissions import CORE, PUBLIC

KINDS: tuple[Kind[Any], ...] = (
    PERMISSIONS,
    WIDGETS,
    EXTRAS,
    FEEDS,
    STREAMS,
    THEMES,
    IMPORTERS,
    BLUEPRINTS,
    ASSETS,
    MARKDOWN_EXTENSIONS,
    SOURCE_FILTERS,
    HTML_FILTERS,
    HELPERS,
    HEALTH_CHECKS,
    METRICS,
    JOBS,
    PUBLISH_CHECKS,
    EDITOR_PANELS,
    ADMIN_PAGES,
    PICTURE_SOURCES,
    TAXONOMIES,
    RANKINGS,
)
"""Everything a plugin can register as values, in the order it is asked for."""


def collect(host: Host) -> Contributions:
    """Ask every loaded plugin once; one that answers wrongly is dropped as failed."""
    take_offered_hooks(host)
    owned: dict[str, list[Owned[Any]]] = {kind.hook: [] for kind in KINDS}
    for name in list(host.loaded):
        if name not in host.loaded:  # what it requires was dropped meanwhile
            continue
        try:
            answers = {kind.hook: _ask(host, name, kind, owned[kind.hook]) for kind in KINDS}
            _check_permissions(answers, owned)
        except Unfit as unfit:
            host.drop(name, unfit)
            continue
        for kind in KINDS:
            guarded = (kind.guarded(name, value, host.guard) for value in answers[kind.hook])
            owned[kind.hook] += [(name, value) for value in guarded]
    fields: dict[str, Any] = {}
    for kind in KINDS:
        left = [(name, value) for name, value in owned[kind.hook] if name in host.loaded]
        fields.update(kind.gather(left))
    return Contributions(template_folders=_template_folders(host), **fields)


def _ask(host: Host, name: str, kind: Kind[Any], others: list[Owned[Any]]) -> list[Any]:
    before = set(current_app.view_functions)
    try:
        with host.guard.loading(name, kind.hook):
            values = list(host.hooks.ask(name, kind.hook) or ())
    except BaseException as error:
        if stopped_by_hand(error):
            raise
        host.guard.report(name, kind.hook, error)
        if isinstance(error, TooHeavy):
            raise Unfit("failed", error.message) from error
        said = f"{kind.hook} raised {type(error).__name__}: {error}"
        raise Unfit("failed", said) from error
    if planted := set(current_app.view_functions) - before:
        said = f"{kind.hook} added routes to the app itself: {', '.join(sorted(planted))}."
        raise Unfit("failed", f"{said} Return a Blueprint from register_blueprints instead.")
    for value in values:
        if not isinstance(value, kind.value):
            wrong = type(value).__name__
            raise Unfit("failed", f"{kind.hook} must return {kind.wanted} values, not {wrong}.")
    try:
        kind.check(name, values, others)
        return kind.complete(name, host.loaded[name].folder, values)
    except Unfit:
        raise
    except Exception as error:  # a value so wrong that not even the check foresaw it
        said = f"{kind.hook} returned something unusable: {type(error).__name__}: {error}"
        raise Unfit("failed", said) from error


def _check_permissions(
    answers: Mapping[str, list[Any]], owned: Mapping[str, list[Owned[Any]]]
) -> None:
    """Refuse routes for a permission that nobody has registered: nobody could ever call them."""
    registered = [*answers[PERMISSIONS.hook], *(one for _plugin, one in owned[PERMISSIONS.hook])]
    known = {PUBLIC, *CORE, *(permission.name for permission in registered)}
    wanted = [
        (f"route {endpoint}", policy.permission)
        for blueprint in answers[BLUEPRINTS.hook]
        for endpoint, policy in blueprint.policies.items()
    ]
    wanted += [(f"admin page {page.name}", page.permission) for page in answers[ADMIN_PAGES.hook]]
    for what, permission in wanted:
        if permission not in known:
            raise Unfit(
                "failed",
                f"Its {what} wants the permission {permission!r}, which neither the core has nor "
                f"register_permissions names.",
            )


def _template_folders(host: Host) -> tuple[tuple[str, Path], ...]:
    return tuple(
        (name, plugin.folder / "templates")
        for name, plugin in host.loaded.items()
        if plugin.folder is not None and (plugin.folder / "templates").is_dir()
    )
