"""The menu: the pages of all plugins that the person may open, by section."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from blogengine.api import ADMIN_SECTIONS, AdminPage, may, request, site

MOST = 99
"""Larger numbers aren't told: what waits is a list to work through."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the menu. `current` is "page" on that page, "true" on one below it, else empty."""

    title: str
    url: str
    current: str
    waiting: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the menu; the first has no title."""

    name: str
    title: str
    lines: tuple[Line, ...]


def menu() -> list[Section]:
    """Return the menu as the person sees it on this page."""
    pages = [page for _plugin, page in site.contributions.admin_pages if may(page.permission)]
    current = _current(pages, request.path)
    found = []
    for name, title in ADMIN_SECTIONS.items():
        here = [page for page in pages if page.section == name]
        lines = tuple(_lines(sorted(here, key=lambda page: (page.order, page.title)), current))
        if lines:
            found.append(Section(name, title, lines))
    return found


def _lines(pages: list[AdminPage], current: str) -> Iterator[Line]:
    for page in pages:
        waiting = page.badge(site) if page.badge else 0
        yield Line(
            page.title,
            page.path,
            ("page" if request.path == page.path else "true") if page.path == current else "",
            f"{MOST}+" if waiting > MOST else str(waiting or ""),
        )


def _current(pages: list[AdminPage], path: str) -> str:
    """Return the longest address that the request's begins with; the home page only for itself."""
    above = [page.path for page in pages if path.startswith(page.path)]
    nearest = max(above, key=len, default="")
    return nearest if nearest != "/admin/" or path == nearest else ""
