"""What the lists of this plugin share: numbers and choices of an address, and the way to go on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import urlencode

from blogengine.api import request

LARGEST = 2**62


def number(name: str) -> int:
    """Return a whole number of the address or the form; 0 for anything else."""
    text = request.values.get(name, "")
    return min(int(text), LARGEST) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def chosen(name: str, choices: Collection[str]) -> str:
    """Return what the address chose of these; the first when it chose none of them."""
    wanted = request.values.get(name, "")
    return wanted if wanted in choices else next(iter(choices))


def older(found: Sequence[Any], size: int) -> str:
    """Return the query string of what follows a page of rows with an id; "" when nothing does."""
    if len(found) <= size:
        return ""
    kept = {name: text for name, text in request.args.items() if name != "before"}
    return "?" + urlencode({**kept, "before": found[size - 1].id})
