"""A theme as it is worn: with all it takes from its parents, and what its owner chose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from blogengine.contributions import REGIONS, Theme
from blogengine.errors import NotFound, UserError

if TYPE_CHECKING:
    from blogengine.site import Site

DEFAULT = "paper"
"""What a site wears when its own theme can't be worn."""

PROPERTY = re.compile(r"[a-z][a-z0-9-]*")
VALUE = re.compile(r"[\w\s.,%#()\"'*/+-]{1,300}")
"""What may stand in a custom property: nothing that ends a declaration, a rule or the element."""


@dataclass(frozen=True, slots=True)
class Look:
    """A theme and its parents, the nearest first."""

    chain: tuple[Theme, ...]

    @property
    def theme(self) -> Theme:
        """The theme itself."""
        return self.chain[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the theme and of its parents."""
        return tuple(theme.name for theme in self.chain)

    @property
    def styles(self) -> tuple[Path, ...]:
        """The style sheets, a parent's first; one of the same file name stands in its place."""
        found: dict[str, Path] = {}
        for theme in reversed(self.chain):
            found.update({path.name: path for path in theme.styles})
        return tuple(found.values())

    @property
    def parts(self) -> dict[str, Path]:
        """The style sheets of parts, by the text that asks for them."""
        return {text: path for theme in reversed(self.chain) for text, path in theme.parts.items()}

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions: a theme that names none has those of its parent."""
        return next((one.regions for one in self.chain if one.regions != REGIONS), REGIONS)

    @property
    def readable(self) -> tuple[tuple[str, str], ...]:
        """Which custom properties are read on which others."""
        return tuple(dict.fromkeys(pair for theme in self.chain for pair in theme.readable))

    def rule(self, site: Site) -> str:
        """Return a rule with the custom properties that the owner's choices set; "" for none."""
        found: dict[str, str] = {}
        for theme in reversed(self.chain):
            if theme.variables is not None:
                found.update(theme.variables(site))
        declared = ";".join(f"--{name}:{value}" for name, value in found.items())
        return f":root{{{declared}}}" if declared else ""


def checked(variables: Mapping[str, str]) -> Mapping[str, str]:
    """Return a theme's custom properties; raises ValueError for one that may hold no such text."""
    for name, value in variables.items():
        fits = PROPERTY.fullmatch(str(name)) and VALUE.fullmatch(str(value))
        if not fits or "/*" in value or "url(" in value.lower():
            raise ValueError(f"{name!r:.40} can't be a custom property of value {value!r:.80}.")
    return variables


def find_look(themes: Mapping[str, Theme], name: str) -> Look:
    """Return a theme with its parents; raises NotFound, and UserError for parents that go wrong."""
    if name not in themes:
        raise NotFound(
            f"There is no theme {name!r}.",
            code="theme-unknown",
            action=f"Use one of: {', '.join(themes) or 'none is enabled'}.",
        )
    chain = [themes[name]]
    while parent := chain[-1].parent:
        if parent in [theme.name for theme in chain]:
            way = " → ".join([*(theme.name for theme in chain), parent])
            raise UserError(
                f"The theme {name} has itself among its parents: {way}.",
                code="theme-parent-loops",
                action="One of them must name no parent, or another.",
            )
        if parent not in themes:
            raise UserError(
                f"The theme {chain[-1].name} builds on the theme {parent}, which isn't there.",
                code="theme-parent-unknown",
                action=f"Enable the plugin that brings {parent}, or name another parent.",
            )
        chain.append(themes[parent])
    return Look(tuple(chain))
