"""Pictures and other files: uploads written anew, copies in sizes and formats, a library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogengine.api import (
    Blueprint,
    HealthCheck,
    Job,
    Permission,
    PictureSource,
    Plugin,
    Post,
    PostChange,
    Session,
    Site,
    hookimpl,
)
from blogengine_plugins.media.known import SOURCES
from blogengine_plugins.media.rights import PERMISSIONS
from blogengine_plugins.media.settings import MediaSettings
from blogengine_plugins.media.usage import forget_uses, remember_uses

if TYPE_CHECKING:
    import click

plugin = Plugin(summary=__doc__, api=1, settings=MediaSettings, hosts=())


@hookimpl
def register_permissions() -> list[Permission]:
    """`media.upload` for one's own files, `media.manage` for all."""
    return PERMISSIONS


@hookimpl
def register_picture_sources() -> list[PictureSource]:
    """Sizes and copies of the library's pictures, for texts."""
    return SOURCES


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """The addresses of files, and the pages of the library."""
    from blogengine_plugins.media.views import blueprint

    return [blueprint]


@hookimpl
def register_jobs() -> list[Job]:
    """Copies of pictures, texts rendered again, the trash emptied."""
    from blogengine_plugins.media.sizing import JOBS

    return JOBS


@hookimpl
def on_post_saving(site: Site, change: PostChange, session: Session) -> None:
    """Keep which files the post uses."""
    remember_uses(site, change, session)


@hookimpl
def on_post_deleting(post: Post, session: Session) -> None:
    """Its files have one use less."""
    forget_uses(post, session)


@hookimpl
def register_health_checks() -> list[HealthCheck]:
    """Whether uploads can be kept and shown."""
    from blogengine_plugins.media.checking import CHECKS

    return CHECKS


@hookimpl
def register_commands(site: Site, cli: click.Group) -> None:
    """`blogengine media …`: add, list, check."""
    from blogengine_plugins.media.commands import add_commands

    add_commands(site, cli)
