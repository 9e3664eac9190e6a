"""The page of the admin: all series, and the order of the parts of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blogengine.api import Link, Site, UserError, redirect_saying, request

ADDRESS = "/admin/series/list/"


def manage(site: Site) -> Any:
    """Show all series, or one; save what its form says."""
    terms, error = site.terms.of("series"), None
    slug = request.args.get("term", "")
    if request.method == "POST":
        if "undo" in request.args:
            done = terms.undo(number_in(request.args["undo"], "undo"))
            return redirect_saying(ADDRESS, f"{done.summary}: done.")
        try:
            number = save(site, slug, request.form)
            undo = f"{ADDRESS}?undo={number}" if number else ""
            return redirect_saying(ADDRESS, "Saved.", undo=undo)
        except UserError as refused:
            error = refused
    entry = terms.get(slug) if slug else None
    posts = site.posts.by_ids(terms.arranged(slug)) if slug else ()
    return site.admin_page(
        entry.name if entry else "Series",
        "series/manage.html",
        error=error,
        terms=terms.known(),
        entry=entry,
        posts=posts,
        address=ADDRESS,
        trail=(Link(ADDRESS, "Series"),) if entry else (),
    )


def save(site: Site, slug: str, form: Mapping[str, str]) -> int:
    """Store name, text and order of a series; return the act that can be undone."""
    terms = site.terms.of("series")
    if form.get("delete"):
        return terms.delete(slug).id
    posts = terms.arranged(slug)
    last = len(posts) + 1
    wanted = {post: number_in(form.get(f"post-{post}", ""), f"post-{post}") for post in posts}
    before = terms.get(slug)
    if form.get("name", "").strip() != before.name:
        slug = terms.rename(slug, form.get("name", "")).slug or slug
    terms.arrange(slug, sorted(wanted, key=lambda post: wanted[post] or last))
    return terms.describe(slug, form.get("description", "").replace("\r\n", "\n")).id


def number_in(text: str, field: str) -> int:
    """Return a number that was written; 0 for nothing. Raises UserError."""
    text = text.strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise UserError(
            f"{text[:60]!r} is no number.",
            code="input-invalid",
            action="Write digits alone.",
            field=field,
            status=422,
        )
    return int(text)
