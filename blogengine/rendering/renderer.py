"""The parent's side of rendering: keep one child warm, bound every text, replace what overruns."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from .limits import (
    MEMORY_LIMIT,
    QUEUE_LIMIT,
    START_LIMIT,
    TIME_LIMIT,
    RendererUnavailable,
    TextTooCostly,
    check_size,
)
from .process import Child, ChildGone, ChildOverran
from .values import Rendering, RenderJob


class Renderer:
    """Renders texts in a helper process that is started at the first text and kept.

    Safe to use from several threads; texts go through one after the other. `extensions` are
    dotted names of further Python-Markdown extensions, found along `search_path`.
    """

    def __init__(
        self,
        *,
        timeout: float = TIME_LIMIT,
        memory_bytes: int = MEMORY_LIMIT,
        extensions: Sequence[str] = (),
        search_path: Sequence[str] = (),
    ) -> None:
        self._timeout = timeout
        self._memory_bytes = memory_bytes
        self._extensions = tuple(extensions)
        self._search_path = tuple(search_path)
        self._lock = threading.Lock()
        self._child: Child | None = None

    def render(self, job: RenderJob) -> Rendering:
        """Return the rendering of `job`, or raise `TextTooCostly` or `RendererUnavailable`."""
        check_size(job.source)
        with self._turn():
            try:
                answer = self._ask(job)
            except ChildOverran as error:
                self._discard()
                raise TextTooCostly(
                    f"Turning the text into a page took longer than {self._timeout:g} seconds."
                ) from error
            except ChildGone as error:
                self._discard()
                raise TextTooCostly(
                    "Turning the text into a page needed more memory than it may have."
                ) from error
            if answer.get("last"):
                self._discard()
        if "failed" in answer:
            raise TextTooCostly("The text couldn't be turned into a page: " + answer["failed"])
        return Rendering.from_message(answer["rendering"])

    def _ask(self, job: RenderJob) -> dict[str, Any]:
        """Ask the child; one that died between two texts is replaced before this text is blamed.

        Both tries share one time limit: a text that kills its child isn't given the time twice.
        """
        was_warm = self._child is not None
        began = time.monotonic()
        try:
            return self._warm_child().ask(job.as_message(), timeout=self._timeout)
        except ChildGone:
            left = self._timeout - (time.monotonic() - began)
            if not was_warm or left <= 0:
                raise
            self._discard()
            return self._warm_child().ask(job.as_message(), timeout=left)

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
        if self._child is None:
            self._child = self._start()
        return self._child

    def _start(self) -> Child:
        try:
            child = Child(
                memory_bytes=self._memory_bytes,
                extensions=self._extensions,
                search_path=self._search_path,
            )
        except OSError as error:
            raise RendererUnavailable("the helper process can't be started") from error
        try:
            child.receive(START_LIMIT)
        except (ChildOverran, ChildGone) as error:
            complaint = child.complaint() or "it didn't get ready"
            child.end()
            raise RendererUnavailable(f"the helper process failed ({complaint})") from error
        return child

    def _discard(self) -> None:
        # After a fork the child and its pipes belong to the other process: leave them alone.
        if self._child is not None and self._child.owner == os.getpid():
            self._child.end()
        self._child = None
