"""`site.widgets`: where widgets stand, by their plugins' wish and the owner's.

The owner's places are read with the settings, so a page asks the database nothing for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup
from sqlalchemy import Connection, delete, insert

from blogengine import audit, changes
from blogengine.actors import require
from blogengine.contributions import ADMIN_REGIONS, REGIONS, Widget
from blogengine.db import db
from blogengine.errors import NotFound, UserError
from blogengine.models import WidgetPlaceRow
from blogengine.names import check_name
from blogengine.queries.places import Place, read_places

KEY = "widgets"
"""The surrogate key of every page that has regions."""

FALLBACKS = ("sidebar", "footer")

ALL_REGIONS = (*REGIONS, *ADMIN_REGIONS)


@dataclass(frozen=True, slots=True)
class Standing:
    """A widget in the region where it is shown, with the title it goes by here."""

    widget: Widget
    title: str
    opening: Markup


@dataclass(frozen=True, slots=True)
class WidgetState:
    """A widget as `blogengine widget list` shows it.

    `region` is where it should stand, `shown_in` where the theme has a place for it; `note` says
    why these differ or why it isn't shown.
    """

    name: str
    region: str
    shown_in: str
    position: int
    hidden: bool
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What stands in which region, and for each kind of page what of it is asked there."""

    regions: Mapping[str, tuple[Standing, ...]] = field(default_factory=dict)
    _kinds: dict[str, dict[str, tuple[Standing, ...]]] = field(default_factory=dict)

    def of_kind(self, kind: str) -> Mapping[str, tuple[Standing, ...]]:
        """Return the regions of one kind of page; worked out once."""
        found = self._kinds.get(kind)
        if found is None:
            found = self._kinds[kind] = {
                region: tuple(s for s in here if not s.widget.pages or kind in s.widget.pages)
                for region, here in self.regions.items()
                if (region in ADMIN_REGIONS) == (kind == "admin")
            }
        return found


class Widgets:
    """The widgets of enabled plugins and the owner's places for them.

    Every method that changes something needs an application context and is seen by the next
    request of every worker.
    """

    def __init__(
        self,
        registered: Callable[[], Mapping[str, Sequence[Widget]]],
        regions: Callable[[], Sequence[str]],
    ) -> None:
        self._registered = registered
        self._regions = regions
        self._places: Mapping[str, Place] = {}
        self.arrangement = Arrangement()

    def reload(self, connection: Connection) -> None:
        """Read the owner's places and work out what stands where."""
        self._places = read_places(connection)
        self.arrangement = self._arranged()

    def all(self) -> tuple[WidgetState, ...]:
        """Return every widget in reading order, and those whose plugin isn't running."""
        widgets = self._widgets()
        states = []
        for region in ALL_REGIONS:
            for position, name in enumerate(self._order(region, self._places), start=1):
                states.append(self._state(name, region, position, widgets.get(name)))
        return tuple(states)

    def place(self, name: str, region: str, *, before: str = "", position: int = 0) -> None:
        """Let a widget stand in a region: before another, at a position from 1, or at its end.

        Raises UserError when there is no such widget or region, or `before` stands elsewhere.
        """
        require("widgets.edit")
        if region not in ALL_REGIONS:
            raise NotFound(
                f"There is no region {region!r}.",
                code="region-unknown",
                action=f"Use one of: {', '.join(ALL_REGIONS)}.",
            )
        self._check_known(name)
        with db.write() as session:
            places = read_places(session.connection())
            stood = self._order(region, places)
            order = [other for other in stood if other != name]
            if before and before not in order:
                raise UserError(
                    f"The widget {before!r} doesn't stand in the region {region}.",
                    code="widget-elsewhere",
                    action="See `blogengine widget list`.",
                    field="before",
                )
            index = order.index(before) if before else position - 1 if position else len(order)
            order.insert(max(index, 0), name)
            moved = {
                other: replace(places.get(other, Place(other)), region=region, position=number)
                for number, other in enumerate(order, start=1)
            }
            own = self._widgets().get(name)
            from_region = places.get(name, Place(name)).region or (own.region if own else "")
            audit.record(
                session,
                "widget.placed",
                subject=f"widget:{name}",
                before={"region": from_region, "order": stood},
                after={"region": region, "order": order},
            )
            changes.record(session, [KEY])
            changes.settings_changed(session)
            session.execute(delete(WidgetPlaceRow).where(WidgetPlaceRow.widget.in_(order)))
            session.execute(insert(WidgetPlaceRow), [_columns(place) for place in moved.values()])
        self.reload(db.reading())

    def hide(self, name: str) -> None:
        """Show a widget nowhere; its place is kept."""
        self._change("widget.hidden", name, hidden=True)

    def show(self, name: str) -> None:
        """Show a hidden widget again."""
        self._change("widget.shown", name, hidden=False)

    def entitle(self, name: str, title: str) -> None:
        """Give a widget another title; an empty one is the widget's own again."""
        shown = check_name(title, field="title", what="title") if title.strip() else ""
        self._change("widget.titled", name, title=shown)

    def reset(self, *names: str) -> None:
        """Forget what was decided about these widgets; about all of them when none is named."""
        require("widgets.edit")
        for name in names:
            self._check_known(name)
        with db.write() as session:
            places = read_places(session.connection())
            gone = [places[name] for name in names or sorted(places) if name in places]
            if not gone:
                return
            audit.record_all(session, (_forgotten(place) for place in gone))
            doomed = [place.widget for place in gone]
            session.execute(delete(WidgetPlaceRow).where(WidgetPlaceRow.widget.in_(doomed)))
            changes.record(session, [KEY])
            changes.settings_changed(session)
        self.reload(db.reading())

    def _change(self, act: str, name: str, **fields: object) -> None:
        require("widgets.edit")
        self._check_known(name)
        with db.write() as session:
            place = read_places(session.connection()).get(name, Place(name))
            own = self._widgets().get(name)
            region = place.region or (own.region if own else "")  # told while it is known
            values = {**_columns(place), "region": region, **fields}
            before = {key: getattr(place, key) for key in fields}
            audit.record(session, act, subject=f"widget:{name}", before=before, after=fields)
            session.execute(delete(WidgetPlaceRow).where(WidgetPlaceRow.widget == name))
            session.execute(insert(WidgetPlaceRow), values)
            changes.record(session, [KEY])
            changes.settings_changed(session)
        self.reload(db.reading())

    def _check_known(self, name: str) -> None:
        if name not in self._widgets() and name not in self._places:
            raise NotFound(
                f"There is no widget {name!r}.",
                code="widget-unknown",
                action="See `blogengine widget list`.",
            )

    def _widgets(self) -> dict[str, Widget]:
        return {w.name: w for widgets in self._registered().values() for w in widgets}

    def _order(self, region: str, places: Mapping[str, Place]) -> list[str]:
        """Return who is to stand in a region: those that were placed, then by their own order."""
        widgets = self._widgets()
        own = {name: widget.region for name, widget in widgets.items()}
        found = []
        for name in {*widgets, *places}:
            place = places.get(name, Place(name))
            if (place.region or own.get(name, "")) == region:
                order = widgets[name].order if name in widgets else 0
                found.append((not place.position, place.position, order, name))
        return [name for *_rest, name in sorted(found)]

    def _shown_in(self, region: str) -> str:
        offered = self._regions()
        if region in offered or region in ADMIN_REGIONS:
            return region
        return next((name for name in FALLBACKS if name in offered), "")

    def _arranged(self) -> Arrangement:
        widgets = self._widgets()
        found: dict[str, list[Standing]] = {}
        # Those at home in a region stand before what had to come there from elsewhere.
        for region in sorted(ALL_REGIONS, key=lambda name: self._shown_in(name) != name):
            here = self._order(region, self._places)
            target = found.setdefault(self._shown_in(region), [])
            target.extend(self._standing(widgets[name]) for name in here if name in widgets)
        return Arrangement(
            {
                region: tuple(item for item in items if not self._hidden(item.widget.name))
                for region, items in found.items()
                if region
            }
        )

    def _hidden(self, name: str) -> bool:
        return name in self._places and self._places[name].hidden

    def _standing(self, widget: Widget) -> Standing:
        place = self._places.get(widget.name)
        opening = Markup('<section class="widget widget-{0}" id="w-{0}">').format(widget.name)
        return Standing(widget, (place.title if place else "") or widget.title, opening)

    def _state(self, name: str, region: str, position: int, widget: Widget | None) -> WidgetState:
        place = self._places.get(name, Place(name))
        shown_in = self._shown_in(region)
        note = ""
        if widget is None:
            shown_in, note = "", "its plugin isn't running"
        elif shown_in != region:
            note = f"the theme has no region {region}"
        if place.hidden:
            shown_in = ""
        title = place.title or (widget.title if widget else "")
        return WidgetState(name, region, shown_in, position, place.hidden, title, note)


def _forgotten(place: Place) -> audit.Entry:
    known = {name: value for name, value in _columns(place).items() if value and name != "widget"}
    return audit.Entry("widget.reset", f"widget:{place.widget}", "", known)


def _columns(place: Place) -> dict[str, object]:
    return {
        "widget": place.widget,
        "region": place.region,
        "position": place.position,
        "hidden": place.hidden,
        "title": place.title,
    }
