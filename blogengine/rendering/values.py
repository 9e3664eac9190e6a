"""The values that go into and come out of rendering, and their form on the wire to the child."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from blogengine.values import Heading


@dataclass(frozen=True, slots=True)
class RenderJob:
    """One text to render.

    `format` is "markdown" or "html" (imports); both are sanitised and finished the same way.
    `smart_quotes` asks for the typographic quotes of `language` and dashes; it leaves code alone.
    """

    source: str
    format: str = "markdown"
    smart_quotes: bool = False
    language: str = ""

    def as_message(self) -> dict[str, Any]:
        """Return the job as plain data for the child."""
        return asdict(self)

    @classmethod
    def from_message(cls, message: dict[str, Any]) -> RenderJob:
        """Rebuild a job in the child."""
        return cls(**message)


@dataclass(frozen=True, slots=True)
class PluginFailure:
    """What a plugin's step did wrong while a text was rendered; `name` is the step's."""

    plugin: str
    hook: str
    name: str
    error: str
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Rendering:
    """Everything stored about one rendered text.

    `html` and `excerpt_html` hold placeholders and must go through `place` before they are shown.
    `text` is the whole body as plain text for search and related posts. `excerpt_html` is empty
    unless the writer set a more marker. `left_out` names the plugins that should have taken part
    and didn't; `failures` say why, as far as it showed with this text. `targets` are the posts that
    the text links to.
    """

    html: str
    text: str
    excerpt_html: str
    excerpt: str
    headings: tuple[Heading, ...]
    words: int
    fingerprint: str
    left_out: tuple[str, ...] = ()
    targets: tuple[int, ...] = ()
    failures: tuple[PluginFailure, ...] = ()

    def as_message(self) -> dict[str, Any]:
        """Return the rendering as plain data for the parent."""
        return asdict(self)

    @classmethod
    def from_message(cls, message: dict[str, Any]) -> Rendering:
        """Rebuild a rendering in the parent."""
        headings = tuple(Heading(**heading) for heading in message["headings"])
        failures = tuple(PluginFailure(**failure) for failure in message["failures"])
        made = {"headings": headings, "failures": failures, "left_out": tuple(message["left_out"])}
        made["targets"] = tuple(message["targets"])
        return cls(**{**message, **made})
