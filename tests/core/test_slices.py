"""Long lists by key: every row once, in both directions, whatever is asked for."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    insert,
    select,
)

from blogengine.queries import slices
from blogengine.queries.slices import Slice, SortBy, take_slice

things = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("at", DateTime, nullable=False),
)
SORTS = (
    SortBy("at", "When", things.c.at, descending=True),
    SortBy("name", "Name", things.c.name),
)
START = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
COUNT = 130


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as opened:
        things.metadata.create_all(opened)
        rows = [
            {"id": n, "name": f"thing {n % 7}", "at": START + timedelta(days=n // 3)}
            for n in range(1, COUNT + 1)
        ]
        opened.execute(insert(things), rows)
        yield opened
    engine.dispose()


def take(connection: Connection, query: str, **words: Any) -> Slice:
    arguments = dict(parse_qsl(query.removeprefix("?")))
    return take_slice(
        connection, select(things.c.id), arguments, sorts=SORTS, key=things.c.id, **words
    )


def ids(found: Slice) -> list[int]:
    return [row.id for row in found.rows]


@pytest.mark.parametrize("query", ["", "?sort=at", "?sort=name", "?sort=-name", "?sort=nonsense"])
def test_every_row_comes_once_there_and_back(connection: Connection, query: str) -> None:
    there, back = [], []
    found = take(connection, query, size=20)
    assert found.newer == "" and found.first == ""
    while True:
        there.append(ids(found))
        if not found.older:
            break
        found = take(connection, found.older, size=20)
    assert sorted(chain(*there)) == list(range(1, COUNT + 1))
    back.append(ids(found))
    while found.newer:
        found = take(connection, found.newer, size=20)
        back.append(ids(found))
    assert list(chain(*reversed(back))) == list(chain(*there))


def test_a_search_goes_on_where_it_stopped(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "WINDOW", 30)
    match = things.c.name == "thing 3"
    found = take(connection, "?q=3", match=match)
    seen, steps = ids(found), 1
    while found.older:
        assert found.more and "q=3" in found.older
        found = take(connection, found.older, match=match)
        seen, steps = seen + ids(found), steps + 1
    assert sorted(seen) == [n for n in range(1, COUNT + 1) if n % 7 == 3]
    assert steps == 5


def test_sorting_keeps_what_else_was_asked_and_turns_round(connection: Connection) -> None:
    found = take(connection, "?q=a&state=open&sort=name")
    assert found.sorts == {
        "at": "?q=a&state=open&sort=-at",
        "name": "?q=a&state=open&sort=-name",
    }


@given(st.text(max_size=60))
def test_no_place_that_somebody_writes_breaks_a_list(connection: Connection, text: str) -> None:
    arguments = {"after": text, "before": text, "sort": text}
    found = take_slice(
        connection, select(things.c.id), arguments, sorts=SORTS, key=things.c.id, size=5
    )
    assert len(found.rows) <= 5


@pytest.mark.parametrize("values", ["[1, 2]", '["2026-01-01", "x"]', "[null, 1]", '{"a": 1}', "7"])
def test_a_place_of_the_wrong_kind_is_the_first_slice(connection: Connection, values: str) -> None:
    packed = base64.urlsafe_b64encode(values.encode()).decode()
    assert ids(take(connection, f"?after={packed}", size=5)) == ids(take(connection, "", size=5))
