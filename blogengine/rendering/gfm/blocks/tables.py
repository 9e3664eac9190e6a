"""Tables: the line of dashes that makes one, and the cells of a row."""

from __future__ import annotations

import re

_DASHES = re.compile(r":?-+:?")
_BAR = re.compile(r"(?<!\\)\|")
_ALLOWED = frozenset("|-: \t")
_ALIGNMENTS = {
    (True, True): "center",
    (True, False): "left",
    (False, True): "right",
    (False, False): "",
}


def split_row(row: str) -> list[str]:
    r"""Return the cells of a row; `\|` is a bar inside a cell."""
    cells = _BAR.split(row.strip())
    if cells and not cells[0].strip():
        del cells[0]
    if cells and not cells[-1].strip():
        del cells[-1]
    return [cell.strip().replace("\\|", "|") for cell in cells]


def read_alignments(line: str) -> list[str] | None:
    """Return a column's alignment each if `line` is a line of dashes, or None."""
    if not _ALLOWED.issuperset(line):
        return None
    cells = split_row(line)
    if not cells or not all(_DASHES.fullmatch(cell) for cell in cells):
        return None
    return [_ALIGNMENTS[cell.startswith(":"), cell.endswith(":")] for cell in cells]
