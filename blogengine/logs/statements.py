"""Counting what a unit of work asks of the database."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Engine, event

from blogengine.logs.units import current_unit


def count_statements(engine: Engine) -> None:
    """Let the request or job under way know how many statements it asked, and how long they took.

    A statement's time is that until the database has begun to answer.
    """

    @event.listens_for(engine, "before_cursor_execute")
    def begun(*call: Any) -> None:
        context = call[4]
        context.blogengine_began = time.perf_counter_ns()

    @event.listens_for(engine, "after_cursor_execute")
    def done(*call: Any) -> None:
        context = call[4]
        unit = current_unit()
        if unit is not None:
            unit.statements += 1
            unit.database_time += time.perf_counter_ns() - context.blogengine_began
