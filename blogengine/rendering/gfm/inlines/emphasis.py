"""Emphasis and strikethrough: which run of marks opens and which closes.

The rules are CommonMark's ("process emphasis") and GitHub's for tildes; runs keep to a doubly
linked list so that every step is cheap, and `floors` remember where a search was in vain.
"""

from __future__ import annotations

from ..characters import is_punctuation
from .tokens import Run

_TAGS = {1: "em", 2: "strong"}
_LONGEST_STRIKE = 2


def measure_run(text: str, start: int) -> Run:
    """Read the run of marks at `start` and what stands at its sides."""
    mark = text[start]
    end = start + 1
    while end < len(text) and text[end] == mark:
        end += 1
    before = text[start - 1] if start else "\n"
    after = text[end] if end < len(text) else "\n"
    space_before, space_after = before.isspace(), after.isspace()
    sign_before, sign_after = is_punctuation(before), is_punctuation(after)
    left = not space_after and (not sign_after or space_before or sign_before)
    right = not space_before and (not sign_before or space_after or sign_after)
    if mark == "_":
        opens, closes = left and (not right or sign_before), right and (not left or sign_after)
    else:
        opens, closes = left, right
    length = end - start
    if mark == "~" and length > _LONGEST_STRIKE:
        opens = closes = False
    return Run(mark, length, length, opens, closes)


class EmphasisStack:
    """The runs that may still open or close something, innermost last."""

    def __init__(self) -> None:
        self.top: Run | None = None
        self._pushed = 0

    def push(self, run: Run) -> None:
        """Add a run that was just read."""
        if run.can_open or run.can_close:
            self._pushed += 1
            run.order = self._pushed
            run.before = self.top
            if self.top is not None:
                self.top.after = run
            self.top = run

    def resolve(self, floor: Run | None) -> None:
        """Pair all runs above `floor` and take them off the stack."""
        floors: dict[tuple[str, bool, int], int] = {}
        closer = self._first_above(floor)
        while closer is not None:
            if not closer.can_close:
                closer = closer.after
                continue
            key = _floor_key(closer)
            opener = _find_opener(closer, floor, floors.get(key, 0))
            if opener is None:
                floors[key] = closer.order
                following = closer.after
                if not closer.can_open:
                    self._remove(closer)
                closer = following
            else:
                closer = self._pair(opener, closer)
        self._cut(floor)

    def _first_above(self, floor: Run | None) -> Run | None:
        run, first = self.top, None
        while run is not None and run is not floor:
            run, first = run.before, run
        return first

    def _pair(self, opener: Run, closer: Run) -> Run | None:
        """Match two runs and return the closer to look at next."""
        if opener.mark == "~":
            used, tag = opener.left, "del"
        else:
            used = 2 if opener.left >= 2 and closer.left >= 2 else 1
            tag = _TAGS[used]
        opener.opens.append(tag)
        closer.closes.append(tag)
        opener.left -= used
        closer.left -= used
        # What stands between them can't pair with anything outside any more.
        opener.after, closer.before = closer, opener
        if not opener.left:
            self._remove(opener)
        if closer.left:
            return closer
        following = closer.after
        self._remove(closer)
        return following

    def _remove(self, run: Run) -> None:
        if run.before is not None:
            run.before.after = run.after
        if run.after is None:
            self.top = run.before
        else:
            run.after.before = run.before

    def _cut(self, floor: Run | None) -> None:
        self.top = floor
        if floor is not None:
            floor.after = None


def _find_opener(closer: Run, floor: Run | None, lowest: int) -> Run | None:
    opener = closer.before
    while opener is not None and opener is not floor and opener.order >= lowest:
        if _fits(opener, closer):
            return opener
        opener = opener.before
    return None


def _floor_key(closer: Run) -> tuple[str, bool, int]:
    group = closer.length if closer.mark == "~" else closer.length % 3
    return closer.mark, closer.can_open, group


def _fits(opener: Run, closer: Run) -> bool:
    if opener.mark != closer.mark or not opener.can_open:
        return False
    if opener.mark == "~":
        return opener.length == closer.length
    if opener.can_close or closer.can_open:
        return (opener.length + closer.length) % 3 != 0 or (
            opener.length % 3 == 0 and closer.length % 3 == 0
        )
    return True
