"""Steps that watch plugins, import them, and ask each what it contributes."""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping

from blogengine.actors import TABLE, VETO, Actor
from blogengine.building.build import SHARING, WATCH, Build
from blogengine.contributions import Theme
from blogengine.db import db
from blogengine.errors import BlogError
from blogengine.guard import Watch, open_sharing
from blogengine.hooks import Hooks
from blogengine.host.outdated import warn_of_outdated
from blogengine.host.registering import collect
from blogengine.logs import cleaned
from blogengine.looks import DEFAULT, Look, find_look
from blogengine.permissions import PermissionTable
from blogengine.saying import use_theme
from blogengine.settings import SITE, SiteSettings
from blogengine.starting import SAFE_PLUGINS, enabled_plugins
from blogengine.telemetry import Failures, RequestFigures, Telemetry
from blogengine.templating import make_environment
from blogengine.views.current import EXTENSION

UNANSWERED = "a plugin that decides about it doesn't work at the moment."

log = logging.getLogger(__name__)


def watch_plugins(build: Build) -> None:
    """Learn which plugins are paused, and watch what is going to run."""
    if build.config.trial:
        return
    sharing = open_sharing()
    build.app.extensions[SHARING] = sharing
    failures = Failures(db.runtime_engine, lambda text: cleaned(text, build.redact))
    build.telemetry = Telemetry(failures, RequestFigures(db.runtime_engine), sharing)
    if build.process is None:
        sharing.exchange(build.guard)
        return
    watch = Watch(build.guard, sharing, build.process, build.telemetry.save)
    build.app.extensions[WATCH] = watch
    watch.start()


def load_plugins(build: Build) -> None:
    """Import the enabled plugins; in safe mode only the admin."""
    enabled = enabled_plugins(build.config) if build.plugins is None else tuple(build.plugins)
    if build.drop_ins:
        found = build.host.found.values()
        enabled = (*enabled, *(one.name for one in found if one.door == "drop-in"))
    build.host.load(enabled, only=SAFE_PLUGINS if build.config.safe else None)
    build.host.block_unmigrated(db.engine)
    warn_of_outdated(build.host)


def denial(hooks: Hooks, actor: Actor, permission: str, subject: object) -> str:
    """Return why a plugin denies somebody a permission; "" when none does."""
    answers = hooks.check_permission(actor=actor, permission=permission, subject=subject)
    reasons = (answer for answer in answers if answer)
    return next(reasons, UNANSWERED) if answers else ""


def chosen_look(themes: Mapping[str, Theme], name: str, *, quiet: bool = False) -> Look | None:
    """Return what the site wears; the default where its own theme's parents go wrong."""
    if not name:
        return None
    try:
        return find_look(themes, name)
    except BlogError as error:
        instead = DEFAULT if name in themes and DEFAULT in themes else ""
        if not quiet:
            shown = f"{instead or 'plain pages'} {'is' if instead else 'are'} shown"
            log.warning("%s %s Meanwhile %s.", error.message, error.action, shown)
        return find_look(themes, instead) if instead else None


def ask_plugins(build: Build) -> None:
    """Ask every plugin once what it contributes, and complete the bag with it."""
    contributions = collect(build.host)
    settings = build.store.get(SITE, SiteSettings)
    build.look = chosen_look(contributions.themes, settings.theme, quiet=build.config.safe)
    build.assembled.contributions = contributions
    build.taxonomies.update((one.name, one) for one in contributions.taxonomies)
    build.app.extensions[TABLE] = PermissionTable(contributions.permissions)
    if asked := build.hooks.implementations("check_permission"):
        log.debug("%s decide about permissions.", ", ".join(one.plugin for one in asked))
        build.app.extensions[VETO] = functools.partial(denial, build.hooks)
    build.assembled.environment = make_environment(contributions, build.look)
    if build.look is not None:
        use_theme(build.assembled.environment, contributions.theme_owners[build.look.theme.name])
    build.app.extensions[EXTENSION] = build.site
