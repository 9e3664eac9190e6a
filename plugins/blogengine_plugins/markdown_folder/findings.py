"""What an import has to say: what was left out and why, and what was done differently."""

from __future__ import annotations

import re
from collections.abc import Iterable

from blogengine.api import Skipped

NAMED = 8
"""How many files a note names before it counts the rest."""

UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class LeftOut(Exception):
    """Why a file isn't imported, as a sentence for the writer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Findings:
    """Collects left-out files, and remarks that many files share as one note each."""

    def __init__(self, left_out: Iterable[Skipped] = ()) -> None:
        self._left_out = list(left_out)
        self._remarks: dict[str, list[str]] = {}

    def leave_out(self, item: str, reason: str) -> None:
        """Name something that isn't imported."""
        self._left_out.append(Skipped(printable(item), printable(reason)))

    def remark(self, label: str, item: str = "") -> None:
        """Count a remark; `item` is the file it is about."""
        self._remarks.setdefault(label, []).append(printable(item))

    @property
    def left_out(self) -> tuple[Skipped, ...]:
        """Everything left out, by name."""
        return tuple(sorted(self._left_out, key=lambda skipped: skipped.item))

    @property
    def notes(self) -> tuple[str, ...]:
        """Each remark as a line: what, how often, and the first files."""
        return tuple(_note(label, items) for label, items in self._remarks.items())


def printable(text: str) -> str:
    """Return text that can't play tricks on a terminal, whatever a file is called."""
    return UNPRINTABLE.sub(lambda found: ascii(found.group())[1:-1], text)


def _note(label: str, items: list[str]) -> str:
    named = ", ".join(item for item in items[:NAMED] if item)
    rest = f" and {len(items) - NAMED} more" if len(items) > NAMED else ""
    return f"{label}: {len(items)} ({named}{rest})." if named else f"{label}."
