"""Structured log lines: their formats, what never stands in them, and what they belong to."""

from blogengine.logs.handlers import Lines, log_to, name_threads
from blogengine.logs.lines import CommandLines, ConsoleLines, JsonLines, chosen_format
from blogengine.logs.redaction import Redactor, sensitive
from blogengine.logs.units import (
    Noted,
    Unit,
    cleaned,
    current_id,
    current_unit,
    entered,
    new_id,
    request_ids,
    unit_of_work,
)
from blogengine.logs.visible import visible

__all__ = [
    "CommandLines",
    "ConsoleLines",
    "JsonLines",
    "Lines",
    "Noted",
    "Redactor",
    "Unit",
    "chosen_format",
    "cleaned",
    "current_id",
    "current_unit",
    "entered",
    "log_to",
    "name_threads",
    "new_id",
    "request_ids",
    "sensitive",
    "unit_of_work",
    "visible",
]
