"""The table of rules: which address leads where."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import String

from blogengine.api import Mapped, UtcDateTime, mapped_column, table_base

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase as Base
else:
    Base = table_base("redirects")

LONGEST_PATH = 500
LONGEST_TARGET = 1000


class Rule(Base):
    """One address and where it leads; `path` has no slash at its end, so that both forms fit."""

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(String(LONGEST_PATH), unique=True)
    target: Mapped[str] = mapped_column(String(LONGEST_TARGET), index=True)
    status: Mapped[int]
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
