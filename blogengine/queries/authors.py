"""Reading the people who write."""

from __future__ import annotations

from sqlalchemy import Connection, select

from blogengine.models import UserRow


def author_slug(connection: Connection, user_id: int) -> str:
    """Return the slug of a person; "" when there is none of this number."""
    query = select(UserRow.slug).where(UserRow.id == user_id)
    return connection.execute(query).scalar_one_or_none() or ""
