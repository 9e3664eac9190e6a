"""The one row that every request reads first: what changed for all workers since last time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import Connection, select

from blogengine.errors import OperatorError
from blogengine.models import SiteStateRow
from blogengine.values import Link

STATE_ID = 1
URL = "/:?#[]@!$&'()*+,;=%~"
"""What stays as it is in an address of the menu: the owner may have written a whole one."""

STATE = select(
    SiteStateRow.site_id,
    SiteStateRow.generation,
    SiteStateRow.settings_revision,
    SiteStateRow.next_due,
    SiteStateRow.menu,
    SiteStateRow.oldest_code,
).where(SiteStateRow.id == STATE_ID)
"""Made once: building a statement costs more than SQLite's answer to it."""


@dataclass(frozen=True, slots=True)
class SiteState:
    """Revisions that workers compare with their own, the next due moment, and the menu."""

    site_id: str
    generation: int
    settings_revision: int
    next_due: datetime | None
    menu: tuple[Link, ...]
    oldest_code: str


def read_state(connection: Connection) -> SiteState:
    """Read the row; raises OperatorError for a database that was never migrated."""
    row = connection.execute(STATE).first()
    if row is None:
        raise OperatorError(
            "The database has no site in it yet.",
            code="site-not-initialised",
            action="Run `blogengine init` once.",
        )
    menu = tuple(Link(quote(path, safe=URL), title) for path, title in json.loads(row.menu))
    revisions = (row.generation, row.settings_revision)
    return SiteState(row.site_id, *revisions, row.next_due, menu, row.oldest_code)
