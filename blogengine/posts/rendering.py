"""How the text of a post is rendered now, and what is kept of how it went.

A rendering's mark is what made it: pipeline, settings, plugins. Where plugins were left out, their
names follow after a sign that no whole mark has, so such a rendering counts as stale.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from blogengine import audit
from blogengine.guard import Guard
from blogengine.models import MARK_LENGTH, PostRow
from blogengine.ownership import writing_as
from blogengine.pictures import Picture
from blogengine.posts.linking import with_links
from blogengine.rendering import (
    PluginFailure,
    Recipe,
    Renderer,
    Rendering,
    RenderJob,
    fingerprint,
    with_pictures,
)
from blogengine.values import PostDraft

LEFT_OUT = "!"

Find = Callable[[Collection[str]], Mapping[str, Picture]]


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
    base_url: str = ""
    language: str = ""

    @property
    def mark(self) -> str:
        """What a whole rendering of now is marked with."""
        return f"{fingerprint(*self.recipe.marks())}{f'q{self.language}' if self.quotes else ''}"

    def render(
        self, renderer: Renderer, guard: Guard, draft: PostDraft, pictures: Find
    ) -> Rendering:
        """Render a draft; a plugin that fails is left out and reported, the text is never lost.

        `pictures` finds what is known of the text's pictures.
        """
        language = draft.language or self.language
        job = RenderJob(draft.source, draft.format, self.quotes, language)
        made = renderer.render(job, self.recipe)
        for failure in made.failures:
            guard.report(failure.plugin, failure.hook, RenderingFailed(failure))
        return with_links(with_pictures(made, pictures), self.base_url)


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


def mark_stale(session: Session, ids: Collection[int]) -> None:
    """Let the renderings of these posts count as made by another pipeline; nobody's act."""
    session.flush()
    with writing_as(""):
        audit.no_act(session, "posts")
        session.execute(update(PostRow).where(PostRow.id.in_(ids)).values(fingerprint=""))
