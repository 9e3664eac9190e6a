"""The manual's tables of limits against the constants, both ways."""

from __future__ import annotations

import dataclasses
import importlib
import re
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).resolve().parent.parent / "docs" / "operating" / "limits.md"
UNITS = {"": 1, "letters": 1, "bytes": 1, "seconds": 1, "kB": 1024, "MB": 1024 * 1024}

AT_THE_EDGE = (
    "blogengine.bodies", "blogengine.routes", "blogengine.views.measures",
    "blogengine.serving.incoming", "blogengine.serving.client_socket",
    "blogengine.serving.patient_worker", "blogengine.doors.addresses", "blogengine.doors.archives",
    "blogengine.doors.http", "blogengine.doors.names", "blogengine.doors.redirects",
    "blogengine.doors.uploads", "blogengine.doors.xml", "blogengine.identity.lifetimes",
    "blogengine_plugins.comments.entry", "blogengine_plugins.comments.storing",
    "blogengine_plugins.media.decoding", "blogengine_plugins.media.storing",
    "blogengine_plugins.media.views", "blogengine.storage.storage",
)  # fmt: skip
"""Modules that face what comes from outside: all their limits are told."""

LIMIT = re.compile(
    r"(?:LARGEST|LONGEST|MOST|DEEPEST|HEAD|BODY|READ)_[A-Z_]+|USUAL_ANSWER|[A-Z_]*PER_[A-Z]+|SLOWLY|"
    r"[A-Z]+_LIMIT"
)
NOT_LIMITS = {"MOST_SESSIONS", "LONGEST_TOKEN_DAYS"}
"""Those are lifetimes, told on the page about people."""


def rows() -> list[tuple[str, str]]:
    """Return value and constant of each row."""
    text = PAGE.read_text("utf-8")
    return re.findall(r"^\| [^|]+ \| ([^|]+) \| [^|]*\| `([\w.]+)` \|$", text, re.MULTILINE)


def resolve(dotted: str) -> tuple[str, Any]:
    """Return the whole name and the value of a constant or of a field's default."""
    parts = dotted.split(".")
    start = "blogengine_plugins" if parts[0] in ("comments", "media") else "blogengine"
    bounds = parts[-2][0].isupper()
    place = ".".join([start, *parts[: -2 if bounds else -1]])
    module = importlib.import_module(place)
    if not bounds:
        return f"{place}.{parts[-1]}", getattr(module, parts[-1])
    fields = dataclasses.fields(getattr(module, parts[-2]))
    return place, next(item.default for item in fields if item.name == parts[-1])


@pytest.mark.parametrize(("told", "name"), rows())
def test_line_2_1_1_a_limit_of_the_manual_is_the_code_s(told: str, name: str) -> None:
    _, value = resolve(name)
    if isinstance(value, str):
        assert told == value
        return
    number, _, unit = told.partition(" ")
    assert float(number) * UNITS[unit] == value


def test_line_2_1_1_every_limit_of_the_code_is_in_the_manual() -> None:
    told = {resolve(name)[0] for _, name in rows()}
    assert len(told) > 40
    missing = {
        f"{place}.{name}"
        for place in AT_THE_EDGE
        for name, value in vars(importlib.import_module(place)).items()
        if LIMIT.fullmatch(name) and isinstance(value, int | float | str)
    }
    # What a module only takes from another one is told there.
    known = {name.rpartition(".")[2] for name in told} | NOT_LIMITS
    assert {name for name in missing if name.rpartition(".")[2] not in known} == set()
