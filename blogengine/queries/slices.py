"""Long lists a slice at a time: by the key of the last row seen, so that the thousandth costs as
much as the first, whatever the size of the table.

Nothing is counted. A search looks through a window of rows at a time and says where it stopped.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Connection, Row, Select, literal, tuple_

SIZE = 50
WINDOW = 500
"""Rows that a search looks at for one slice."""

AFTER, BEFORE, SORT = "after", "before", "sort"
LONGEST = 400


@dataclass(frozen=True, slots=True)
class SortBy:
    """A way to sort a list: `column` is never NULL, and stands with the key in an index.

    `descending` is how it begins; the other way round is offered too.
    """

    name: str
    title: str
    column: ColumnElement[Any]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows of a long list, and the query strings of its neighbours ("" where there is none).

    `sorted_by` is the name of the column, `descending` its direction; `sorts` leads from the name
    of each column to the query string that sorts by it. `more` says that a search hasn't looked
    everywhere yet: `older` goes on.
    """

    rows: tuple[Row[Any], ...]
    sorted_by: str
    descending: bool
    sorts: Mapping[str, str]
    first: str = ""
    newer: str = ""
    older: str = ""
    more: bool = False


def take_slice(
    connection: Connection,
    statement: Select[Any],
    arguments: Mapping[str, str],
    *,
    sorts: Sequence[SortBy],
    key: ColumnElement[Any],
    match: ColumnElement[bool] | None = None,
    size: int = SIZE,
) -> Slice:
    """Return the rows that an address asks for: `?sort=-title&after=…`, other arguments are kept.

    The first of `sorts` is the usual one. `key` is unique and stands in the index behind each
    sorted column. `match` is what a search looks for; conditions that an index answers belong
    into `statement`.
    """
    wanted = arguments.get(SORT, "")
    chosen = next((sort for sort in sorts if sort.name == wanted.removeprefix("-")), None)
    sort = chosen or sorts[0]
    descending = wanted.startswith("-") if chosen else sort.descending
    backwards = bool(arguments.get(BEFORE)) and not arguments.get(AFTER)
    start = _unpacked(arguments.get(BEFORE if backwards else AFTER, ""), sort.column, key)
    backwards = backwards and start is not None
    place = tuple_(sort.column, key)
    down = descending != backwards
    ordered = statement.add_columns(sort.column.label("_at"), key.label("_key"))
    ordered = ordered.order_by(*(c.desc() if down else c.asc() for c in (sort.column, key)))
    if start is not None:
        mark = tuple_(literal(start[0], sort.column.type), literal(start[1], key.type))
        ordered = ordered.where(place < mark if down else place > mark)
    stop = None
    if match is not None:
        stop = connection.execute(ordered.offset(WINDOW - 1).limit(1)).first()
        if stop is not None:
            end = tuple_(literal(stop[-2], sort.column.type), literal(stop[-1], key.type))
            ordered = ordered.where(place >= end if down else place <= end)
        ordered = ordered.where(match)
    found = list(connection.execute(ordered.limit(size + 1)))
    beyond = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    kept = {name: text for name, text in arguments.items() if name not in (AFTER, BEFORE)}

    def leading(name: str, row: Sequence[Any]) -> str:
        return "?" + urlencode({**kept, name: _packed(row[-2], row[-1])})

    first, last = (found[0], found[-1]) if found else (None, None)
    ahead, behind = "", ""
    if beyond or stop is not None:
        edge = (first if backwards else last) if beyond else stop
        assert edge is not None
        ahead = leading(BEFORE if backwards else AFTER, edge)
    if start is not None:
        back = (last if backwards else first) or start
        behind = leading(AFTER if backwards else BEFORE, back)
    return Slice(
        tuple(found),
        sort.name,
        descending,
        {one.name: _sorting(one, sort.name, descending, kept) for one in sorts},
        "?" + urlencode(kept) if start is not None else "",
        ahead if backwards else behind,
        behind if backwards else ahead,
        more=stop is not None and not beyond and not backwards,
    )


def _sorting(one: SortBy, current: str, descending: bool, kept: Mapping[str, str]) -> str:
    down = not descending if one.name == current else one.descending
    return "?" + urlencode({**kept, SORT: f"-{one.name}" if down else one.name})


def _packed(*values: Any) -> str:
    plain = [v.isoformat() if isinstance(v, datetime) else v for v in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _unpacked(text: str, *columns: ColumnElement[Any]) -> list[Any] | None:
    """Return the values of a place in the list; None for what isn't one."""
    if not 0 < len(text) <= LONGEST:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != len(columns):
            return None
        return [_typed(value, column) for value, column in zip(values, columns, strict=True)]
    except (ValueError, TypeError):
        return None


def _typed(value: Any, column: ColumnElement[Any]) -> Any:
    kind = column.type.python_type
    if kind is datetime:
        return datetime.fromisoformat(value)
    if not isinstance(value, kind) or (kind is int and abs(value) >= 2**63):
        raise ValueError("That isn't a place in this list.")
    return value
