"""Whose step the child is in: two numbers in memory that parent and child share.

They outlive a child that hangs or ends in the middle of a step, and cost nothing to set.
"""

from __future__ import annotations

import mmap
import struct

_FORM = struct.Struct("=HH")


class Mark:
    """`inside` is the number of the step that runs, `last` of the one that ran last; 0 is none."""

    def __init__(self, descriptor: int) -> None:
        """Share the file behind the descriptor, which is made large enough by `SIZE`."""
        self._memory = mmap.mmap(descriptor, self.SIZE)

    SIZE = _FORM.size

    @property
    def inside(self) -> int:
        return int(_FORM.unpack(self._memory[: self.SIZE])[0])

    @property
    def last(self) -> int:
        return int(_FORM.unpack(self._memory[: self.SIZE])[1])

    def set(self, inside: int, last: int) -> None:
        """Note where the child is."""
        self._memory[: self.SIZE] = _FORM.pack(inside, last)

    def close(self) -> None:
        """Give the memory back."""
        self._memory.close()
