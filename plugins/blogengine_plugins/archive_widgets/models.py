"""The one row that all lists are read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Text

from blogengine.api import Mapped, mapped_column, table_base

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase as Base
else:
    Base = table_base("archive_widgets")


class Summary(Base):
    """The longest lists that can be set, as JSON."""

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lists: Mapped[str] = mapped_column(Text)
