"""How the text of a post is rendered now, and what is kept of how it went.

A rendering's mark is what made it: pipeline, settings, plugins. Where plugins were left out, their
names follow after a sign that no whole mark has, so such a rendering counts as stale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from blogengine.guard import Guard
from blogengine.models import MARK_LENGTH
from blogengine.rendering import PluginFailure, Recipe, Renderer, Rendering, RenderJob, fingerprint
from blogengine.values import PostDraft

LEFT_OUT = "!"


class RenderingFailed(Exception):
    """A plugin failed in the process that renders texts; the message is what it said there."""

    def __init__(self, failure: PluginFailure) -> None:
        super().__init__(f"{failure.name}: {failure.error}")
        if failure.trace:
            self.add_note(failure.trace)


@dataclass(frozen=True, slots=True)
class Manner:
    """How texts are rendered at this moment."""

    recipe: Recipe
    quotes: bool

    @property
    def mark(self) -> str:
        """What a whole rendering of now is marked with."""
        return f"{fingerprint(*self.recipe.marks())}{'q' if self.quotes else ''}"

    def render(self, renderer: Renderer, guard: Guard, draft: PostDraft) -> Rendering:
        """Render a draft; a plugin that fails is left out and reported, the text is never lost."""
        job = RenderJob(draft.source, draft.format, self.quotes)
        made = renderer.render(job, self.recipe)
        for failure in made.failures:
            guard.report(failure.plugin, failure.hook, RenderingFailed(failure))
        return made


def marked(mark: str, left_out: Sequence[str]) -> str:
    """Return the mark of a rendering made without these plugins."""
    if not left_out:
        return mark
    named = f"{mark}{LEFT_OUT}{','.join(left_out)}"
    return named if len(named) <= MARK_LENGTH else named[:MARK_LENGTH].rpartition(",")[0]


def left_out_of(mark: str) -> tuple[str, ...]:
    """Return the plugins that a rendering of this mark lacks."""
    names = mark.partition(LEFT_OUT)[2]
    return tuple(names.split(",")) if names else ()
