"""Single fields of a front matter, whichever of the usual shapes they come in."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Everything that breaks a line or shows nothing; a no-break space in a title stays.
BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
HANDLE = re.compile(r"^([^<>]*?)\s*<([^<>]*)>$")
YES = frozenset({"true", "yes", "on", "1", "y"})
NO = frozenset({"false", "no", "off", "0", "n", ""})
NAME_KEYS = ("name", "title", "display_name", "slug")


def one_line(value: object) -> str:
    """Return a text or number as one clean line; empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return BREAKS.sub(" ", str(value)).strip(" ")


def truth(value: object) -> bool | None:
    """Return yes or no, or None when the value is neither (nothing counts as no)."""
    if value is None or isinstance(value, bool):
        return bool(value)
    word = one_line(value).lower()
    return True if word in YES else False if word in NO else None


def names(value: object) -> tuple[str, ...]:
    """Return the names in a text, a mapping with a name, or a list of such, each once."""
    found: dict[str, str] = {}
    for entry in value if isinstance(value, list | tuple) else [value]:
        if name := _name(entry):
            found.setdefault(name.casefold(), name)
    return tuple(found.values())


def _name(value: object) -> str:
    if isinstance(value, Mapping):
        return next((name for key in NAME_KEYS if (name := one_line(value.get(key)))), "")
    return one_line(value)


def people(value: object) -> tuple[str, ...]:
    """Return names of people; a handle or address behind one (`Name <handle>`) is dropped."""
    return names([HANDLE.sub(lambda found: found[1] or found[2], name) for name in names(value)])


def first(fields: Mapping[str, object], *keys: str) -> str:
    """Return the first of these fields that says something, as one line."""
    return next((text for key in keys if (text := one_line(fields.get(key)))), "")
