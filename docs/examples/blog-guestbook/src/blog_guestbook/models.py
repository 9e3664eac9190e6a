"""The plugin's table, guestbook_entry: what visitors wrote."""

from __future__ import annotations

from datetime import datetime

from blogengine.api import Mapped, UtcDateTime, mapped_column, table_base

Table = table_base("guestbook")


class Entry(Table):
    """One entry. It is shown once the owner has approved it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved: Mapped[bool] = mapped_column(default=False, index=True)
