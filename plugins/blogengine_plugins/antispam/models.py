"""What the owner has marked as spam, as hashes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import String

from blogengine.api import Mapped, UtcDateTime, mapped_column, table_base

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase as Base
else:
    Base = table_base("antispam")


class Mark(Base):
    """A text or a website, by its hash; it says nothing of who wrote it."""

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
