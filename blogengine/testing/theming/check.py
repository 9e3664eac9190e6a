"""What a check of a theme is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from blogengine.testing.theming.fitting import Fitting


@dataclass(frozen=True, slots=True)
class ThemeCheck:
    """One thing a good theme keeps. `run` yields a sentence for everything that is wrong."""

    number: str
    title: str
    why: str
    mend: str
    run: Callable[[Fitting], Iterable[str]]
