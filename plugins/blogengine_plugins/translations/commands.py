"""`blogengine translations`: link posts and tags as translations, and look at what is linked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogengine.api import Site, UserError
from blogengine_plugins.translations.families import (
    family_of,
    language_of,
    link_posts,
    link_tags,
    unlink,
)
from blogengine_plugins.translations.models import POST, TAG

if TYPE_CHECKING:
    import click


def add(site: Site, cli: click.Group) -> None:
    """Put the commands on the plugin's group."""
    import click

    @cli.command("link")
    @click.argument("posts", nargs=-1, required=True, type=int)
    def link(posts: tuple[int, ...]) -> None:
        """Make posts, by their ids, translations of each other."""
        link_posts(site, [site.posts.get(number) for number in posts])
        show_family(site, posts[0])

    @cli.command("unlink")
    @click.argument("post", type=int)
    def unlink_command(post: int) -> None:
        """Take a post out of its translations."""
        was = unlink(site, POST, str(post))
        click.echo(f"Post {post} stands alone now." if was else f"Post {post} had none.")

    @cli.command("show")
    @click.argument("post", type=int)
    def show(post: int) -> None:
        """List the translations of a post."""
        show_family(site, post)

    @cli.command("tags")
    @click.argument("tags", nargs=-1, required=True, metavar="LANGUAGE:SLUG...")
    def tags_command(tags: tuple[str, ...]) -> None:
        """Make tags each other's translations, such as en:weather de:wetter."""
        pairs = [tag.partition(":") for tag in tags]
        found = {language: slug for language, _sign, slug in pairs if language and slug}
        if len(found) != len(tags) or len(found) < 2:
            raise UserError(
                "These aren't two or more tags of different languages.",
                code="translations-tags-invalid",
                action="Write each as language and slug, such as en:weather de:wetter.",
            )
        for slug in found.values():
            site.terms.get(slug)
        link_tags(site, found)
        for slug, language in family_of(site, TAG, next(iter(found.values()))).items():
            click.echo(f"{language:<8} {slug}")


def show_family(site: Site, number: int) -> None:
    """Print the members of a post's family."""
    import click

    post = site.posts.get(number)
    for name in family_of(site, POST, str(post.id)) or (str(post.id),):
        one = site.posts.get(int(name))
        click.echo(f"{language_of(site, one):<8} {one.id:>6}  {one.display_title}")
