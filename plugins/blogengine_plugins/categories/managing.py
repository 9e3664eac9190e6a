"""The page of the admin: all categories in their levels, and the forms that change them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from blogengine.api import Site, TagEffect, Term, UserError, redirect_saying, request
from blogengine_plugins.categories.panel import INDENT, level_of

ADDRESS = "/admin/categories/list/"
MOST = 500
LONGEST_NUMBER = 10


def manage(site: Site) -> Any:
    """Show the list, or one category; do what a form asks for."""
    terms, error = site.terms.of("category"), None
    if request.method == "POST":
        try:
            act = ACTS.get("undo" if "undo" in request.args else request.form.get("act", ""))
            if act is None:
                raise UserError(
                    "There is no such act.", code="input-invalid", action="Use the page's buttons."
                )
            done, said = act(site, request.form)
            return redirect_saying(
                ADDRESS, said, undo=f"{ADDRESS}?undo={done.id}" if done.id else ""
            )
        except UserError as refused:
            error = refused
    known = terms.known(limit=MOST)
    wanted = request.args.get("term", "")
    return site.admin_page(
        "Categories",
        "categories/manage.html",
        error=error,
        terms=[(term, level_of(term)) for term in known],
        entry=terms.get(wanted) if wanted else None,
        options=[("", "None"), *((term.slug, label(term)) for term in known)],
        above={term.id: term.slug for term in known},
        address=ADDRESS,
    )


def label(term: Term) -> str:
    return f"{INDENT * level_of(term)}{term.name}"


def add(site: Site, form: Mapping[str, str]) -> tuple[TagEffect, str]:
    done = site.terms.of("category").make(form.get("name", ""), parent=form.get("parent", ""))
    return done, f"{form.get('name', '').strip()}: made."


def change(site: Site, form: Mapping[str, str]) -> tuple[TagEffect, str]:
    """Rename first, since the address of everything else follows from it."""
    terms, slug = site.terms.of("category"), form.get("slug", "")
    before = terms.get(slug)
    if form.get("name", "").strip() != before.name:
        slug = terms.rename(slug, form.get("name", "")).slug or slug
    done = terms.describe(
        slug, form.get("description", "").replace("\r\n", "\n"), parent=form.get("parent", "")
    )
    return done, "Saved."


def delete(site: Site, form: Mapping[str, str]) -> tuple[TagEffect, str]:
    done = site.terms.of("category").delete(form.get("slug", ""))
    return done, f"{done.summary}: done. No post was deleted."


def undo(site: Site, _form: Mapping[str, str]) -> tuple[TagEffect, str]:
    number = request.args.get("undo", "")
    plain = number.isascii() and number.isdigit() and len(number) < LONGEST_NUMBER
    done = site.terms.of("category").undo(int(number) if plain else 0)
    return TagEffect(done.act, done.summary), f"{done.summary}: done."


ACTS: Mapping[str, Callable[[Site, Mapping[str, str]], tuple[TagEffect, str]]] = {
    "add": add,
    "change": change,
    "delete": delete,
    "undo": undo,
}
