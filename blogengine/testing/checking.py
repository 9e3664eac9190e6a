"""Run the checks of a plugin in a child process and say what level it has.

The child tells over a pipe which check it is at, so a plugin that hangs or ends the process is a
finding of that check, and another child goes on with the rest.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from blogengine.testing.checks import ALL, LEVELS, Bench, Check, NotNeeded, Result

CHECK_SECONDS = 120.0
MOST_DEATHS = 3
"""So often a plugin may end its process; what is left then has failed."""


@dataclass(frozen=True, slots=True)
class Report:
    """The results of all checks of one plugin."""

    plugin: str
    results: tuple[Result, ...]

    @property
    def level(self) -> str:
        """Return the highest level whose checks, and those below, all hold; "" for none."""
        failed = {result.number for result in self.results if result.state == "failed"}
        reached = ""
        for level in LEVELS:
            if any(check.level == level and check.number in failed for check in ALL):
                break
            reached = level
        return reached

    @property
    def failed(self) -> tuple[Result, ...]:
        return tuple(result for result in self.results if result.state == "failed")


def check_plugin(
    name: str, plugins: Path, *, seconds: float = CHECK_SECONDS, only: Sequence[str] = ()
) -> Report:
    """Check a plugin that is installed, built in, or stands in the folder `plugins`."""
    waiting = [check.number for check in ALL if not only or check.number in only]
    results: list[Result] = []
    deaths = 0
    while waiting:
        for result in _in_child(name, plugins, waiting, seconds):
            results.append(result)
            waiting.remove(result.number)
            deaths += result.findings[:1] == (ENDED,)
        if deaths >= MOST_DEATHS:
            results += [Result(number, "failed", (NOT_TRIED,)) for number in waiting]
            break
    return Report(name, tuple(sorted(results, key=lambda result: result.number)))


ENDED = "The process ended or hung in this check."
NOT_TRIED = "Not tried: the plugin ended the process too often."


def _in_child(name: str, plugins: Path, numbers: Sequence[str], seconds: float) -> Iterator[Result]:
    """Yield results until the child has done all, or dies; its death is the last result."""
    reader, writer = os.pipe()
    command = [sys.executable, "-m", __spec__.name, name, str(plugins), str(writer), *numbers]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, pass_fds=[writer], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    ) as child:
        os.close(writer)
        done: set[str] = set()
        try:
            for line in _lines(reader, seconds):
                result = Result(**json.loads(line))
                done.add(result.number)
                yield Result(result.number, result.state, tuple(result.findings))
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, 9)
            os.close(reader)
    left = [number for number in numbers if number not in done]
    if left:
        yield Result(left[0], "failed", (ENDED, f"Its exit code is {child.returncode}."))


def _lines(reader: int, seconds: float) -> Iterator[str]:
    """Yield lines from a pipe until it is closed or says nothing for too long."""
    kept = b""
    with selectors.DefaultSelector() as selector:
        selector.register(reader, selectors.EVENT_READ)
        while selector.select(seconds):
            got = os.read(reader, 65536)
            if not got:
                return
            *lines, kept = (kept + got).split(b"\n")
            yield from (line.decode() for line in lines if line)


def main() -> None:
    """Be the child: run checks one after the other and tell each result."""
    name, plugins, writer, *numbers = sys.argv[1:]
    wanted = [check for check in ALL if check.number in numbers]
    from blogengine.testing.blog import Workshop

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        workshop = Workshop(Path(folder))
        bench = Bench(name, Path(folder), Path(plugins), workshop)
        for check in wanted:
            line = json.dumps(asdict(run_check(check, bench))) + "\n"
            os.write(int(writer), line.encode())
        workshop.close()


def run_check(check: Check, bench: Bench) -> Result:
    """Run one check here."""
    try:
        findings = tuple(dict.fromkeys(check.run(bench)))
    except NotNeeded as reason:
        return Result(check.number, "skipped", (str(reason),))
    except Exception as error:
        return Result(check.number, "failed", (f"It raised {type(error).__name__}: {error}",))
    return Result(check.number, "failed" if findings else "passed", findings)


if __name__ == "__main__":
    main()
