"""The child: read texts as JSON lines, answer each with a rendering or the reason there is none.

It ends when its input ends, so it never outlives its parent for long: in the middle of a text, the
limit on its processor time ends it. (The kernel's "die with the parent" isn't used: on Linux it
fires when the parent's thread ends, and threads of a web worker come and go.)
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .recipe import Recipe
from .values import RenderJob

if TYPE_CHECKING:
    from .pipeline import Pipeline

# Deep but legitimate nesting needs some stack; the thread below gets enough of it.
_RECURSION_LIMIT = 4000
_STACK_BYTES = 64 * 1024 * 1024
# Processor seconds one text may use if no parent is left to count the time.
_ORPHAN_SECONDS = 30


def main() -> None:
    """Serve texts until the input ends."""
    options = json.loads(sys.argv[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.setrecursionlimit(_RECURSION_LIMIT)
    threading.stack_size(_STACK_BYTES)
    thread = threading.Thread(target=_serve, args=(options,))
    thread.start()
    thread.join()
    os._exit(0)  # a thread that a plugin left behind must not keep the process alive


def _serve(options: dict[str, Any]) -> None:
    from .pipeline import Pipeline

    answers = _claim_output()
    pipeline = Pipeline()
    pipeline.render(RenderJob("*warm* `up`\n\n```python\npass\n```\n"))
    if options["mark"] is not None:
        _welcome(options["path"])
    _limit_memory(options["memory_bytes"])
    _answer(answers, {"ready": True})
    # Plugins may leak: a fresh process comes before it hurts.
    enough = options["memory_bytes"] // 2
    for line in sys.stdin.buffer:
        _limit_time()
        message = json.loads(line)
        if "recipe" in message:
            pipeline, reply = _take_up(message, options["mark"])
            # What the plugins need to be there at all is no leak, and a fresh process has it too.
            enough = (_memory_used() + options["memory_bytes"]) // 2
        else:
            reply = _reply(pipeline, message)
            if options["mark"] is not None and _memory_used() > enough:
                reply["last"] = True
        _answer(answers, {"number": message["number"], **reply})
        if reply.get("last"):
            break


def _welcome(path: list[str]) -> None:
    """Get ready for plugins: where they are found, and what they all import."""
    import importlib

    sys.path.extend(folder for folder in path if folder not in sys.path)
    importlib.import_module("blogengine.api")


def _take_up(message: dict[str, Any], mark: int) -> tuple[Pipeline, dict[str, Any]]:
    """Load the plugins' steps; what can't be loaded is told and left out."""
    from dataclasses import asdict

    from .mark import Mark
    from .pipeline import Pipeline
    from .steps import Steps

    steps = Steps(Recipe.from_message(message["recipe"]), Mark(mark), message["without"])
    steps.forget()
    return Pipeline(steps), {"unusable": [asdict(failure) for failure in steps.unusable]}


def _reply(pipeline: Pipeline, message: dict[str, Any]) -> dict[str, Any]:
    try:
        job = RenderJob.from_message(message["job"])
        return {"rendering": pipeline.render(job, message["without"]).as_message()}
    except RecursionError:
        return {"failed": "it is nested too deeply."}
    except MemoryError:
        # What is left of the heap can't be trusted to hold the next text.
        return {"failed": "it needs more memory than it may have.", "last": True}
    except Exception as error:
        return {"failed": f"rendering stopped with {type(error).__name__}."}


def _memory_used() -> int:
    """Return the most bytes this process ever held at once, or 0 where that can't be known."""
    with contextlib.suppress(OSError, ValueError):
        # Not getrusage(): on Linux its figure begins with that of the process which started this
        # one, so the child of a large server would seem to be full before its first text.
        for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        return 0
    with contextlib.suppress(ImportError, OSError):
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return 0


def _claim_output() -> int:
    """Keep standard output for answers: what an extension prints goes to the error stream."""
    answers = os.dup(1)
    os.dup2(2, 1)
    return answers


def _answer(descriptor: int, message: dict[str, Any]) -> None:
    view = memoryview(json.dumps(message).encode() + b"\n")
    while view:
        view = view[os.write(descriptor, view) :]


def _limit_memory(memory_bytes: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _limit_time() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime) + _ORPHAN_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
