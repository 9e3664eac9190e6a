"""The open brackets of a text: which `[` or `![` the next `]` belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from .tokens import Run


@dataclass(slots=True)
class Bracket:
    """An opening bracket: its place among the tokens, and where its content begins."""

    index: int
    content: int
    image: bool
    floor: Run | None
    has_inner: bool = False


class BracketStack:
    """Open brackets, innermost last.

    A link holds no links, so when one is complete, all `[` before it are dead. They are not
    visited for that: everything below `_dead_below` that isn't an image is.
    """

    def __init__(self) -> None:
        self._open: list[Bracket] = []
        self._dead_below = 0

    def __bool__(self) -> bool:
        return bool(self._open)

    def push(self, bracket: Bracket) -> None:
        """Open a bracket."""
        if self._open:
            self._open[-1].has_inner = True
        self._open.append(bracket)

    def pop(self) -> Bracket | None:
        """Take the innermost bracket; None if there is none or it can't be a link any more."""
        if not self._open:
            return None
        dead = len(self._open) <= self._dead_below
        bracket = self._open.pop()
        self._dead_below = min(self._dead_below, len(self._open))
        return None if dead and not bracket.image else bracket

    def forbid_links_around(self) -> None:
        """Note that a link is complete: no open bracket can become one around it."""
        self._dead_below = len(self._open)
