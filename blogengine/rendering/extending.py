"""Python-Markdown with the plugins' extensions, each of whose parts knows whose it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import Pattern
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from blogengine.rendering.gfm import make_converter
from blogengine.rendering.steps import Steps, checked


def make_extended(
    steps: Steps, extensions: Sequence[tuple[int, Callable[..., Any]]], *, smart_quotes: bool
) -> Markdown:
    """Return a converter with these extensions; raises PluginFailed for one that can't join."""
    markdown = make_converter(smart_quotes=smart_quotes)
    for number, make in extensions:
        before = {id(part) for part in _parts(markdown)}
        with steps.of(number):
            extension = make()
            if not isinstance(extension, Extension):
                raise TypeError(f"it made {type(extension).__name__}, not a Markdown extension")
            markdown.registerExtensions([extension], {})
        for part in _parts(markdown):
            if id(part) not in before:
                _watch(part, steps, number)
    return markdown


def _parts(markdown: Markdown) -> Iterator[Any]:
    yield from markdown.preprocessors
    yield from markdown.parser.blockprocessors
    yield from markdown.inlinePatterns
    yield from markdown.treeprocessors
    yield from markdown.postprocessors


def _watch(part: Any, steps: Steps, number: int) -> None:
    """Put a watch on the methods of a part that Python-Markdown calls."""
    for name, check in _WATCHED:
        if hasattr(part, name) and isinstance(part, check[0]):
            setattr(part, name, _watched(getattr(part, name), steps, number, check[1]))


def _watched(
    method: Callable[..., Any], steps: Steps, number: int, check: Callable[[Any], Any]
) -> Callable[..., Any]:
    def watched(*given: Any, **named: Any) -> Any:
        with steps.of(number):
            return check(method(*given, **named))

    return watched


def _lines(made: Any) -> list[str]:
    return checked("\n".join(made)).split("\n")


def _element_or_none(made: Any) -> Any:
    if made is not None and not isinstance(made, Element):
        raise TypeError(f"it returned {type(made).__name__}, not an element or None")
    return made


def _as_it_is(made: Any) -> Any:
    return made


_WATCHED: tuple[tuple[str, tuple[type[Any], Callable[[Any], Any]]], ...] = (
    ("run", (Preprocessor, _lines)),
    ("run", (Treeprocessor, _element_or_none)),
    ("run", (Postprocessor, checked)),
    ("run", (BlockProcessor, _as_it_is)),
    ("test", (BlockProcessor, _as_it_is)),
    ("handleMatch", (Pattern, _as_it_is)),
    # The library matches the expression right after it has asked for it.
    ("getCompiledRegExp", (Pattern, _as_it_is)),
)
