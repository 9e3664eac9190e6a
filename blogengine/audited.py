"""Which tables of the core nobody writes without a line in the audit trail.

`db.write()` asks at its end: a transaction that wrote one of them and no line is a bug of ours, and
is undone. So there is no act without its line, and no line without its act.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

TRAIL = "audit"
"""The table of the lines."""

AUDITED = frozenset(
    (
        "posts post_authors post_terms terms users credentials passkeys api_tokens settings "
        "plugins plugin_wheels widget_places menus"
    ).split()
)
"""What somebody decided: whoever changes it leaves a line."""

FOLLOWING = frozenset(
    (
        "listing listing_counts path_history term_history revisions changes site_state audit "
        "recovery_codes links jobs job_times mails post_links term_places "
        "preview_links bulk_runs bulk_items "
        "term_aliases gone_terms term_acts term_steps"
    ).split()
)
"""What the engine keeps beside it in the same transaction."""

EXEMPT = "exempt_from_audit"
"""Where a session keeps the tables that the engine writes without anybody having acted."""

WRITTEN: ContextVar[set[str] | None] = ContextVar("blogengine_written", default=None)
"""The tables that the running `db.write()` has written so far."""


@contextmanager
def noting_writes() -> Iterator[set[str]]:
    """Gather the tables that are written meanwhile."""
    written: set[str] = set()
    token = WRITTEN.set(written)
    try:
        yield written
    finally:
        WRITTEN.reset(token)


def require_line(written: set[str], exempt: frozenset[str]) -> None:
    """Raise RuntimeError when something audited was written and no line was."""
    silent = (written & AUDITED) - exempt
    if silent and TRAIL not in written:
        names = ", ".join(sorted(silent))
        raise RuntimeError(f"{names} was written without audit.record(); nothing was stored.")


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One act in the audit trail: who did what to what, and the fields that differ.

    `actor` is a kind and an id such as "person:3", `actor_name` what they were called then;
    `subject` such as "post:7". `plugin` is set when a plugin acted, `request`, `session` and
    `address` (a network) when it came by a request.
    """

    id: int
    at: datetime
    act: str
    actor: str
    actor_name: str
    subject: str
    subject_title: str
    before: Mapping[str, object]
    after: Mapping[str, object]
    plugin: str = ""
    request: str = ""
    session: str = ""
    address: str = ""
