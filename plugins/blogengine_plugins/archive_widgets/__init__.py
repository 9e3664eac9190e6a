"""Ways into the archive: newest posts, tags, months and authors, beside each page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogengine.api import (
    Asset,
    Plugin,
    PostChange,
    Site,
    TemplateHelper,
    Widget,
    hookimpl,
)
from blogengine_plugins.archive_widgets import showing, summary
from blogengine_plugins.archive_widgets.settings import ArchiveSettings

if TYPE_CHECKING:
    import click

plugin = Plugin(summary=__doc__, api=1, settings=ArchiveSettings)


@hookimpl
def register_widgets() -> list[Widget]:
    """Four lists, which the owner places or hides one by one."""
    return [
        Widget("recent", "Newest posts", showing.recent, order=210),
        Widget("tags", "Tags", showing.tags, order=220),
        Widget("months", "Months", showing.months, order=230),
        Widget("authors", "Authors", showing.authors, order=240),
    ]


@hookimpl
def register_assets() -> list[Asset]:
    """The sizes of tags and the look of counts."""
    return [Asset("archive.css")]


@hookimpl
def register_template_helpers() -> list[TemplateHelper]:
    """`count|archive_widgets_size(most)`: how large a tag stands in the cloud, 1 to 5."""
    return [TemplateHelper("archive_widgets_size", showing.size)]


@hookimpl
def register_commands(site: Site, cli: click.Group) -> None:
    """Add `blogengine archive_widgets rebuild`."""

    @cli.command("rebuild")
    def rebuild() -> None:
        """Collect the lists anew, such as after a tag was renamed."""
        summary.refresh(site)


@hookimpl
def on_post_saved(site: Site, change: PostChange) -> None:
    """Follow a public post whose title, tags, authors or date are others now."""
    if change.after.public and change.before is not None and change.before.public:
        summary.refresh(site)


@hookimpl
def on_post_published(site: Site) -> None:
    """Take a post in."""
    summary.refresh(site)


@hookimpl
def on_post_unpublished(site: Site) -> None:
    """Take a post out."""
    summary.refresh(site)
