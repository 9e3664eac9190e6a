"""The flight recorder: which plugins' calls a process is in, readable after its death.

A plugin that ends the process leaves no traceback. So every process keeps a small memory-mapped
file in `instance/run/` with one number for each guarded call that is under way, and holds a lock
on it as long as it lives. Whoever starts next reads the files that nobody holds.
"""

from __future__ import annotations

import fcntl
import itertools
import json
import mmap
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

SLOTS = 512
WIDTH = 4
LARGEST_LEGEND = 256 * 1024
_numbers = itertools.count()
OUTER = 0x80000000
"""Marks a call that has handed on to another plugin's: it isn't what ended the process."""

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Call:
    """A plugin and the hook, widget, route … of it."""

    plugin: str
    hook: str


@dataclass(frozen=True, slots=True)
class Lost:
    """A process that ended without saying so, and the calls it was in."""

    pid: int
    parent: int
    role: str
    booting: bool
    calls: tuple[Call, ...]


class FlightRecorder:
    """This process's file. Without a folder it only counts, which tests and short tools use."""

    def __init__(self, folder: Path | None = None, *, role: str = "command") -> None:
        self._calls: dict[Call, int] = {}
        self._free = list(range(SLOTS))
        self.take = self._free.pop
        self.give_back = self._free.append
        name = f"flight-{os.getpid()}-{next(_numbers)}"
        self._path = folder / name if folder else None
        self._file: IO[bytes] | None = None
        self._role = role
        self._booting = True
        self._map: mmap.mmap | None = None
        if self._path is not None:
            with suppress(OSError):  # a read-only disk: then there is nothing to read later
                self._file = self._path.open("w+b")
                fcntl.flock(self._file, fcntl.LOCK_EX)
                self._file.truncate(SLOTS * WIDTH + LARGEST_LEGEND)
                self._map = mmap.mmap(self._file.fileno(), SLOTS * WIDTH)
                self._write_legend()
        self.slots = memoryview(self._map or bytearray(SLOTS * WIDTH)).cast("I")

    def number(self, call: Call) -> int:
        """Return the number that stands for a call in a slot; never 0."""
        if call not in self._calls:
            self._calls[call] = len(self._calls) + 1
            self._write_legend()
        return self._calls[call]

    @property
    def under_way(self) -> int:
        """How many calls are being made right now."""
        return max(SLOTS - len(self._free), 1)

    def booted(self) -> None:
        """Say that the process has started well."""
        self._booting = False
        self._write_legend()

    def _write_legend(self) -> None:
        if self._file is None:
            return
        legend = {
            "parent": os.getppid(),
            "boot_id": _boot_id(),
            "role": self._role,
            "booting": self._booting,
            "calls": [[call.plugin, call.hook] for call in self._calls],
        }
        data = json.dumps(legend).encode()
        if len(data) < LARGEST_LEGEND:
            os.pwrite(self._file.fileno(), data + b"\n", SLOTS * WIDTH)

    def close(self) -> None:
        """Take the file away: this process ends in order."""
        if self._file is not None and self._path is not None:
            with suppress(OSError):
                self._path.unlink()
            self._file.close()
            self._file = None


def lost_flights(folder: Path, is_serving: Callable[[int], bool]) -> Iterator[Lost]:
    """Read and remove the files of processes that are gone.

    A worker's counts only while its master is alive (`is_serving`): when all were killed, or the
    machine was, no plugin did it.
    """
    for path in sorted(folder.glob("flight-*")):
        with suppress(OSError, ValueError), path.open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue  # its process lives
            data = file.read()
            if not data or not path.exists():
                continue  # just being made, or somebody else has read it meanwhile
            path.unlink()
            lost = _read(data, int(path.name.split("-")[1]))
            if lost is not None and (lost.role == "command" or is_serving(lost.parent)):
                yield lost


def _read(data: bytes, pid: int) -> Lost | None:
    slots = memoryview(data[: SLOTS * WIDTH]).cast("I")
    legend = json.loads(data[SLOTS * WIDTH :].partition(b"\n")[0] or b"null")
    if not isinstance(legend, dict) or legend["boot_id"] != _boot_id():
        return None
    calls = [Call(*pair) for pair in legend["calls"]]
    numbers = sorted({slot for slot in slots if slot and not slot & OUTER})
    lost = tuple(calls[number - 1] for number in numbers if number <= len(calls))
    return Lost(pid, legend["parent"], legend["role"], legend["booting"], lost)


def _boot_id() -> str:
    try:
        return BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""
