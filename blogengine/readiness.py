"""What has to be fine for a site to take visitors: asked by `/readyz` and `blogengine doctor`."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from blogengine.db import db, explained
from blogengine.errors import BlogError
from blogengine.health import Health, HealthCheck
from blogengine.migrations import core_owner, pending

if TYPE_CHECKING:
    from blogengine.site import Site

LEAST_FREE = 100 * 1024 * 1024
SHORTEST_KEY = 16


def database(site: Site) -> Health:  # noqa: ARG001 - every check gets it
    """Take the writers' turn and give it back: nothing is written, nothing becomes stale."""
    try:
        with db.write():
            return Health()
    except BlogError as error:
        return Health("fail", error.message, error.action)
    except DBAPIError as error:
        told = explained(error)
        return Health("fail", told.message, told.action)


def schema(site: Site) -> Health:  # noqa: ARG001
    """Compare the core's revision with that of this code."""
    try:
        waiting = pending(db.engine, [core_owner()])
    except DBAPIError as error:
        return Health("fail", explained(error).message, "Look at the database server.")
    if not waiting:
        return Health()
    return Health("fail", "The tables belong to another version.", "blogengine migrate")


def disk(site: Site) -> Health:
    """Look at the free space where the site's state lies."""
    try:
        free = shutil.disk_usage(site.config.instance).free
    except OSError as error:
        return Health("fail", f"instance/ can't be looked at: {error.strerror}.", "Mount the disk.")
    if free >= LEAST_FREE:
        return Health()
    said = f"{free // 1024**2} MB are free where instance/ lies; 100 MB are needed."
    return Health("fail", said, "Free some space on that disk.")


def secret_key(site: Site) -> Health:
    """Look whether there is a key worth the name."""
    if len(site.config.secret_key) >= SHORTEST_KEY:
        return Health()
    said = f"The secret key has fewer than {SHORTEST_KEY} characters."
    return Health(
        "fail", said, "Remove instance/secret_key (a new one is made), or set a longer one."
    )


READINESS = (
    HealthCheck("database", "The database takes changes", database),
    HealthCheck("schema", "The tables are those of this version", schema),
    HealthCheck("disk", "There is room on the disk", disk),
    HealthCheck("secret_key", "The secret key is long enough", secret_key),
)
