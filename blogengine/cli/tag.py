"""`blogengine tag …`."""

from __future__ import annotations

import click

from blogengine.cli.session import Session, json_option, print_record, print_rows


@click.group()
def tag() -> None:
    """Look after tags."""


@tag.command("list")
@json_option
@click.pass_obj
def list_tags(session: Session, as_json: bool) -> None:
    """List the tags that have public posts, with their counts."""
    rows = (
        {"slug": term.slug, "name": term.name, "posts": term.count, "url": term.url}
        for term in session.site.terms.all()
    )
    print_rows(rows, as_json=as_json, nothing="No tag has a public post yet.")


@tag.command("rename")
@click.argument("old")
@click.argument("new")
@click.option("--dry-run", is_flag=True, help="Say what would change.")
@json_option
@click.pass_obj
def rename(session: Session, old: str, new: str, dry_run: bool, as_json: bool) -> None:
    """Give the tag with the slug OLD the name NEW; its old addresses are redirected."""
    before, after = session.site.terms.rename(old, new, dry_run=dry_run)
    print_record(
        {"from": f"/tag/{before}/", "to": f"/tag/{after}/", "name": new, "done": not dry_run},
        as_json=as_json,
    )
