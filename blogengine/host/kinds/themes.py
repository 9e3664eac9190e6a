"""Themes: templates and style sheets, of which one is active."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from blogengine.contributions import REGIONS, Theme
from blogengine.guard import Guard
from blogengine.host.kinds.kind import Kind, Owned, check_text, must_be, unique


def check(plugin: str, values: list[Theme], others: list[Owned[Theme]]) -> None:  # noqa: ARG001
    for theme in values:
        what = f"The theme {theme.name!r}"
        check_text(what, name=theme.name, title=theme.title)
        must_be(isinstance(theme.templates, Path), f"{what}: templates must be a Path.")
        sheets = isinstance(theme.styles, tuple | list)
        sheets = sheets and all(isinstance(path, Path) for path in theme.styles)
        must_be(sheets, f"{what}: styles must be a tuple of Paths.")
        parts = isinstance(theme.parts, Mapping)
        parts = parts and all(isinstance(path, Path) for path in theme.parts.values())
        must_be(parts, f"{what}: parts must be a mapping of texts to Paths.")
        for path in (*theme.styles, *theme.parts.values()):
            must_be(path.is_file(), f"{what}: the style sheet {path.name} isn't there.")
            must_be(_is_text(path), f"{what}: the style sheet {path.name} isn't UTF-8.")
        regions = isinstance(theme.regions, tuple | list) and set(theme.regions) <= set(REGIONS)
        must_be(regions, f"{what}: regions must be some of {', '.join(REGIONS)}.")
    unique("theme", values, others)


def _is_text(path: Path) -> bool:
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return False
    return True


def guarded(plugin: str, theme: Theme, guard: Guard) -> Theme:  # noqa: ARG001 - it has no function
    return theme


def gather(owned: list[Owned[Theme]]) -> Mapping[str, object]:
    return {
        "themes": {theme.name: theme for _plugin, theme in owned},
        "theme_owners": {theme.name: plugin for plugin, theme in owned},
    }


THEMES = Kind("register_themes", Theme, check, guarded, gather)
