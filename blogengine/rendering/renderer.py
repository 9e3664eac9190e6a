"""The parent's side of rendering: keep one child warm, bound every text, replace what overruns."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from .limits import (
    LOAD_LIMIT,
    MEMORY_LIMIT,
    OVERRUNS_ALLOWED,
    PLUGINS_LIMIT,
    QUEUE_LIMIT,
    START_LIMIT,
    TIME_LIMIT,
    RendererUnavailable,
    TextTooCostly,
    check_size,
)
from .process import Child, ChildGone, ChildOverran
from .recipe import NO_PLUGINS, Recipe
from .values import PluginFailure, Rendering, RenderJob


class Refused(Exception):
    """No rendering came of one try; the numbers are of the steps that may be to blame."""

    def __init__(self, sentence: str, *, inside: int = 0, last: int = 0) -> None:
        super().__init__(sentence)
        self.inside = inside
        self.last = last


class Renderer:
    """Renders texts in a helper process that is started at the first text and kept.

    Safe to use from several threads; texts go through one after the other. A plugin that overruns
    twice is left out until the recipe changes or the renderer is replaced.
    """

    def __init__(self, *, timeout: float = TIME_LIMIT, memory_bytes: int = MEMORY_LIMIT) -> None:
        self._timeout = timeout
        self._memory_bytes = memory_bytes
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._recipe = NO_PLUGINS
        self._left_out: set[str] = set()
        self._overruns: Counter[str] = Counter()
        self._untold: list[PluginFailure] = []

    def render(self, job: RenderJob, recipe: Recipe = NO_PLUGINS) -> Rendering:
        """Return the rendering of `job`, or raise `TextTooCostly` or `RendererUnavailable`.

        A plugin of the recipe that fails with this text is left out of its rendering.
        """
        check_size(job.source)
        with self._turn():
            try:
                if not recipe.steps:
                    made = self._try(job, self._recipe.plugins, self._timeout)
                    return replace(made, left_out=())
                if recipe != self._recipe:
                    self._discard()
                    self._recipe, self._left_out, self._overruns = recipe, set(), Counter()
                return self._render(job)
            except Refused as refused:
                raise TextTooCostly(str(refused)) from refused

    def _render(self, job: RenderJob) -> Rendering:
        """Try with the plugins, then without the one that is to blame, at last without any."""
        everybody = self._recipe.plugins
        blamed: list[PluginFailure] = []
        without: frozenset[str] = frozenset()
        left, limit = PLUGINS_LIMIT, self._timeout
        while True:
            self._warm_child()
            without |= self._left_out
            began = time.monotonic()
            try:
                made = self._try(job, without, limit)
            except Refused as refused:
                if without >= everybody:
                    raise
                left -= time.monotonic() - began
                failure = self._blame(refused)
                blamed += [failure] if failure else []
                if failure and refused.inside and left > 0:
                    without, limit = without | {failure.plugin}, min(left, self._timeout)
                else:
                    without, limit = everybody, self._timeout
                continue
            self._count(blamed)
            failures = (*self._untold, *blamed, *made.failures)
            self._untold.clear()
            return replace(made, failures=failures)

    def _try(self, job: RenderJob, without: frozenset[str], limit: float) -> Rendering:
        """Let the child render the text, without these plugins; raises Refused."""
        message = {"job": job.as_message(), "without": sorted(without)}
        try:
            answer = self._ask(message, limit)
        except ChildOverran as error:
            sentence = f"Turning the text into a page took longer than {limit:.3g} seconds."
            raise self._refused(sentence) from error
        except ChildGone as error:
            sentence = "Turning the text into a page needed more memory than it may have."
            raise self._refused(sentence) from error
        if "failed" in answer:
            sentence = "The text couldn't be turned into a page: " + answer["failed"]
            raise self._refused(sentence, keep=not answer.get("last"))
        if answer.get("last"):
            self._discard()
        return Rendering.from_message(answer["rendering"])

    def _refused(self, sentence: str, *, keep: bool = False) -> Refused:
        mark = self._child.mark if self._child else None
        numbers = {"inside": mark.inside, "last": mark.last} if mark else {}
        if not keep:
            self._discard()
        return Refused(sentence, **numbers)

    def _blame(self, refused: Refused) -> PluginFailure | None:
        number = refused.inside or refused.last
        if not 0 < number <= len(self._recipe.steps):
            return None
        step = self._recipe.steps[number - 1]
        where = "in" if refused.inside else "after"
        return PluginFailure(step.plugin, step.hook, step.name, f"{where} it: {refused}")

    def _count(self, blamed: list[PluginFailure]) -> None:
        """Leave a plugin out for good that cost the time of several texts."""
        for failure in blamed:
            self._overruns[failure.plugin] += 1
            if self._overruns[failure.plugin] >= OVERRUNS_ALLOWED:
                self._left_out.add(failure.plugin)

    def _ask(self, message: dict[str, Any], limit: float) -> dict[str, Any]:
        """Ask the child; one that died between two texts is replaced before this text is blamed.

        Both tries share one time limit: a text that kills its child isn't given the time twice.
        """
        was_warm = self._child is not None
        began = time.monotonic()
        try:
            return self._warm_child().ask(message, timeout=limit)
        except ChildGone:
            left = limit - (time.monotonic() - began)
            mark = self._child.mark if self._child else None
            if not was_warm or left <= 0 or (mark and mark.inside):
                raise
            self._discard()
            return self._warm_child().ask(message, timeout=left)

    def close(self) -> None:
        """End the child; the next text starts a new one."""
        with self._lock:
            self._discard()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=QUEUE_LIMIT):
            raise RendererUnavailable("too many texts are waiting")
        try:
            yield
        finally:
            self._lock.release()

    def _warm_child(self) -> Child:
        if self._child is not None and not self._child.usable:
            self._discard()
        while self._child is None:
            self._child = self._start()
            if self._recipe.steps and not self._load(self._child):
                self._discard()
        return self._child

    def _start(self) -> Child:
        try:
            child = Child(memory_bytes=self._memory_bytes, plugins=bool(self._recipe.steps))
        except OSError as error:
            raise RendererUnavailable("the helper process can't be started") from error
        try:
            child.receive(START_LIMIT)
        except (ChildOverran, ChildGone) as error:
            complaint = child.complaint() or "it didn't get ready"
            child.end()
            raise RendererUnavailable(f"the helper process failed ({complaint})") from error
        return child

    def _load(self, child: Child) -> bool:
        """Let a fresh child import the plugins; False if it has to be replaced by another."""
        message = {"recipe": self._recipe.as_message(), "without": sorted(self._left_out)}
        try:
            answer = child.ask(message, timeout=LOAD_LIMIT)
            failures = [PluginFailure(**failure) for failure in answer["unusable"]]
        except (ChildOverran, ChildGone) as error:
            if self._left_out >= self._recipe.plugins:
                child.end()
                raise RendererUnavailable("the helper process doesn't take up its work") from error
            how = "took too long" if isinstance(error, ChildOverran) else "ended the process"
            refused = Refused(f"importing it {how}.", inside=child.mark.inside if child.mark else 0)
            failure = self._blame(refused)
            # Nobody to blame, or too many in a row: a text must not wait for all of them.
            late = failure is None or len(self._left_out) >= OVERRUNS_ALLOWED
            self._left_out |= (
                self._recipe.plugins if late else {failure.plugin} if failure else set()
            )
            self._untold += [failure] if failure else []
            return False
        self._left_out |= {failure.plugin for failure in failures}
        self._untold += failures
        return True

    def _discard(self) -> None:
        # After a fork the child and its pipes belong to the other process: leave them alone.
        if self._child is not None and self._child.owner == os.getpid():
            self._child.end()
        self._child = None
