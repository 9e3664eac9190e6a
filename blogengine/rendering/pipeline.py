"""The whole way of one text, in the child: Markdown → sanitiser → finishing → excerpt."""

from __future__ import annotations

from collections.abc import Sequence

from blogengine.rendering.events import DROPPED
from blogengine.rendering.excerpts import excerpt, plain_text
from blogengine.rendering.fingerprint import fingerprint
from blogengine.rendering.finishing import finish
from blogengine.rendering.gfm import make_converter
from blogengine.rendering.sanitiser import sanitise
from blogengine.rendering.values import Rendering, RenderJob


class Pipeline:
    """Turns texts into renderings; keeps its converters from text to text."""

    def __init__(self, extensions: Sequence[str] = ()) -> None:
        self._extensions = tuple(extensions)
        self._converters = {
            quotes: make_converter(smart_quotes=quotes, extensions=self._extensions)
            for quotes in (False, True)
        }

    def render(self, job: RenderJob) -> Rendering:
        """Return the rendering of one text; whatever a library raises comes through."""
        source = clean_source(job.source)
        html = source if job.format == "html" else self._convert(source, quotes=job.smart_quotes)
        finished = finish(sanitise(html))
        text = plain_text(finished.events)
        return Rendering(
            html=finished.html,
            text=text,
            excerpt_html=finished.before_more,
            excerpt=excerpt(finished.events, finished.more_at),
            headings=finished.headings,
            words=len(text.split()),
            fingerprint=fingerprint(*self._extensions),
        )

    def _convert(self, source: str, *, quotes: bool) -> str:
        converter = self._converters[quotes]
        converter.reset()
        return converter.convert(source)


def clean_source(source: str) -> str:
    """Return the text with one kind of line end and without characters no page may hold."""
    return source.replace("\r\n", "\n").replace("\r", "\n").translate(DROPPED)
