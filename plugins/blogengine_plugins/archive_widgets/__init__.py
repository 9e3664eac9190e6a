"""Ways into the archive: newest posts, tags, months and authors, beside each page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogengine.api import (
    Asset,
    Plugin,
    Post,
    PostChange,
    Session,
    Site,
    TemplateHelper,
    Widget,
    hookimpl,
    translator,
)
from blogengine_plugins.archive_widgets import showing, summary
from blogengine_plugins.archive_widgets.settings import ArchiveSettings

if TYPE_CHECKING:
    import click

_ = translator(__name__)

plugin = Plugin(summary=__doc__, api=1, settings=ArchiveSettings)

SHOWN = frozenset("title kind status visibility published_at path terms authors".split())
"""Fields of a post that some list shows or counts."""


@hookimpl
def register_widgets() -> list[Widget]:
    """Four lists, which the owner places or hides one by one."""
    return [
        Widget("recent", _.lazy_gettext("Newest posts"), showing.recent, order=210),
        Widget("tags", _.lazy_gettext("Tags"), showing.tags, order=220),
        Widget("months", _.lazy_gettext("Months"), showing.months, order=230),
        Widget("authors", _.lazy_gettext("Authors"), showing.authors, order=240),
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
        with site.db.write() as session:
            summary.refresh(site, session)


@hookimpl
def on_post_saving(site: Site, change: PostChange, session: Session) -> None:
    """Follow a post that is or was public; the lists are stored together with it."""
    was_public = change.before is not None and change.before.public
    if (was_public or change.after.public) and change.fields & SHOWN:
        summary.refresh(site, session)


@hookimpl
def on_post_deleting(site: Site, post: Post, session: Session) -> None:
    """Take a post out."""
    if post.public:
        summary.refresh(site, session)
