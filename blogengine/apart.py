"""Run a function on what strangers sent, in a process that can be thrown away.

Decoders of pictures and the like are large, written in C, and read what anybody made. In a process
of its own such a function may crash, hang or fill its memory, and knows none of the site's secrets.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RUNNER = Path(__file__).with_name("apart_runner.py")
KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TMPDIR")
MEGABYTE = 1024 * 1024


class ApartFailed(Exception):
    """The function gave no answer; the message is the end of a sentence that says why.

    `refused` is what it said itself, by raising ValueError.
    """

    def __init__(self, why: str, *, refused: str = "") -> None:
        super().__init__(why)
        self.refused = refused


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a process of its own may use: seconds, megabytes of memory, of each file it writes."""

    seconds: float = 20.0
    memory: int = 1024
    file: int = 100


USUAL = Bounds()


def run_apart(
    file: Path, function: str, arguments: Mapping[str, Any], bounds: Bounds = USUAL
) -> Any:
    """Call a function in a process of its own and return its answer; both ways as JSON.

    The function stands on the top level of a file that imports neither the engine nor its plugin:
    the file alone is loaded there, and needn't be loaded here. What it refuses it raises as
    ValueError. Raises ApartFailed when it raises anything, hangs or is killed.
    """
    task = {
        "file": str(file),
        "function": function,
        "arguments": dict(arguments),
        "seconds": int(bounds.seconds) + 1,
        "memory": bounds.memory * MEGABYTE,
        "file_size": bounds.file * MEGABYTE,
    }
    environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            [sys.executable, "-I", str(RUNNER)],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        try:
            process.communicate(json.dumps(task).encode(), timeout=bounds.seconds)
        except subprocess.TimeoutExpired:
            raise ApartFailed(f"it took longer than {bounds.seconds:g} seconds") from None
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait()
        out.seek(0)
        return _answer(out.read(), process.returncode)


def _answer(said: bytes, code: int) -> Any:
    try:
        answer = json.loads(said)
    except ValueError:
        raise ApartFailed(f"its process ended with {code}") from None
    if "answer" in answer:
        return answer["answer"]
    raise ApartFailed(str(answer.get("failed", "")), refused=str(answer.get("refused", "")))
