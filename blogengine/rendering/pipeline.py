"""The whole way of one text, in the child.

Source filters → Markdown with extensions → html filters → sanitiser → trusted filters → finishing →
excerpt. Without plugins it is Markdown → sanitiser → finishing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from markdown import Markdown

from blogengine.rendering.counting import count_words
from blogengine.rendering.events import DROPPED
from blogengine.rendering.excerpts import excerpt, plain_text
from blogengine.rendering.extending import make_extended
from blogengine.rendering.fingerprint import fingerprint
from blogengine.rendering.finishing import Finished, finish
from blogengine.rendering.frames import frames_as_links
from blogengine.rendering.gfm import GfmMarkdown, make_converter
from blogengine.rendering.recipe import HTML, SOURCE, TRUSTED
from blogengine.rendering.sanitiser import sanitise
from blogengine.rendering.steps import PluginFailed, Steps
from blogengine.rendering.values import PluginFailure, Rendering, RenderJob


class Pipeline:
    """Turns texts into renderings; keeps its converters from text to text."""

    def __init__(self, steps: Steps | None = None) -> None:
        self._steps = steps
        self._converters = {quotes: make_converter(smart_quotes=quotes) for quotes in (False, True)}
        self._extended: dict[tuple[bool, frozenset[str]], Markdown] = {}

    def render(self, job: RenderJob, without: Collection[str] = ()) -> Rendering:
        """Return the rendering of one text, made without the plugins that fail with it.

        Whatever a library raises without any plugin's doing comes through.
        """
        left_out = frozenset(without)
        failures: list[PluginFailure] = []
        while True:
            try:
                made = self._render(job, left_out)
            except PluginFailed as failed:
                failure = failed.failure
            except MemoryError:
                raise
            except Exception as error:
                suspect = self._steps.suspect(error) if self._steps else None
                if suspect is None or suspect.plugin in left_out:
                    raise
                failure = suspect
            else:
                return replace(made, failures=tuple(failures), left_out=tuple(sorted(left_out)))
            failures.append(failure)
            left_out |= {failure.plugin}
            self._extended.clear()  # an extension that stopped half-way may hold anything

    def _render(self, job: RenderJob, without: frozenset[str]) -> Rendering:
        finished = self._finished(job, without)
        text = plain_text(finished.events)
        return Rendering(
            html=finished.html,
            text=text,
            excerpt_html=finished.before_more,
            excerpt=excerpt(finished.events, finished.more_at),
            headings=finished.headings,
            words=count_words(text),
            fingerprint=fingerprint(),
        )

    def _finished(self, job: RenderJob, without: frozenset[str]) -> Finished:
        steps, source = self._steps, clean_source(job.source)
        if steps is None:
            html = source if job.format == "html" else self._convert(source, job, without)
            return finish(sanitise(html))
        steps.forget()
        if job.format == "html":
            html = source
        else:
            filtered = steps.fold(SOURCE, source, without)
            # A filter's text is as little trusted as a writer's.
            html = self._convert(clean_source(filtered), job, without)
        html = sanitise(steps.fold(HTML, html, without))
        if not steps.active(TRUSTED, without):
            return finish(html)
        html = steps.fold(TRUSTED, frames_as_links(html), without)
        return finish(sanitise(html, frames=True), frames=True)

    def _convert(self, source: str, job: RenderJob, without: frozenset[str]) -> str:
        converter = self._converter(job.smart_quotes, without)
        converter.reset()
        if isinstance(converter, GfmMarkdown):
            converter.language = job.language
        return converter.convert(source)

    def _converter(self, quotes: bool, without: frozenset[str]) -> Markdown:
        extensions = self._steps.extensions(without) if self._steps else []
        if self._steps is None or not extensions:
            return self._converters[quotes]
        found = self._extended.get((quotes, without))
        if found is None:
            found = make_extended(self._steps, extensions, smart_quotes=quotes)
            self._extended[quotes, without] = found
        return found


def clean_source(source: str) -> str:
    """Return the text with one kind of line end and without characters no page may hold."""
    return source.replace("\r\n", "\n").replace("\r", "\n").translate(DROPPED)
