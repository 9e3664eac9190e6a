"""Checks of importing: what happens while the module is loaded, and how long it takes.

The import is done in a process of its own: `blogengine.testing.watching`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from blogengine.testing.checks.check import Bench, Check, NotNeeded

IMPORT_SECONDS = 60
WATCHING = "blogengine.testing.watching"


def _import(bench: Bench) -> dict[str, Any]:
    """Import the plugin in a process of its own and return what was seen."""
    command = [sys.executable, "-m", WATCHING, bench.name, str(bench.plugins)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=IMPORT_SECONDS, check=False
        )
        seen: dict[str, Any] = json.loads(done.stdout.rpartition("\n#seen ")[2])
    except subprocess.TimeoutExpired:
        return {"effects": [f"Importing it took longer than {IMPORT_SECONDS} seconds."]}
    except json.JSONDecodeError:
        return {"effects": [f"Importing it ended the process with code {done.returncode}."]}
    return seen


def effects(bench: Bench) -> Iterator[str]:
    yield from _import(bench)["effects"]


def quick(bench: Bench) -> Iterator[str]:
    seen = _import(bench)
    if "own" not in seen:
        raise NotNeeded("It can't be imported.")
    if seen["own"] > seen["engine"]:
        yield (
            f"Importing it took {seen['own'] / seen['engine']:.1f} times as long as importing the "
            "engine."
        )


CHECKS = (
    Check(
        "BE03",
        "Importing it has no effect",
        "starter",
        "While the module is loaded nothing is written, sent, started or changed: no file, "
        "connection, process, thread or variable of the environment. An audit hook watches.",
        "A plugin is imported by every worker, every command and every trial.",
        "Move the work into a hook, a view or a command.",
        effects,
    ),
    Check(
        "BE18",
        "Importing it is quick",
        "good",
        "Loading the plugin takes no longer than loading the engine itself.",
        "Every command waits for it, and every worker that is replaced.",
        "Import heavy libraries in the function that needs them.",
        quick,
    ),
)
