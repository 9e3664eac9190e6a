"""The plugins' steps in the child: found by name, called one at a time, blamed when they fail."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from blogengine.dropins import LOCAL, load_drop_in
from blogengine.rendering.limits import MAX_SOURCE_BYTES
from blogengine.rendering.mark import Mark
from blogengine.rendering.recipe import EXTENSION, SOURCE, Recipe, Step
from blogengine.rendering.values import PluginFailure

LARGEST = {SOURCE: 2 * MAX_SOURCE_BYTES}
LARGEST_HTML = 8 * 1024 * 1024
"""Bytes a filter may make of a text; no page is that long."""

TRACE_LINES = 12


class PluginFailed(Exception):
    """A plugin's step failed; the text is rendered again without that plugin."""

    def __init__(self, failure: PluginFailure) -> None:
        super().__init__(failure.error)
        self.failure = failure


class Steps:
    """The steps of one recipe. `unusable` says what couldn't be loaded."""

    def __init__(self, recipe: Recipe, mark: Mark, without: Collection[str] = ()) -> None:
        self._mark = mark
        self._owner = os.getpid()
        self._inside = 0
        self._last = 0
        self._steps = recipe.steps
        self._functions: dict[int, Callable[..., Any]] = {}
        self._files = {item.name: Path(item.file) for item in recipe.participants if item.file}
        self.unusable: list[PluginFailure] = []
        for number, step in enumerate(recipe.steps, start=1):
            if step.plugin not in without:
                self._load(number, step)

    def _load(self, number: int, step: Step) -> None:
        try:
            with self.of(number):
                function = self._find(step.place)
                if step.schema:
                    settings = self._find(step.schema)(**step.values)
                    self._functions[number] = _with_settings(function, settings)
                else:
                    self._functions[number] = function
        except PluginFailed as failed:
            self.unusable.append(failed.failure)

    def _find(self, place: str) -> Any:
        module_name, _, name = place.partition(":")
        found: Any = self._module(module_name)
        for part in name.split("."):
            found = getattr(found, part)
        return found

    def _module(self, name: str) -> Any:
        root, _, rest = name.partition(".")
        plugin = rest.partition(".")[0]
        if root == LOCAL and f"{LOCAL}.{plugin}" not in sys.modules:
            load_drop_in(plugin, self._files[plugin])
        return importlib.import_module(name)

    def forget(self) -> None:
        """Begin another text: nobody has touched it yet."""
        self._inside = self._last = 0
        self._mark.set(0, 0)

    @contextmanager
    def of(self, number: int) -> Iterator[None]:
        """Say that what happens within is a step's doing; its errors become PluginFailed."""
        before = self._inside
        self._inside = number
        self._mark.set(number, self._last)
        try:
            yield
        except (PluginFailed, MemoryError, KeyboardInterrupt):
            raise  # a step within this one is to blame, or the whole process has to go
        except BaseException as error:
            raise PluginFailed(self._failure(number, error)) from error
        if os.getpid() != self._owner:
            os._exit(1)  # a step forked; only one process may answer
        self._inside, self._last = before, number
        self._mark.set(before, number)

    def _failure(self, number: int, error: BaseException) -> PluginFailure:
        step = self._steps[number - 1]
        frames = traceback.extract_tb(error.__traceback__)
        place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
        trace = "".join(traceback.format_list(frames[-TRACE_LINES:]))
        said = f"{type(error).__name__}: {_said(error)}{place}"
        return PluginFailure(step.plugin, step.hook, step.name, said, trace)

    def suspect(self, error: BaseException) -> PluginFailure | None:
        """Blame the step that changed the text last for an error of the engine after it."""
        return self._failure(self._last, error) if self._last else None

    def active(self, kind: str, without: Collection[str]) -> list[int]:
        """Return the numbers of the usable steps of one kind, in order."""
        return [
            number
            for number, step in enumerate(self._steps, start=1)
            if step.kind == kind and step.plugin not in without and number in self._functions
        ]

    def fold(self, kind: str, text: str, without: Collection[str]) -> str:
        """Pass the text through the filters of one kind."""
        for number in self.active(kind, without):
            last = self._last
            with self.of(number):
                most = LARGEST.get(kind, LARGEST_HTML)
                made = checked(self._functions[number](text), most)
            if made == text:
                self._last = last  # who changed nothing isn't to blame for what comes
                self._mark.set(0, last)
            text = made
        return text

    def extensions(self, without: Collection[str]) -> list[tuple[int, Callable[..., Any]]]:
        """Return the makers of Markdown extensions with the numbers of their steps."""
        return [(number, self._functions[number]) for number in self.active(EXTENSION, without)]


def _with_settings(function: Callable[..., Any], settings: object) -> Callable[..., Any]:
    return lambda *given: function(*given, settings)


def _said(error: BaseException) -> str:
    """Return an error's own words; even asking for them may fail."""
    try:
        return str(error)[:500].encode("utf-8", "replace").decode()
    except Exception:
        return "(it can't be shown)"


def checked(made: Any, most: int = LARGEST_HTML) -> str:
    """Return what a filter made as a plain text a page may hold, or raise."""
    if not isinstance(made, str):
        raise TypeError(f"it returned {type(made).__name__}, not a text")
    data = str.encode(made, "utf-8")
    if len(data) > most:
        raise ValueError(f"it made {len(data) >> 10} kB of the text")
    return data.decode()
