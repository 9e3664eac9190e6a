"""Tables of plugins: an own declarative base each, whose table names carry the plugin's name."""

from __future__ import annotations

import re
import sys
from types import ModuleType
from typing import Any

from sqlalchemy import ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from blogengine.db import NAMING
from blogengine.models import PostRow


def table_base(plugin: str) -> type[DeclarativeBase]:
    """Return a base for a plugin's models: class `Comment` becomes `comments_comment`.

    Each base has its own metadata, so that two plugins never see each other's tables and a
    migration never offers to drop a stranger's.
    """

    class Table(DeclarativeBase):
        metadata = MetaData(naming_convention=NAMING)
        owner = plugin

        @declared_attr.directive
        def __tablename__(cls) -> str:
            return f"{plugin}_{re.sub(r'(?<!^)(?=[A-Z])', '_', cls.__name__).lower()}"

    return Table


def post_key(*, index: bool = True, primary_key: bool = False) -> Mapped[int]:
    """Return a column that points at a post; the row goes when the post is deleted for good."""
    key = ForeignKey(PostRow.__table__.c.id, ondelete="CASCADE")
    if primary_key:
        return mapped_column(key, primary_key=True, autoincrement=False)
    return mapped_column(key, index=index)


def table_metadata(plugin: str, module: ModuleType) -> MetaData | None:
    """Return the metadata of a plugin's own tables, if its module or its `models` has some."""
    models = sys.modules.get(f"{module.__name__}.models")
    for value in (*vars(module).values(), *(vars(models).values() if models else ())):
        if isinstance(value, type) and getattr(value, "owner", None) == plugin:
            found: Any = getattr(value, "metadata", None)
            if isinstance(found, MetaData):
                return found
    return None
