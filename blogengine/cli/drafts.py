"""`blogengine post preview|compare|bulk`: links to drafts, two saved texts, many posts at once."""

from __future__ import annotations

import difflib
from typing import Any

import click

from blogengine.cli.session import Session, json_option, print_record, print_rows
from blogengine.errors import NotFound
from blogengine.posts.bulk import ACTS
from blogengine.posts.previews import MOST_DAYS, USUAL_DAYS, PreviewLink


@click.command("preview")
@click.argument("post_id", type=int)
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    default=USUAL_DAYS,
    show_default=True,
    help="How long the link works.",
)
@click.option("--list", "show", is_flag=True, help="List the links that work; make none.")
@click.option("--revoke", type=int, help="Take back the link of this number.")
@json_option
@click.pass_obj
def preview(
    session: Session, /, *, post_id: int, days: int, show: bool, revoke: int | None, as_json: bool
) -> None:
    """Make a link by which others read a post that isn't public."""
    site = session.site
    if revoke is not None:
        print_record(_link(session, site.previews.revoke(revoke)), as_json=as_json)
    elif show:
        rows = (_link(session, link) for link in site.previews.of(post_id))
        print_rows(rows, as_json=as_json, nothing="No link works.")
    else:
        print_record(_link(session, site.previews.make(post_id, days=days)), as_json=as_json)


def _link(session: Session, link: PreviewLink) -> dict[str, Any]:
    return {
        "link": link.id,
        "post": link.post_id,
        "until": link.expires_at.isoformat(timespec="minutes"),
        "by": link.by,
        "url": session.site.absolute(link.path),
    }


@click.command("compare")
@click.argument("post_id", type=int)
@click.argument("old", type=int)
@click.argument("new", type=int)
@click.pass_obj
def compare(session: Session, post_id: int, old: int, new: int) -> None:
    """Show what leads from one saved text of a post to another."""
    known = {revision.version: revision for revision in session.site.posts.revisions(post_id)}
    for version in (old, new):
        if version not in known:
            raise NotFound(
                f"Post {post_id} has no version {version}.",
                code="revision-unknown",
                action=f"See `blogengine post revisions {post_id}`.",
            )
    one, other = known[old], known[new]
    names = (f"revision {old}: {one.title}", f"revision {new}: {other.title}")
    texts = (one.source.splitlines(), other.source.splitlines())
    for line in difflib.unified_diff(*texts, *names, lineterm=""):
        click.echo(line)


@click.command("bulk")
@click.argument("act", type=click.Choice(list(ACTS)))
@click.argument("post_ids", type=int, nargs=-1)
@click.option("--value", default="", help="The tag to add or remove, or the slug of the author.")
@click.option("--all-tagged", help="All posts with this tag (its slug), instead of numbers.")
@click.option("--dry-run", is_flag=True, help="Say how many posts it would be.")
@json_option
@click.pass_obj
def bulk(
    session: Session,
    /,
    *,
    act: str,
    post_ids: tuple[int, ...],
    value: str,
    all_tagged: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Do one thing to many posts; the answer has the number that takes it back."""
    site = session.site
    ids = list(post_ids)
    if all_tagged:
        ids += site.lines.ids({"tag": all_tagged})
    if dry_run:
        click.echo(f"It would be done to {len(set(ids))} posts.", err=True)
        return
    run = site.bulk.ask(act, ids, value)
    print_record(_run(session, run.id), as_json=as_json)


@click.command("bulk-undo")
@click.argument("run_id", type=int)
@json_option
@click.pass_obj
def bulk_undo(session: Session, run_id: int, as_json: bool) -> None:
    """Take back what was done to many posts, but for what was changed since then."""
    session.site.bulk.undo(run_id)
    print_record(_run(session, run_id), as_json=as_json)


def _run(session: Session, run_id: int) -> dict[str, Any]:
    """Carry on until the act is done, however many posts it is, and tell what came of it."""
    site = session.site
    while not (run := site.bulk.get(run_id)).finished and site.jobs.run_due():
        pass
    told = {"run": run.id, "act": run.act, "state": run.state, "posts": run.total}
    return told | dict(sorted(run.counts.items()))


DRAFT_COMMANDS = (preview, compare, bulk, bulk_undo)
