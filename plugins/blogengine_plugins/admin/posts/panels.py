"""The panels of other plugins: drawn beside the text, looked at before a save, stored after it.

A panel's fields count only where a form had it: one that was made without it leaves all as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from blogengine.api import EditorPanel, Markup, PanelForm, Post, UserError, site
from blogengine_plugins.admin.posts.form import PANELS


@dataclass(frozen=True, slots=True)
class Drawn:
    """A panel as the page shows it; `marker` is the hidden field that says it was there."""

    marker: str
    title: str
    fields: Markup


def drawn(
    post: Post | None, values: Mapping[str, str], errors: Mapping[str, str]
) -> Iterator[Drawn]:
    """Yield the panels that have something to show."""
    for prefix, panel in _panels():
        sent = own(values, prefix) if prefix in values else None
        form = PanelForm(prefix, sent, own(errors, prefix))
        if fields := panel.show(site, post, form):
            yield Drawn(prefix, panel.title, fields)


def look(values: Mapping[str, str]) -> None:
    """Raise UserError that names every field a panel can't take."""
    errors = [
        (f"{prefix}-{name}", "post-invalid", said)
        for prefix, panel in _panels()
        if prefix in values and panel.check is not None
        for name, said in panel.check(site, own(values, prefix)).items()
    ]
    if errors:
        raise UserError(
            errors[0][2],
            code="post-invalid",
            action="Change it, then save again. Nothing was saved.",
            errors=errors,
            status=422,
        )


def store(post: Post, values: Mapping[str, str]) -> list[str]:
    """Store the fields of the panels; return the titles of those that failed."""
    return [
        panel.title
        for prefix, panel in _panels()
        if prefix in values
        and panel.save is not None
        and not panel.save(site, post, own(values, prefix))
    ]


def own(values: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Return the fields of one panel by their short names."""
    start = f"{prefix}-"
    return {
        name.removeprefix(start): text for name, text in values.items() if name.startswith(start)
    }


def _panels() -> Iterator[tuple[str, EditorPanel]]:
    for plugin, panel in site.contributions.editor_panels:
        yield f"{PANELS}{plugin}-{panel.name}", panel
