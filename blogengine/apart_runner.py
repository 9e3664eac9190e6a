"""The other end of `apart`: a script of its own that imports nothing of the engine."""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import sys
from typing import Any


def main() -> None:
    """Read the task, go into its bounds, do it, and write the answer."""
    task = json.load(sys.stdin)
    # Whatever a library prints must not stand in the answer.
    answer_to = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for what, most in (
        (resource.RLIMIT_AS, task["memory"]),
        (resource.RLIMIT_CPU, task["seconds"] * 2),
        (resource.RLIMIT_FSIZE, task["file_size"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    with answer_to:
        json.dump(answered(task), answer_to)


def answered(task: dict[str, Any]) -> dict[str, Any]:
    """Return the function's answer, or what stood against it."""
    try:
        return {"answer": function_of(task)(**task["arguments"])}
    except MemoryError:
        return {"failed": "it needed more memory than it may have"}
    except ValueError as error:
        return {"failed": str(error), "refused": str(error)}
    except Exception as error:  # decoders raise anything
        return {"failed": f"{type(error).__name__}: {error}"[:300]}


def function_of(task: dict[str, Any]) -> Any:
    """Load the file and return its function."""
    specification = importlib.util.spec_from_file_location("apart_task", task["file"])
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules["apart_task"] = module
    specification.loader.exec_module(module)
    return getattr(module, task["function"])


if __name__ == "__main__":
    main()
