"""Site identity: your profiles, handle and proofs for other services, in the head of pages."""

from __future__ import annotations

from collections.abc import Iterator

from blogengine.api import (
    EditorPanel,
    LinkTag,
    MetaTag,
    Page,
    Plugin,
    Post,
    Session,
    Site,
    hookimpl,
)
from blogengine_plugins.site_identity.origins import PANEL, forget, origin_of
from blogengine_plugins.site_identity.settings import IdentitySettings

plugin = Plugin(summary=__doc__, api=1, settings=IdentitySettings)

SILENT = frozenset({"error", "protected"})


@hookimpl
def page_meta(site: Site, page: Page) -> Iterator[MetaTag | LinkTag]:
    """Give what the owner has set; proofs only on the home page, where services look for them."""
    chosen = site.settings(IdentitySettings)
    if page.kind in SILENT:
        return
    for address in chosen.profiles.split():
        yield LinkTag("me", address)
    if chosen.fediverse_creator:
        yield MetaTag("fediverse:creator", chosen.fediverse_creator)
    if page.post is not None and (origin := origin_of(site, page.post.id)):
        yield LinkTag("canonical", origin)
    if page.kind == "home":
        for line in chosen.verifications.splitlines():
            name, _, content = line.partition(" ")
            yield MetaTag(name, content.strip())
    for mode, color in (("light", chosen.theme_color_light), ("dark", chosen.theme_color_dark)):
        if color:
            yield MetaTag("theme-color", color, media=f"(prefers-color-scheme: {mode})")


@hookimpl
def register_editor_panels() -> list[EditorPanel]:
    """Ask the writer where a post stood first."""
    return [PANEL]


@hookimpl
def on_post_deleting(session: Session, post: Post) -> None:
    """Forget what is known of a post that goes."""
    forget(session, post.id)
