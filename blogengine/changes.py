"""The change log: which surrogate keys a transaction made stale, written inside it.

Because the log commits with the edit, no reader can see one without the other; page caches of
any number of workers, and a CDN's purge, follow it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.orm import Session

from blogengine.clock import utcnow
from blogengine.db import db
from blogengine.models import ChangeRow, SiteStateRow
from blogengine.state import STATE_ID


def record(session: Session, keys: Iterable[str]) -> None:
    """Write keys into the log, in the caller's transaction.

    `db.write()` lets one writer in at a time, so the log's order is the order of commits.
    """
    names = sorted(set(keys))
    if not names:
        return
    now = utcnow()
    session.execute(insert(ChangeRow), [{"key": key, "at": now} for key in names])


def settings_changed(session: Session) -> None:
    """Tell all workers to read the settings again."""
    _raise(session, "settings_revision")


def plugins_changed(session: Session) -> None:
    """Tell that the set of enabled plugins is another one."""
    _raise(session, "generation")


def _raise(session: Session, column: str) -> None:
    counter = getattr(SiteStateRow, column)
    session.execute(
        update(SiteStateRow).where(SiteStateRow.id == STATE_ID).values({column: counter + 1})
    )


def prune(before: datetime) -> int:
    """Delete what was logged before a moment, but never the newest row; return how many.

    The newest stays, so that a cache can tell how far the log has come.
    """
    with db.write() as session:
        newest = select(func.max(ChangeRow.seq)).scalar_subquery()
        gone = session.execute(
            delete(ChangeRow).where(ChangeRow.at < before, ChangeRow.seq < newest)
        )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def since(connection: Connection, seq: int) -> list[tuple[int, str]]:
    """Return what was logged after `seq`, oldest first."""
    query = select(ChangeRow.seq, ChangeRow.key).where(ChangeRow.seq > seq).order_by(ChangeRow.seq)
    return [(number, key) for number, key in connection.execute(query)]
