"""pip of the site's own environment, run as a child. Which index it asks is its own affair."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from blogengine.children import Ended, run_child
from blogengine.errors import OperatorError

PIP_SECONDS = 600.0


def pip(*arguments: str) -> Ended:
    """Run pip quietly; it may ask nothing and doesn't look for its own news."""
    quiet = ("--disable-pip-version-check", "--no-input")
    return run_child([sys.executable, "-m", "pip", *quiet, *arguments], seconds=PIP_SECONDS)


def pip_or_fail(what: str, *arguments: str) -> Ended:
    """Run pip; raises OperatorError with its own last words when it fails."""
    ended = pip(*arguments)
    if ended.code != 0:
        raise OperatorError(
            f"{what}: {last_words(ended)}",
            code="pip-failed",
            action="The sentence is pip's. Mend what it names and try again.",
            exit_code=69,
        )
    return ended


def last_words(ended: Ended) -> str:
    """Return the line in which pip says what is wrong, as a sentence."""
    lines: Sequence[str] = [line.strip() for line in ended.err.splitlines() if line.strip()]
    told = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    said = told[-1] if told else ended.sentence
    return said if said.endswith(".") else f"{said}."


def uninstall_distribution(name: str) -> None:
    """Remove a distribution from the environment."""
    pip_or_fail(f"pip can't remove {name}", "uninstall", "--yes", name)
