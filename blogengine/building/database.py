"""First steps: limits of requests, both doors of the database, the stored settings."""

from __future__ import annotations

import logging

from sqlalchemy import inspect
from werkzeug.middleware.proxy_fix import ProxyFix

from blogengine import __version__
from blogengine.bodies import LARGEST_REQUEST
from blogengine.building.build import Build
from blogengine.db import db
from blogengine.errors import OperatorError
from blogengine.migrations import core_owner, pending, upgrade_runtime
from blogengine.state import read_state
from blogengine.views.arrival import REVISION
from blogengine.views.measures import LARGEST_FORM, MOST_FORM_FIELDS
from blogengine.web import CONVERTERS

log = logging.getLogger(__name__)


def configure_flask(build: Build) -> None:
    """Limits of requests, and the key that signs cookies."""
    build.app.config.update(
        SECRET_KEY=build.config.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=MOST_FORM_FIELDS,
        PROPAGATE_EXCEPTIONS=False,
    )
    build.app.url_map.converters.update(CONVERTERS)
    if (proxies := build.config.trusted_proxies) > 0:
        build.app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            build.app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )


def open_database(build: Build) -> None:
    """Open both doors and refuse a database that isn't ours or isn't up to date."""
    db.start(build.app, build.config)
    if not inspect(db.engine).has_table(core_owner().version_table):
        raise OperatorError(
            f"There is no blog in {build.config.folder} yet.",
            code="site-not-initialised",
            action="Make one with `blogengine init`, or name another folder with --site.",
        )
    if pending(db.engine, [core_owner()]):
        raise OperatorError(
            "The database belongs to another version of blogengine.",
            code="database-other-version",
            action="Run `blogengine migrate`; if this code is the older one, install the newer.",
        )


def open_runtime(build: Build) -> None:
    """Make the tables of what changes without mattering to readers, where they are missing."""
    if not build.config.trial:
        upgrade_runtime(db.runtime_engine)


def refuse_older_code(build: Build) -> None:
    """Refuse to serve a database that already counts on a later version of the engine."""
    oldest = read_state(db.reading()).oldest_code
    if version_of(__version__) < version_of(oldest):
        raise OperatorError(
            f"The database in {build.config.folder} needs blogengine {oldest} or later.",
            code="database-other-version",
            action="Install that version; nothing was touched.",
        )


def version_of(text: str) -> tuple[int, ...]:
    """Return a version's numbers, for comparing."""
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def read_settings(build: Build) -> None:
    """Read all stored settings once; a request reads them again when their revision moved."""
    for variable in build.store.unknown():
        log.warning("%s is not a setting of this version and is ignored.", variable)
    build.store.reload(db.reading())
    build.app.extensions[REVISION] = read_state(db.reading()).settings_revision
