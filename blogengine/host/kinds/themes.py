"""Themes: templates and style sheets, of which one is active."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from blogengine.contributions import REGIONS, Theme
from blogengine.guard import Guard
from blogengine.host.kinds.kind import Kind, Owned, check_call, check_text, must_be, unique
from blogengine.looks import checked

if TYPE_CHECKING:
    from blogengine.site import Site


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
        check_text(what, parent=theme.parent)
        if theme.variables is not None:
            check_call(f"{what}: variables", theme.variables)
        pairs = isinstance(theme.readable, tuple | list)
        pairs = pairs and all(isinstance(one, tuple) and len(one) == 2 for one in theme.readable)
        must_be(pairs, f"{what}: readable must be pairs of names.")
    unique("theme", values, others)


def _is_text(path: Path) -> bool:
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return False
    return True


def guarded(plugin: str, theme: Theme, guard: Guard) -> Theme:
    if theme.variables is None:
        return theme
    asked = theme.variables

    def variables(site: Site) -> Mapping[str, str]:
        return checked(asked(site))

    return replace(theme, variables=guard.wrap(plugin, "theme variables", variables, {}))


def gather(owned: list[Owned[Theme]]) -> Mapping[str, object]:
    return {
        "themes": {theme.name: theme for _plugin, theme in owned},
        "theme_owners": {theme.name: plugin for plugin, theme in owned},
    }


THEMES = Kind("register_themes", Theme, check, guarded, gather)
