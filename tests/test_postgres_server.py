"""The PostgreSQL of the tests is a real one, and each test has a database of its own."""

from __future__ import annotations

import pytest
import sqlalchemy

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("postgres")]


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_gets_an_empty_database(postgres_url: str, turn: int) -> None:
    engine = sqlalchemy.create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE mine (turn INTEGER)"))
        assert "PostgreSQL" in connection.scalar(sqlalchemy.text("SELECT version()"))
    engine.dispose()
