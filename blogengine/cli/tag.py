"""`blogengine tag …`."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from blogengine.cli.session import Session, json_option, print_record, print_rows
from blogengine.tagged import Choice, TagEffect, TagEntry
from blogengine.taxonomies import DISPLAYS, TAG

if TYPE_CHECKING:
    from blogengine.terms import Terms

DAY = click.DateTime(["%Y-%m-%d"])

dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Say what would change, and change nothing."
)


TAXONOMY = "blogengine.taxonomy"
"""Where a command finds which taxonomy it is about."""


@click.group()
@click.option(
    "--taxonomy", default=TAG.name, show_default=True, help="Of a plugin, such as category."
)
@click.pass_context
def tag(context: click.Context, /, taxonomy: str) -> None:
    """Look after tags, or after categories, series and what else plugins bring."""
    context.meta[TAXONOMY] = taxonomy


def terms_of(session: Session) -> Terms:
    """Return the service of the taxonomy that the command line names."""
    return session.site.terms.of(click.get_current_context().meta[TAXONOMY])


@tag.command("list")
@click.option("--query", "q", default="", help="Only tags with this in one of their names.")
@click.option(
    "--sort",
    default="name",
    show_default=True,
    type=click.Choice(["name", "posts", "new"]),
    help="What comes first.",
)
@click.option("--limit", default=500, show_default=True, type=click.IntRange(1, 500))
@click.option("--offset", default=0, help="Leave this many out.", type=click.IntRange(0))
@json_option
@click.pass_obj
def list_tags(session: Session, /, as_json: bool, **given: Any) -> None:
    """List all tags: how many posts carry each, and how many of them are public."""
    tags, total = terms_of(session).find(**given)
    rows = [asdict(one) if as_json else _row(one) for one in tags]
    print_rows(rows, as_json=as_json, nothing="There is no tag yet.")
    if not as_json and total > len(rows):
        click.echo(
            f"{len(rows)} of {total} tags; go on with --offset {given['offset'] + len(rows)}."
        )


@tag.command("show")
@click.argument("slug")
@json_option
@click.pass_obj
def show(session: Session, slug: str, as_json: bool) -> None:
    """Show all that is stored of a tag."""
    print_record(asdict(terms_of(session).get(slug)), as_json=as_json)


@tag.command("rename")
@click.argument("old")
@click.argument("new")
@dry_run_option
@json_option
@click.pass_obj
def rename(session: Session, old: str, new: str, dry_run: bool, as_json: bool) -> None:
    """Give the tag with the slug OLD the name NEW; its old addresses are redirected."""
    _print(terms_of(session).rename(old, new, dry_run=dry_run), as_json=as_json)


@tag.command("merge")
@click.argument("slugs", nargs=-1, required=True, metavar="FROM... INTO")
@dry_run_option
@json_option
@click.pass_obj
def merge(session: Session, slugs: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Give all posts of some tags another one instead; their addresses and names lead there."""
    if len(slugs) < 2:
        raise click.UsageError("Name the tags to merge, and last the one that stays.")
    *others, into = slugs
    _print(terms_of(session).merge(others, into, dry_run=dry_run), as_json=as_json)


@tag.command("split")
@click.argument("slug")
@click.argument("name")
@click.option("--post", "posts", multiple=True, type=int, help="A post by its id; may be repeated.")
@click.option("--containing", default="", help="Posts with this in title or text.")
@click.option("--with-tag", default="", help="Posts that also carry the tag with this slug.")
@click.option("--author", default="", help="Posts of the author with this slug.")
@click.option("--since", type=DAY, help="Posts published on this day or later.")
@click.option("--until", type=DAY, help="Posts published on this day or before.")
@click.option("--keep", is_flag=True, help="Give the other tag as well, not instead.")
@dry_run_option
@json_option
@click.pass_obj
def split(session: Session, /, slug: str, name: str, as_json: bool, **given: Any) -> None:
    """Give chosen posts of the tag SLUG the tag NAME instead, made if there is none.

    Posts are chosen by everything that is said of them.
    """
    local, since, until = session.site.local, given["since"], given["until"]
    choice = Choice(
        given["posts"],
        given["containing"],
        given["with_tag"],
        given["author"],
        None if since is None else local(since),
        None if until is None else local(until + timedelta(days=1)),
    )
    how = {name: given[name] for name in ("keep", "dry_run")}
    effect = terms_of(session).split(slug, name, choice, **how)
    _print(effect, as_json=as_json)


@tag.command("alias")
@click.argument("slug")
@click.argument("name")
@click.option("--remove", is_flag=True, help="Let the name stand for the tag no more.")
@dry_run_option
@json_option
@click.pass_obj
def alias(session: Session, /, slug: str, name: str, as_json: bool, **given: Any) -> None:
    """Let NAME stand for the tag with the slug SLUG, wherever it is written or visited."""
    terms, dry_run = terms_of(session), given["dry_run"]
    if given["remove"]:
        _print(terms.unalias(name, dry_run=dry_run), as_json=as_json)
    else:
        _print(terms.alias(slug, name, dry_run=dry_run), as_json=as_json)


@tag.command("describe")
@click.argument("slug")
@click.option("--description", help="What stands above its posts, in Markdown.")
@click.option("--image", help="Address of a picture.")
@click.option("--colour", help="Its colour, such as #1a6b4c.")
@click.option("--display", type=click.Choice(DISPLAYS), help="What its list shows of each post.")
@click.option("--page-size", type=click.IntRange(0, 100), help="Posts a page; 0: as the site.")
@click.option("--sort", help="What comes first: newest, oldest, updated, manual, discussed.")
@click.option("--pin", "pins", multiple=True, type=int, help="Post on top; up to three; 0: none.")
@click.option("--parent", help="Slug of what it stands below, where there are levels; empty: none.")
@click.option("--template", help="Template of the theme for its list.")
@click.option("--internal/--shown", default=None, help="Whether readers see nothing of it.")
@click.option("--seo-title", help="Title for search engines.")
@click.option("--seo-description", help="Description for search engines.")
@dry_run_option
@json_option
@click.pass_obj
def describe(session: Session, /, slug: str, as_json: bool, **given: Any) -> None:
    """Set what is written about a tag and how its list is shown.

    What isn't named stays. An empty text takes it away.
    """
    pins = given.pop("pins")
    given["pins"] = [number for number in pins if number] if pins else None
    effect = terms_of(session).describe(slug, given.pop("description"), **given)
    _print(effect, as_json=as_json)


@tag.command("make")
@click.argument("name")
@click.option("--parent", help="Slug of what it stands below, where there are levels.")
@json_option
@click.pass_obj
def make(session: Session, name: str, parent: str | None, as_json: bool) -> None:
    """Make a tag, or a category, that no post carries yet."""
    _print(terms_of(session).make(name, parent=parent), as_json=as_json)


@tag.command("arrange")
@click.argument("slug")
@click.argument("posts", nargs=-1, type=int)
@click.pass_obj
def arrange(session: Session, slug: str, posts: tuple[int, ...]) -> None:
    """Put posts of a tag in order by hand: these first, as they are named, by their ids.

    It shows once the tag is sorted so: tag describe SLUG --sort manual.
    """
    terms_of(session).arrange(slug, posts)
    click.echo("Done.")


@tag.command("delete")
@click.argument("slug")
@click.option("--pointer", default="", help="Slug of a tag that readers are pointed at.")
@click.option("--redirect", is_flag=True, help="Lead readers straight to the pointer.")
@dry_run_option
@json_option
@click.pass_obj
def delete(session: Session, /, slug: str, as_json: bool, **given: Any) -> None:
    """Take a tag off its posts and delete it. No post is deleted.

    Its addresses answer 410, or redirect to another tag.
    """
    effect = terms_of(session).delete(slug, **given)
    _print(effect, as_json=as_json)


@tag.command("report")
@json_option
@click.pass_obj
def report(session: Session, as_json: bool) -> None:
    """List tags that may be one: by letters, plural, spelling, or the same posts."""
    rows = [
        {"reason": group.reason, "tags": [f"{one.slug} ({one.posts})" for one in group.tags]}
        if not as_json
        else asdict(group)
        for group in terms_of(session).duplicates()
    ]
    print_rows(rows, as_json=as_json, nothing="No two tags look like one.")


@tag.command("acts")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 500))
@json_option
@click.pass_obj
def acts(session: Session, limit: int, as_json: bool) -> None:
    """List what was done to tags in the last 30 days, the newest first."""
    rows = (
        {
            "id": one.id,
            "at": f"{session.site.local(one.at):%Y-%m-%d %H:%M}",
            "by": one.by,
            "what": one.summary,
            "posts": one.posts,
            "state": "undone" if one.undone_at else "can be undone" if one.undoable else "over",
        }
        for one in terms_of(session).acts(limit=limit)
    )
    print_rows(rows, as_json=as_json, nothing="Nothing was done to tags in the last 30 days.")


@tag.command("undo")
@click.argument("act", type=int)
@dry_run_option
@json_option
@click.pass_obj
def undo(session: Session, act: int, dry_run: bool, as_json: bool) -> None:
    """Put everything back as it was before an act; `tag acts` has their numbers."""
    _print(terms_of(session).undo(act, dry_run=dry_run), as_json=as_json)


def _row(one: TagEntry) -> dict[str, object]:
    also = ", ".join(one.aliases)
    row = {"slug": one.slug, "name": one.name, "posts": one.posts, "public": one.public}
    return {**row, "also called": also, "url": one.url}


def _print(effect: TagEffect, *, as_json: bool) -> None:
    if as_json:
        print_record(asdict(effect), as_json=True)
        return
    effect = replace(effect, summary=effect.summary.rstrip("."))
    click.echo(f"{effect.summary}{'.' if effect.done else ' – nothing is changed yet.'}")
    count = len(effect.post_ids)
    if count:
        told = f"{count} {'post' if count == 1 else 'posts'} with other tags; "
        click.echo(
            f"{told}tagged posts before {effect.tagged_before}, after {effect.tagged_after}."
        )
    for post in effect.retagged:
        names = f"{', '.join(post.before) or '–'} → {', '.join(post.after) or '–'}"
        click.echo(f"  {post.id} {post.title} ({post.status}): {names}")
    if count > len(effect.retagged):
        click.echo(f"  … and {count - len(effect.retagged)} more.")
    for one in effect.rerouted:
        click.echo(f"  {one.path} → {one.to or 'gone'} ({one.status}, its pages and feeds too)")
    for note in effect.notes:
        click.echo(f"Note: {note}")
    if effect.done and effect.id and effect.act != "undo":
        taxonomy = click.get_current_context().meta[TAXONOMY]
        of = "" if taxonomy == TAG.name else f" --taxonomy {taxonomy}"
        click.echo(f"Undo it with: blogengine tag{of} undo {effect.id}")
