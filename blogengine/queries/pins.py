"""Posts that stand on top of the home page for a time, and when that changes next."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from blogengine.models import PostRow, SiteStateRow
from blogengine.state import STATE_ID

MOST_PINS = 50
"""Posts that may stand on top at once; the newest of more."""


def next_due_and_pins(connection: Connection, moment: datetime) -> tuple[datetime | None, str]:
    """Return when something becomes public or a pin begins or ends, and the pins of now as JSON."""
    due = select(func.min(PostRow.published_at)).where(PostRow.status == "scheduled")
    moments = [found] if (found := connection.execute(due).scalar()) else []
    pinned = (
        select(PostRow.id, PostRow.pinned_from, PostRow.pinned_until)
        .where(PostRow.pinned_from.is_not(None), PostRow.kind == "post")
        .where(or_(PostRow.pinned_until.is_(None), PostRow.pinned_until > moment))
        .where(PostRow.status == "published", PostRow.visibility == "public")
        .order_by(PostRow.published_at.desc(), PostRow.id.desc())
    )
    pins = []
    for number, start, end in connection.execute(pinned):
        if start is not None and start > moment:
            moments.append(start)
            continue
        pins.append(number)
        moments += [end] if end else []
    return min(moments, default=None), json.dumps(pins[:MOST_PINS])


def stored_state(connection: Connection) -> tuple[datetime | None, str]:
    """Return the same two as the state row has them."""
    query = select(SiteStateRow.next_due, SiteStateRow.pins).where(SiteStateRow.id == STATE_ID)
    row = connection.execute(query).one()
    return row.next_due, row.pins
