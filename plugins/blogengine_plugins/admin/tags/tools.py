"""One tag, and every act on tags: first shown, then done, and undone from the next page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from blogengine.api import (
    BlogError,
    Choice,
    Link,
    NotFound,
    TagEffect,
    TagEntry,
    UserError,
    redirect_saying,
    request,
    site,
)
from blogengine_plugins.admin.tags.routes import EDIT, LIST, NUMBER, UP, blueprint, undo_of

Form = MultiDict[str, str]
Tool = Callable[[TagEntry, Form, bool], TagEffect]

DISPLAYS = {"full": "The whole text", "excerpt": "An excerpt", "titles": "Titles alone"}
SORTS = {
    "oldest": "Oldest first",
    "updated": "Last changed first",
    "manual": "By hand",
}
MOST_MERGED = 50
NOT_CARRIED = ("csrf_token", "confirmed")


def rename(tag: TagEntry, form: Form, dry_run: bool) -> TagEffect:
    return site.terms.rename(tag.slug, form.get("name", ""), dry_run=dry_run)


def merge(tag: TagEntry, form: Form, dry_run: bool) -> TagEffect:
    return site.terms.merge([tag.slug], _slug(form.get("into", "")), dry_run=dry_run)


def split(tag: TagEntry, form: Form, dry_run: bool) -> TagEffect:
    until = _day(form, "until")
    other = form.get("with_tag", "").strip()
    choice = Choice(
        words=form.get("containing", "").strip(),
        tag=_slug(other) if other else "",
        author=form.get("author", ""),
        since=_day(form, "since"),
        until=None if until is None else until + timedelta(days=1),
    )
    keep = bool(form.get("keep"))
    return site.terms.split(tag.slug, form.get("name", ""), choice, keep=keep, dry_run=dry_run)


def alias(tag: TagEntry, form: Form, dry_run: bool) -> TagEffect:
    return site.terms.alias(tag.slug, form.get("name", ""), dry_run=dry_run)


def unalias(_tag: TagEntry, form: Form, dry_run: bool) -> TagEffect:
    return site.terms.unalias(form.get("name", ""), dry_run=dry_run)


def delete(tag: TagEntry, form: Form, dry_run: bool) -> TagEffect:
    other = form.get("pointer", "").strip()
    pointer = _slug(other, "pointer") if other else ""
    redirect = form.get("how") == "redirect"
    return site.terms.delete(tag.slug, pointer=pointer, redirect=redirect, dry_run=dry_run)


TOOLS: Mapping[str, tuple[str, Tool]] = {
    "rename": ("Rename", rename),
    "merge": ("Merge into another", merge),
    "split": ("Split", split),
    "alias": ("Add another name", alias),
    "unalias": ("Take a name away", unalias),
    "delete": ("Delete", delete),
}


def _slug(written: str, field: str = "into") -> str:
    """Return the slug of a tag that was named by its name, another name of it, or its slug."""
    found = {one.name.casefold(): one.slug for one in site.terms.complete(written, limit=50)}
    slug = found.get(" ".join(written.split()).casefold(), written.strip())
    try:
        return site.terms.get(slug).slug
    except NotFound as error:
        raise UserError(
            f"There is no tag {written!r}.",
            code=error.code,
            action="Write its name as the list has it.",
            field=field,
            status=422,
        ) from error


def _day(form: Form, field: str) -> datetime | None:
    text = form.get(field, "").strip()
    if not text:
        return None
    try:
        return site.local(datetime.combine(date.fromisoformat(text), time()))
    except ValueError as error:
        raise UserError(
            f"{text!r} is no day.",
            code="input-invalid",
            action="Write it as 2026-03-17.",
            field=field,
            status=422,
        ) from error


@blueprint.route(f"{LIST}<{NUMBER}:tag_id>/", methods=["GET", "POST"], permission=EDIT)
def tag(tag_id: int) -> AnyResponse:
    """One tag: what is written about it, and the ways to its tools."""
    entry, error = site.terms.by_id(tag_id), None
    if request.method == "POST":
        try:
            form = request.form
            done = site.terms.describe(
                entry.slug,
                form.get("description", "").replace("\r\n", "\n"),
                image=form.get("image", ""),
                colour=form.get("colour", ""),
                seo_title=form.get("seo_title", ""),
                seo_description=form.get("seo_description", ""),
                **shape_of(form),
            )
            return redirect_saying(f"{LIST}{tag_id}/", "Saved.", undo=undo_of(done.id))
        except UserError as refused:
            error = refused
    return site.admin_page(
        entry.name,
        "admin/tags/tag.html",
        error=error,
        entry=entry,
        tools=TOOLS,
        displays=[("", "As the site's other lists"), *DISPLAYS.items()],
        sorts=[
            ("", "Newest first"),
            *SORTS.items(),
            *((name, one.title) for name, one in site.contributions.rankings.items()),
        ],
        trail=(UP,),
    )


def shape_of(form: Form) -> dict[str, Any]:
    """Return how the tag's list is to be shown; only what the form has."""
    if "display" not in form:
        return {}
    return {
        "display": form["display"],
        "sort": form.get("sort", ""),
        "page_size": _whole(form, "page_size"),
        "template": form.get("template", ""),
        "internal": bool(form.get("internal")),
        "pins": _ids(form, "pins"),
    }


def _whole(form: Form, field: str) -> int:
    text = form.get(field, "").strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise _no_number(text, field)
    return int(text)


def _ids(form: Form, field: str) -> list[int]:
    words = form.get(field, "").replace(",", " ").split()
    for word in words:
        if not (word.isascii() and word.isdigit() and len(word) < 10):
            raise _no_number(word, field)
    return [int(word) for word in words]


def _no_number(text: str, field: str) -> UserError:
    return UserError(
        f"{text[:60]!r} is no number.",
        code="input-invalid",
        action="Write digits alone.",
        field=field,
        status=422,
    )


@blueprint.route(f"{LIST}<{NUMBER}:tag_id>/order/", methods=["GET", "POST"], permission=EDIT)
def order(tag_id: int) -> AnyResponse:
    """The tag's posts in order by hand: a number beside each."""
    entry = site.terms.by_id(tag_id)
    posts = site.posts.by_ids(site.terms.arranged(entry.slug))
    error: BlogError | None = None
    if request.method == "POST":
        try:
            wanted = {post.id: _whole(request.form, f"post-{post.id}") for post in posts}
            last = len(posts) + 1
            site.terms.arrange(
                entry.slug, sorted(wanted, key=lambda number: wanted[number] or last)
            )
            return redirect_saying(f"{LIST}{tag_id}/order/", "Saved.")
        except UserError as refused:
            error = refused
    trail = (UP, Link(f"{LIST}{tag_id}/", entry.name))
    title = f"Order: {entry.name}"
    return site.admin_page(
        title, "admin/tags/order.html", error=error, entry=entry, posts=posts, trail=trail
    )


@blueprint.route(f"{LIST}<{NUMBER}:tag_id>/<act>/", methods=["GET", "POST"], permission=EDIT)
def tool(tag_id: int, act: str) -> AnyResponse:
    """A tool: its form, then what it would do, then the act."""
    if act not in TOOLS:
        raise NotFound(
            "There is no such tool for tags.", code="not-found", action="Go back to the tag."
        )
    entry = site.terms.by_id(tag_id)
    title, run = TOOLS[act]
    error, effect = None, None
    if request.method == "POST":
        try:
            effect = run(entry, request.form, not request.form.get("confirmed"))
        except UserError as refused:
            error = refused
        if effect is not None and effect.done:
            gone = act in ("merge", "delete")
            return redirect_saying(
                LIST if gone else f"{LIST}{tag_id}/",
                f"{effect.summary}: done.",
                undo=undo_of(effect.id),
            )
    return _page(f"{title}: {entry.name}", f"admin/tags/{act}.html", error, effect, entry=entry)


@blueprint.route(f"{LIST}merge/", methods=["GET", "POST"], permission=EDIT)
def merge_many() -> AnyResponse:
    """Merge chosen tags: which one stays is asked, then what it does is shown."""
    sent = request.form if request.method == "POST" else request.args
    slugs = list(dict.fromkeys(sent.getlist("tag")))[:MOST_MERGED]
    chosen = [site.terms.get(slug) for slug in slugs]
    error: BlogError | None = None
    effect = None
    into = sent.get("into", "")
    if request.method == "POST":
        try:
            others = [slug for slug in slugs if slug != into]
            effect = site.terms.merge(others, into, dry_run=not request.form.get("confirmed"))
        except UserError as refused:
            error = refused
        if effect is not None and effect.done:
            return redirect_saying(LIST, f"{effect.summary}: done.", undo=undo_of(effect.id))
    most = max(chosen, key=lambda one: one.posts, default=None)
    return _page(
        "Merge tags",
        "admin/tags/merge_many.html",
        error,
        effect,
        chosen=chosen,
        into=into or (most.slug if most else ""),
    )


def _page(
    title: str, template: str, error: BlogError | None, effect: TagEffect | None, **context: object
) -> AnyResponse:
    entry = context.get("entry")
    trail = (UP, Link(f"{LIST}{entry.id}/", entry.name)) if isinstance(entry, TagEntry) else (UP,)
    sent = request.form if request.method == "POST" else request.args
    carried = [(name, text) for name, text in sent.items(multi=True) if name not in NOT_CARRIED]
    return site.admin_page(
        title,
        template,
        error=error,
        trail=trail,
        effect=effect,
        sent=sent,
        carried=carried,
        author_options=[("", "anybody"), *((one.slug, one.name) for one in site.users.all())],
        **context,
    )
