"""Where the owner wants widgets to stand: a handful of rows, read when settings are read."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from blogengine.models import WidgetPlaceRow


@dataclass(frozen=True, slots=True)
class Place:
    """What the owner decided about one widget; see the row."""

    widget: str
    region: str = ""
    position: int = 0
    hidden: bool = False
    title: str = ""


PLACES = select(
    WidgetPlaceRow.widget,
    WidgetPlaceRow.region,
    WidgetPlaceRow.position,
    WidgetPlaceRow.hidden,
    WidgetPlaceRow.title,
)


def read_places(connection: Connection) -> dict[str, Place]:
    """Return all decisions by the widget's name."""
    return {row.widget: Place(*row) for row in connection.execute(PLACES)}
