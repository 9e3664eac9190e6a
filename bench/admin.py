"""`python -m bench.admin`: what the admin's lists cost with 500 rows and with 50,000.

Every list may cost at most 1.3 times as much. Time is the best of several requests and shown; the
steps of SQLite's machine have no noise at all, so they decide.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from bench.sites import BenchSite, filled_site
from bench.statements import traced
from bench.texts import load_texts
from blogengine.clock import utcnow
from blogengine.db import db
from blogengine.outbox import DONE, JobRow, MailRow
from blogengine.testing.visitor import Visitor, arrive
from blogengine.trail import AuditRow

SIZES = (500, 50_000)
MOST = 1.3
SEARCHED_WITHIN = 200.0
TIMES = 7

SEARCHES = ("/admin/posts/?q=zebra",)
"""These look through five hundred rows at a time. They have 200 ms."""

LISTS = (
    "/admin/",
    "/admin/posts/",
    "/admin/posts/?state=draft",
    "/admin/posts/?state=published&sort=title",
    "/admin/posts/?q=zebra",
    "/admin/tags/",
    "/admin/mails/",
    "/admin/mails/?state=unsent",
    "/admin/jobs/?state=all",
    "/admin/jobs/?state=open",
    "/admin/audit/",
    "/admin/audit/?what=post&act=post.edited",
    "/admin/audit/?who=operator&since=2026-01-01",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one list costs: milliseconds at best, statements, and steps of SQLite's machine."""

    milliseconds: float
    statements: int
    steps: int


@contextmanager
def furnished_site(size: int) -> Iterator[BenchSite]:
    """Make a site with so many posts, and as many jobs, mails and lines of the audit trail."""
    with filled_site(load_texts(), size) as made:
        with made.app.app_context(), db.write_engine.begin() as connection:
            for table, rows in furniture(size):
                connection.execute(insert(table), rows)
            connection.exec_driver_sql("ANALYZE")
        yield made


def furniture(size: int) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """Yield the tables with their rows."""
    now = utcnow()
    at = [now - timedelta(seconds=size - number) for number in range(size)]
    job = {"name": "core.published", "payload": "{}", "state": DONE, "claim": "", "error": ""}
    rest = {"attempts": 1, "not_before": None, "lease_until": None}
    yield (
        JobRow,
        [
            {**job, **rest, "key": str(n), "created_at": moment, "ended_at": moment}
            for n, moment in enumerate(at)
        ],
    )
    mail = {"plugin": "", "reply_to": "", "subject": "A comment", "text": "Text\n", "html": ""}
    sent = {"state": "sent", "error": "", "secret": False}
    yield (
        MailRow,
        [
            {
                **mail,
                **sent,
                "message_id": f"<{n}@bench>",
                "recipient": f"reader{n}@example.org",
                "created_at": moment,
                "sent_at": moment,
            }
            for n, moment in enumerate(at)
        ],
    )
    line = {"actor_kind": "operator", "actor_id": None, "actor_name": "operator", "plugin": ""}
    more = {"before": "{}", "after": '{"title": "x"}', "request": "", "session": "", "address": ""}
    yield (
        AuditRow,
        [
            {
                **line,
                **more,
                "at": moment,
                "act": "post.edited",
                "subject_kind": "post",
                "subject_id": str(n),
                "subject_title": f"Post {n}",
            }
            for n, moment in enumerate(at)
        ],
    )


def figures(made: BenchSite) -> dict[str, Figures]:
    """Ask for each list as an owner."""
    with made.app.app_context():
        owner = arrive(Visitor(made.app), made.site.identity, "owner")
        found = {}
        for path in LISTS:
            best = float("inf")
            for _time in range(TIMES):
                began = time.perf_counter()
                answer = owner.get(path)
                best = min(best, time.perf_counter() - began)
                if answer.status_code != 200:
                    raise SystemExit(f"{path} answered {answer.status_code}")
            with traced(made.app) as asked:
                owner.get(path)
            found[path] = Figures(best * 1000, len(asked.statements), asked.steps)
    return found


def main() -> int:
    """Print a table; 1 when a list costs more than it may."""
    parser = argparse.ArgumentParser(prog="python -m bench.admin", description=__doc__)
    parser.add_argument("--rows", type=int, default=SIZES[1], help="of the larger site")
    sizes = (SIZES[0], parser.parse_args().rows)
    with ExitStack() as stack:
        small, large = (figures(stack.enter_context(furnished_site(size))) for size in sizes)
    print(f"| list | {sizes[0]:,} | {sizes[1]:,} | time | statements | steps of SQLite |")
    print("|---|---|---|---|---|---|")
    dear = []
    for path in LISTS:
        few, many = small[path], large[path]
        steps = many.steps / max(few.steps, 1)
        print(
            f"| `{path}` | {few.milliseconds:.1f} ms | {many.milliseconds:.1f} ms "
            f"| {many.milliseconds / few.milliseconds:.2f}x | {few.statements}, {many.statements} "
            f"| {few.steps:,} → {many.steps:,} ({steps:.2f}x) |"
        )
        if path in SEARCHES:
            if many.milliseconds > SEARCHED_WITHIN:
                dear.append(path)
        elif steps > MOST:
            dear.append(path)
    for path in dear:
        print(f"{path} costs too much.", file=sys.stderr)
    return 1 if dear else 0


if __name__ == "__main__":
    sys.exit(main())
