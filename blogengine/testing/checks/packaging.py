"""Checks of the distribution a plugin comes in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from blogengine.testing.checks.check import Bench, Check
from blogengine.testing.checks.source import needs_distribution


def distribution(bench: Bench) -> Iterator[str]:
    needs_distribution(bench)
    dist = bench.found.entry.dist if bench.found.entry else None
    if dist is None:
        yield "Its entry point belongs to no distribution."
        return
    about = dist.metadata.json
    if not str(about.get("description", "")).strip():
        yield 'It has no README: readme = "README.md".'
    if not (about.get("license_expression") or about.get("license")):
        yield 'It names no licence: license = "MIT", for example.'
    if not re.match(r"\d+(\.\d+)+", dist.version) or dist.version.startswith("0.0.0"):
        yield f"Its version is {dist.version}."
    needs = [line for line in dist.requires or () if re.match(r"blogengine\b(?![-_.])", line)]
    if not needs:
        yield 'It doesn\'t require blogengine: dependencies = ["blogengine>=0.1,<1"].'
    elif not any(">=" in line and "<" in line.replace("<=", "<") for line in needs):
        yield f"It requires {needs[0]} without bounds on both sides."
    project = _project(bench)
    if project is not None and not any(project.glob("tests/**/test_*.py")):
        yield f"There are no tests in {project / 'tests'}."


def _project(bench: Bench) -> Path | None:
    """Return the folder the distribution was installed from, where it is still there."""
    dist = bench.found.entry.dist if bench.found.entry else None
    text = dist.read_text("direct_url.json") if dist else None
    if not text:
        return None
    address = urlsplit(json.loads(text).get("url", ""))
    folder = Path(unquote(address.path))
    return folder if address.scheme == "file" and folder.is_dir() else None


CHECKS = (
    Check(
        "BE20",
        "The distribution is complete",
        "gold",
        "It has a README, a licence, a version and tests, and requires blogengine within bounds.",
        "Who installs it wants to know what it is, what is allowed, and which engine it fits.",
        "Compare with what `blogengine plugin new` writes.",
        distribution,
    ),
)
