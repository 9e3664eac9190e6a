"""Dates as people write them at the head of a text. Those that can be read two ways are not."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime

ISO = re.compile(
    r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})"
    r"(?:[Tt ] *(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?"
    r" *(Z|z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?)?"
)
MAIL = re.compile(r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}\b.{0,20}")
WORDS = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y")
LONGEST = 60
FIRST_YEAR, LAST_YEAR = 1000, 9998


def read_moment(value: object) -> datetime | None:
    """Return the moment, naive when no zone is said; None when it isn't a date one can trust."""
    try:
        moment = _read(value)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if moment and FIRST_YEAR <= moment.year <= LAST_YEAR else None


def _read(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if not isinstance(value, str) or len(value) > LONGEST:
        return None
    text = value.strip()
    if found := ISO.fullmatch(text):
        year, _, month, day, hour, minute, second, zone = found.groups()
        day_of = date(int(year), int(month), int(day))
        at = time(int(hour or 0), int(minute or 0), int(second or 0), tzinfo=_zone(zone))
        return datetime.combine(day_of, at)
    if MAIL.fullmatch(text):
        return parsedate_to_datetime(text)
    for pattern in WORDS:
        try:
            return datetime.strptime(text, pattern)
        except ValueError:
            continue
    return None


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
