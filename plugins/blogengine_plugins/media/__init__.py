"""Pictures and other files: uploads written anew, copies in sizes and formats, a library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from blogengine.api import (
    AdminPage,
    Asset,
    Blueprint,
    HealthCheck,
    Job,
    MediaChange,
    MetaTag,
    Page,
    Permission,
    PictureSource,
    Plugin,
    Post,
    PostChange,
    PostExtra,
    Session,
    Site,
    Widget,
    hookimpl,
)
from blogengine_plugins.media.known import SOURCES, file_sizes
from blogengine_plugins.media.rights import PERMISSIONS, UPLOAD
from blogengine_plugins.media.settings import MediaSettings
from blogengine_plugins.media.showing import EXTRAS, WIDGETS, meta_of
from blogengine_plugins.media.telling import delete_bytes
from blogengine_plugins.media.usage import forget_uses, pictures_of, remember_uses

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
def feeds_files(site: Site, urls: tuple[str, ...]) -> Mapping[str, tuple[int, str]]:
    """Say how large the library's files are that a feed names."""
    return file_sizes(site, urls)


@hookimpl
def sitemap_pictures(site: Site, posts: tuple[int, ...]) -> Mapping[int, Sequence[str]]:
    """Name the library's pictures in posts."""
    return pictures_of(site, posts)


@hookimpl
def register_blueprints() -> list[Blueprint]:
    """The addresses of files, and the pages of the library."""
    from blogengine_plugins.media.views import blueprint

    return [blueprint]


@hookimpl
def register_admin_pages() -> list[AdminPage]:
    """The library, for who may upload."""
    return [
        AdminPage(
            "library",
            "Media",
            path="/admin/media/",
            section="writing",
            permission=UPLOAD,
            order=30,
        )
    ]


@hookimpl
def register_assets() -> list[Asset]:
    """The look of the library's pages."""
    return [Asset("media.css", pages={"admin"}, inline=False)]


@hookimpl
def register_widgets() -> list[Widget]:
    """A post's own picture, above its text."""
    return WIDGETS


@hookimpl
def register_post_extras() -> list[PostExtra]:
    """`post.extras.media`: a post's own picture, for themes."""
    return EXTRAS


@hookimpl
def page_meta(site: Site, page: Page) -> list[MetaTag]:
    """`og:image`, for other sites that show a link to the post."""
    return meta_of(site, page)


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
def on_media_changed(site: Site, change: MediaChange) -> None:
    """Delete the bytes of a file that is gone."""
    delete_bytes(site, change)


@hookimpl
def register_commands(site: Site, cli: click.Group) -> None:
    """`blogengine media …`: add, list, check."""
    from blogengine_plugins.media.commands import add_commands

    add_commands(site, cli)
