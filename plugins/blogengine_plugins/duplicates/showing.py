"""Telling the writer: as hints of the publish check, and beside the text in the editor."""

from __future__ import annotations

from collections.abc import Iterator

from blogengine.api import Finding, Markup, PanelForm, Post, Site
from blogengine_plugins.duplicates.repeats import Repeat, repeats_of

BEGINNING = 60


def findings(site: Site, post: Post) -> Iterator[Finding]:
    """Yield a hint for every paragraph that stands elsewhere, too."""
    for one in repeats_of(site, post):
        said = "stands" if one.exact else "nearly stands"
        yield Finding(
            f"It {said} in “{one.other.display_title}”, too ({one.other.url}). "
            "Link to it, or say it otherwise.",
            position=f"paragraph “{beginning(one)}”",
        )


def panel(site: Site, post: Post | None, _form: PanelForm) -> Markup:
    """Return the list of repeated paragraphs of the text as it was saved last."""
    found = repeats_of(site, post) if post is not None else []
    return site.render("duplicates/panel.html", found=found, beginning=beginning)


def beginning(one: Repeat) -> str:
    """Return the first words of a paragraph."""
    text = one.passage.text
    if len(text) <= BEGINNING:
        return text
    return text[:BEGINNING].rsplit(" ", 1)[0] + " …"
