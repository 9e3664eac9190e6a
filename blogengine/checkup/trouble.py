"""One thing that is wrong with a site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong: `area` says where, `state` is warn or fail, `fix` a command or an act.

    `mend()` does it where that can't lose anything, and returns what it did; a line for people.
    """

    area: str
    sentence: str
    fix: str
    state: str = "fail"
    mend: Callable[[], str] | None = None
