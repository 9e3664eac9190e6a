"""The two formats of a log line: JSON with the names of ECS and OpenTelemetry, and for people."""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from blogengine import __version__
from blogengine.logs.redaction import Redactor
from blogengine.logs.units import cleaned, current_unit
from blogengine.logs.visible import UNSEEN, visible

FORMATS = ("console", "json")
PLUGINS = "blogengine.plugins."
LONGEST_FIELD = 500


def chosen_format(said: str, *, terminal: bool) -> str:
    """Return the format to use: what was said, else by who reads it."""
    return said or ("console" if terminal else "json")


class Structured(logging.Formatter):
    """What both formats share: a message without secrets, and whose line it is.

    `acting()` names the plugin whose code is running. Nothing a record holds may make it fail.
    """

    def __init__(self, acting: Callable[[], str] = lambda: "") -> None:
        super().__init__()
        self.acting = acting
        self.redact = Redactor()

    def clean(self, text: object) -> str:
        """Return a text without secrets; still with its line breaks."""
        return cleaned(str(text), self.redact)

    def message(self, record: logging.LogRecord) -> str:
        try:
            said = record.getMessage()
        except Exception:  # arguments that don't fit, or whose __str__ raises
            said = f"{record.msg!s:.200} (its arguments can't be shown)"
        return visible(self.clean(said))

    def trace(self, record: logging.LogRecord) -> str:
        """Return the traceback of a record's error, or where the record was made."""
        if record.exc_info and record.exc_info[1] is not None:
            return self.clean(_traceback(record.exc_info[1]))
        return self.clean(record.exc_text or record.stack_info or "")

    def plugin(self, record: logging.LogRecord) -> str:
        """Return the plugin a line belongs to: by mark, by logger, or because its code runs."""
        marked = getattr(record, "plugin", "")
        if isinstance(marked, str) and marked:
            return marked
        if record.name.startswith(PLUGINS):
            return record.name.removeprefix(PLUGINS).partition(".")[0]
        return self.acting()


class JsonLines(Structured):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        unit = current_unit()
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "@timestamp": at.replace("+00:00", "Z"),
            "log.level": record.levelname.lower(),
            "message": self.message(record),
            "log.logger": record.name,
            "service.name": "blogengine",
            "service.version": __version__,
            "process.pid": record.process,
        }
        if unit is not None:
            line |= {"trace.id": unit.trace or unit.id, **self._values(unit.fields())}
        if plugin := self.plugin(record):
            line["plugin.name"] = visible(plugin)[:LONGEST_FIELD]
        line |= self._values(_own_fields(record))
        if record.exc_info and record.exc_info[0] is not None:
            line.setdefault("error.type", record.exc_info[0].__name__)
        if trace := self.trace(record):
            line["error.stack_trace"] = trace
        # Within a text of JSON an escaped character is the same one; raw it could be another line.
        return UNSEEN.sub(_escaped, json.dumps(line, ensure_ascii=False, default=str))

    def _values(self, fields: Mapping[str, object]) -> dict[str, object]:
        return {
            name: visible(self.clean(value))[:LONGEST_FIELD] if isinstance(value, str) else value
            for name, value in fields.items()
            if value not in (None, "")
        }


class ConsoleLines(Structured):
    """A line for people: time, level, logger, message, id; a traceback is indented below it."""

    head = "{at:%H:%M:%S} {level:<7} {name}: {message}{id}"

    def format(self, record: logging.LogRecord) -> str:
        unit = current_unit()
        plugin = self.plugin(record)
        name = record.name
        if plugin and not name.startswith(PLUGINS):
            name = f"{name} ({plugin})"
        line = self.head.format(
            at=datetime.fromtimestamp(record.created).astimezone(),
            level=record.levelname,
            name=visible(name),
            message=self.message(record),
            id=f" [{unit.id}]" if unit is not None and unit.id else "",
        )
        return line + self.below(record)

    def below(self, record: logging.LogRecord) -> str:
        """Return the traceback, so indented that none of its lines can look like another's."""
        lines = self.trace(record).splitlines()
        return "".join(f"\n    {visible(line)}" for line in lines)


class CommandLines(ConsoleLines):
    """What a command has to say beside its output: a line each, tracebacks only with --debug."""

    head = "{level} {name}: {message}"

    def __init__(self, acting: Callable[[], str] = lambda: "", *, whole: bool = False) -> None:
        super().__init__(acting)
        self.whole = whole

    def below(self, record: logging.LogRecord) -> str:
        return super().below(record) if self.whole else ""


def _own_fields(record: logging.LogRecord) -> Mapping[str, object]:
    """Return what the engine added to a record by `extra={"fields": …}`."""
    fields: Any = getattr(record, "fields", None)
    return fields if isinstance(fields, Mapping) else {}


def _traceback(error: BaseException) -> str:
    try:
        return "".join(traceback.format_exception(error))
    except Exception:  # an exception may fail at telling what it is
        return "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]
