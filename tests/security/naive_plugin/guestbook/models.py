"""Who was here."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from blogengine.api import Mapped, UtcDateTime, mapped_column, table_base

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase as Base
else:
    Base = table_base("guestbook")


class Entry(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    website: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
