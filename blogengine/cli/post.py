"""`blogengine post …`: everything about posts and pages."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from blogengine.cli.checking import anyway_option, check, look_before_publishing
from blogengine.cli.drafts import DRAFT_COMMANDS
from blogengine.cli.session import Progress, Session, json_option, print_record, print_rows
from blogengine.clock import utcnow
from blogengine.errors import UserError
from blogengine.values import KINDS, STATUSES, VISIBILITIES, Post, PostDraft

PLAIN = (
    *((name, name) for name in "title slug excerpt visibility password".split()),
    *((name, name) for name in ("seo_title", "seo_description", "template")),
    ("picture", "featured_image"),
    ("picture_alt", "featured_alt"),
)
"""Options whose text is a field of a draft, and what that is called."""

MOST_BYTES = 4 * 1024 * 1024


@click.group()
def post() -> None:
    """Write, publish and look after posts and pages."""


for command in (check, *DRAFT_COMMANDS):
    post.add_command(command)


def record(item: Post) -> dict[str, Any]:
    """Return what the command line shows of a post."""
    when = item.published_at.isoformat(timespec="minutes") if item.published_at else None
    return {
        "id": item.id,
        "kind": item.kind,
        "status": item.status,
        "visibility": item.visibility,
        "published": when,
        "url": item.url,
        "tags": [term.name for term in item.tags],
        "title": item.title,
    }


def saved(session: Session, item: Post, *, as_json: bool) -> None:
    """Print a post that was saved, and what is missing in its rendering."""
    left_out = session.site.posts.left_out(item.id)
    print_record(record(item) | ({"left_out": list(left_out)} if as_json else {}), as_json=as_json)
    if left_out:
        names = " and ".join(left_out)
        click.echo(
            f"The text is saved, but shown without what {names} would add: see the error above. "
            "To try again: blogengine post render",
            err=True,
        )


@post.command("list")
@click.option("--status", type=click.Choice(STATUSES), multiple=True, help="Only these states.")
@click.option("--kind", type=click.Choice(KINDS), help="Only posts, or only pages.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@json_option
@click.pass_obj
def list_posts(
    session: Session, status: tuple[str, ...], kind: str | None, limit: int, as_json: bool
) -> None:
    """List posts of any state, the last changed first."""
    found = session.site.posts.find(statuses=status, kind=kind or "", limit=limit)
    print_rows(map(record, found), as_json=as_json, nothing="There are no posts.")


@post.command("show")
@click.argument("post_id", type=int)
@click.option("--source", is_flag=True, help="Print only the text as it was written.")
@json_option
@click.pass_obj
def show(session: Session, post_id: int, source: bool, as_json: bool) -> None:
    """Show a post."""
    item, draft = session.site.posts.get(post_id), session.site.posts.draft(post_id)
    if source:
        sys.stdout.buffer.write(draft.source.encode("utf-8", "surrogatepass"))
        return
    details = {
        "authors": list(draft.authors),
        "tags": list(draft.terms.get("tag", ())),
        "version": item.version,
        "words": item.words,
        "excerpt": item.excerpt,
        "guid": item.guid,
        "template": draft.template,
    }
    more = {"source": draft.source} if as_json else {}
    print_record(record(item) | details | more, as_json=as_json)


def text_options(command: Any) -> Any:
    """Add the options that `new` and `edit` share."""
    for option in reversed(
        (
            click.option("--title", help="Title."),
            click.option("--text", help="The text itself."),
            click.option(
                "--file",
                type=click.Path(exists=True, dir_okay=False, allow_dash=True),
                help="File with the text; - for standard input.",
            ),
            click.option(
                "--format",
                "text_format",
                type=click.Choice(["markdown", "html"]),
                help="What the text is written in.",
            ),
            click.option("--tag", "tags", multiple=True, help="A tag; repeat for several."),
            click.option("--author", "authors", multiple=True, help="Slug of an author."),
            click.option("--slug", help="Last part of the address."),
            click.option(
                "--date",
                help="Time of publication, such as 2020-11-25T09:00, in the site's time zone.",
            ),
            click.option("--excerpt", help="Hand-written excerpt."),
            click.option("--visibility", type=click.Choice(VISIBILITIES), help="Who may read it."),
            click.option("--password", help="Password of a protected post."),
            click.option("--pin-from", help="Stands on top of the home page from this time on."),
            click.option("--pin-until", help="Stands there until this time."),
            click.option("--picture", help="Address of its picture."),
            click.option("--picture-alt", help="What the picture shows."),
            click.option("--template", help="A file of the theme, such as post-wide.html."),
            click.option("--seo-title", help="Title for search engines."),
            click.option("--seo-description", help="Description for search engines."),
        )
    ):
        command = option(command)
    return command


@post.command("new")
@text_options
@click.option(
    "--kind", type=click.Choice(KINDS), default="post", show_default=True, help="Post or page."
)
@click.option("--publish", is_flag=True, help="Publish it at once.")
@anyway_option
@json_option
@click.pass_obj
def new(
    session: Session, /, kind: str, publish: bool, anyway: bool, as_json: bool, **given: Any
) -> None:
    """Make a post, as a draft unless --publish is given.

    What a check says to mend first stays a draft.
    """
    fields = _fields(given)
    if not fields.keys() & {"title", "source"}:
        raise click.UsageError("Give a --title, a --text or a --file.")
    people = session.site.users.all()
    if "authors" not in fields and len(people) == 1:
        fields["authors"] = (people[0].slug,)
    # The checks look at a rendered text, so that there is a draft first.
    later = publish and bool(session.site.contributions.publish_checks)
    status = "published" if publish and not later else "draft"
    item = session.site.posts.create(PostDraft(kind=kind, status=status, **fields))
    if later:
        look_before_publishing(session, item.id, anyway=anyway)
        item = session.site.posts.publish(item.id)
    saved(session, item, as_json=as_json)


@post.command("edit")
@click.argument("post_id", type=int)
@text_options
@click.option("--expect-version", type=int, help="Refuse when somebody saved meanwhile.")
@json_option
@click.pass_obj
def edit(
    session: Session, /, post_id: int, expect_version: int | None, as_json: bool, **given: Any
) -> None:
    """Change what is given of a post; the rest stays."""
    fields = _fields(given)
    if not fields:
        raise click.UsageError("Say what to change: see --help.")
    changed = session.site.posts.edit(post_id, expected_version=expect_version, **fields)
    saved(session, changed, as_json=as_json)


def _fields(given: dict[str, Any]) -> dict[str, Any]:
    """Turn the given options into fields of a draft."""
    fields = {name: given[option] for option, name in PLAIN if given[option] is not None}
    for option, name in (("pin_from", "pinned_from"), ("pin_until", "pinned_until")):
        if given[option] is not None:
            fields[name] = _moment(given[option]) if given[option] else None
    if given["text"] is not None:
        fields["source"] = given["text"]
    if given["file"] is not None:
        fields["source"] = _read(given["file"])
    if given["date"] is not None:
        fields["published_at"] = _moment(given["date"])
    if given["text_format"]:
        fields["format"] = given["text_format"]
    if given["tags"]:
        fields["terms"] = {"tag": tuple(name for name in given["tags"] if name)}
    if given["authors"]:
        fields["authors"] = given["authors"]
    if fields.get("password") == "":
        raise click.UsageError("A password can't be empty.")
    if fields.get("visibility") == "password" and not fields.get("password"):
        raise click.UsageError("A protected post needs --password.")
    return fields


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{text!r} isn't a time such as 2030-01-31T09:00.") from None


def _read(name: str) -> str:
    data = sys.stdin.buffer.read(MOST_BYTES + 1) if name == "-" else Path(name).read_bytes()
    try:
        return data[: MOST_BYTES + 1].decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(
            f"The text isn't UTF-8 (byte {error.start}).",
            code="text-not-utf8",
            action="Save the file as UTF-8.",
            field="file",
        ) from error


@post.command("publish")
@click.argument("post_id", type=int)
@anyway_option
@json_option
@click.pass_obj
def publish(session: Session, post_id: int, anyway: bool, as_json: bool) -> None:
    """Make a post public now, unless a check says to mend something first."""
    look_before_publishing(session, post_id, anyway=anyway)
    saved(session, session.site.posts.publish(post_id), as_json=as_json)


@post.command("schedule")
@click.argument("post_id", type=int)
@click.argument("when")
@anyway_option
@json_option
@click.pass_obj
def schedule(session: Session, post_id: int, when: str, anyway: bool, as_json: bool) -> None:
    """Make a post public at a time such as 2030-01-31T09:00, in the site's time zone."""
    moment = _moment(when)
    if session.site.local(moment) <= session.site.local(utcnow()):
        raise click.UsageError(
            f"{when} is past; to publish now there is `post publish`, "
            f"with an older date after `post edit {post_id} --date {when}`."
        )
    look_before_publishing(session, post_id, anyway=anyway)
    saved(session, session.site.posts.publish(post_id, at=moment), as_json=as_json)


@post.command("unpublish")
@click.argument("post_id", type=int)
@json_option
@click.pass_obj
def unpublish(session: Session, post_id: int, as_json: bool) -> None:
    """Make a post a draft again."""
    print_record(record(session.site.posts.unpublish(post_id)), as_json=as_json)


@post.command("delete")
@click.argument("post_id", type=int)
@click.option("--for-good", is_flag=True, help="Delete it with its revisions and comments.")
@click.option("--dry-run", is_flag=True, help="Say what would be deleted.")
@json_option
@click.pass_obj
def delete(session: Session, post_id: int, for_good: bool, dry_run: bool, as_json: bool) -> None:
    """Move a post to the trash; `restore` brings it back."""
    posts = session.site.posts
    item = posts.get(post_id)
    if dry_run:
        count = len(posts.revisions(post_id))
        how = f"deleted for good with {count} revisions" if for_good else "moved to the trash"
        click.echo(f"Post {post_id} would be {how}: {item.display_title}", err=True)
    elif for_good:
        item = posts.purge(post_id)
    else:
        item = posts.trash(post_id)
    print_record(record(item), as_json=as_json)


@post.command("restore")
@click.argument("post_id", type=int)
@click.option("--revision", type=int, help="Bring this version of the text back instead.")
@json_option
@click.pass_obj
def restore(session: Session, post_id: int, revision: int | None, as_json: bool) -> None:
    """Bring a post back from the trash, or an older text of it."""
    posts = session.site.posts
    item = posts.restore_revision(post_id, revision) if revision else posts.restore(post_id)
    saved(session, item, as_json=as_json)


@post.command("render")
@click.pass_obj
def render(session: Session) -> None:
    """Render texts again that other settings, plugins or an older engine rendered."""
    posts = session.site.posts
    count = posts.render_stale(Progress("Rendering"))
    click.echo(
        "1 text was rendered again." if count == 1 else f"{count} texts were rendered again."
    )
    if left := len(posts.waiting()):
        click.echo(f"{left} of them lack what a plugin adds that failed: see the errors.", err=True)


@post.command("revisions")
@click.argument("post_id", type=int)
@json_option
@click.pass_obj
def revisions(session: Session, post_id: int, as_json: bool) -> None:
    """List the saved texts of a post, newest first."""
    session.site.posts.get(post_id)
    rows = (
        {
            "version": item.version,
            "at": item.at.isoformat(timespec="seconds"),
            "by": item.by,
            "note": item.note,
            "characters": len(item.source),
            "title": item.title,
        }
        for item in session.site.posts.revisions(post_id)
    )
    print_rows(rows, as_json=as_json)
