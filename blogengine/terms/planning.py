"""What each act on tags would change, found out by reading alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from blogengine.clock import utcnow
from blogengine.errors import NotFound, UserError
from blogengine.names import check_name
from blogengine.queries import tagging
from blogengine.slugs import clean_slug, fold, make_slug
from blogengine.terms.change import ALIAS, GONE, HISTORY, NEW, POST, TERM, Change
from blogengine.terms.levels import find_parent, lift
from blogengine.terms.making import new_term
from blogengine.terms.shelf import Row, Shelf


def found(shelf: Shelf, slug: str) -> Row:
    """Return the row of a tag; raises NotFound."""
    row = shelf.by_slug(slug) if "\x00" not in slug else None
    if row is None:
        raise NotFound(
            f"There is no tag {slug!r}.",
            code="tag-unknown",
            action="Look it up with `blogengine tag list`; use the slug.",
        )
    return row


def taken(name: str, action: str) -> UserError:
    """The error for a name that another tag has."""
    return UserError(
        f"There already is a tag {name!r}.",
        code="tag-name-taken",
        action=action,
        field="name",
        status=409,
    )


def plan_rename(shelf: Shelf, slug: str, name: str) -> Change:
    """Give a tag another name and the slug of it; the old name stays as an alias."""
    shown = check_name(name, field="name")
    term = found(shelf, slug)
    new = clean_slug(make_slug(shown)) or term["slug"]
    same = shelf.by_name(shown)
    if same is not None and same["id"] != term["id"]:
        raise taken(shown, f"Choose another name, or merge them: tag merge {slug} {same['slug']}.")
    there = shelf.by_slug(new)
    if there is not None and there["id"] != term["id"]:
        raise UserError(
            f"The tag {there['name']!r} has the address that {shown!r} would get.",
            code="tag-name-taken",
            action="Choose another name.",
            field="name",
            status=409,
        )
    change = shelf.change("rename", f"Rename “{term['name']}” to “{shown}”")
    change.names[term["id"]] = shown
    if (alias := _own_alias(shelf, shown, term)) is not None:
        change.plan(ALIAS, fold(shown), alias, None)
    change.plan(TERM, term["id"], term, {**term, "name": shown, "folded": fold(shown), "slug": new})
    if term["folded"] != fold(shown):
        _keep_name(change, term, term["id"])
    if new != term["slug"]:
        _keep_address(shelf, change, term["slug"], term["id"])
        _take_address(shelf, change, new, term["id"])
    return change


def plan_merge(shelf: Shelf, slugs: Sequence[str], into: str) -> Change:
    """Give every post of some tags another one instead; their names and addresses lead there."""
    target = found(shelf, into)
    sources = [found(shelf, slug) for slug in dict.fromkeys(slugs)]
    if not sources or any(term["id"] == target["id"] for term in sources):
        raise UserError(
            "A tag can't be merged into itself.",
            code="tag-merge-itself",
            action="Name the tags that go, and another one that stays.",
            field="into",
            status=422,
        )
    names = ", ".join(f"“{term['name']}”" for term in sources)
    change = shelf.change(
        "merge", f"Merge {names} into “{target['name']}”", targets=(target["id"],)
    )
    change.names |= {term["id"]: term["name"] for term in [*sources, target]}
    gone = {term["id"] for term in sources}
    for post, terms in tagging.labels_of_posts(shelf.connection, gone).items():
        moved = (target["id"] if term in gone else term for term in terms)
        change.plan(POST, post, terms, tuple(dict.fromkeys(moved)))
    for term in sources:
        _lead_to(shelf, change, term, target["id"])
        change.plan(TERM, term["id"], term, None)
        lift(shelf, change, term, target["id"])
        if any(term[one] for one in ("description", "image", "seo_title", "seo_description")):
            change.notes.append(
                f"What is written about “{term['name']}” isn't shown any more; "
                f"undoing brings it back."
            )
    return change


def plan_split(shelf: Shelf, slug: str, name: str, chosen: Sequence[int], *, keep: bool) -> Change:
    """Give some posts of a tag another tag instead, or as well; make that tag if it is new."""
    shown = check_name(name, field="name")
    term = found(shelf, slug)
    other = shelf.by_name(shown) or _aliased(shelf, shown)
    if other is not None and other["id"] == term["id"]:
        raise UserError(
            f"{shown!r} is the tag that is to be split.",
            code="tag-split-itself",
            action="Name another tag for the chosen posts.",
            field="name",
            status=422,
        )
    number = NEW if other is None else other["id"]
    called = shown if other is None else other["name"]
    posts = tagging.labels_of_posts(shelf.connection, [term["id"]])
    change = shelf.change("split", targets=(number,))
    change.names |= {term["id"]: term["name"], number: called}
    for post in sorted({*chosen} & {*posts}):
        after = _split_labels(posts[post], term["id"], number, keep=keep)
        change.plan(POST, post, posts[post], after)
    if not {*chosen} & {*posts}:
        raise UserError(
            f"None of the chosen posts carries the tag {term['name']!r}.",
            code="tag-split-nothing",
            action="Choose posts that carry it.",
            field="posts",
            status=422,
        )
    how = "also" if keep else "instead"
    change.summary = (
        f"Give {_posts(len({*chosen} & {*posts}))} of “{term['name']}” “{called}” {how}"
    )
    if other is None:
        change.plan(TERM, NEW, None, new_term(shelf, shown))
    if not keep and len({*chosen} & {*posts}) == len(posts):
        change.notes.append(f"“{term['name']}” keeps no post; to give up its name, merge it.")
    return change


def _split_labels(before: Sequence[int], old: int, new: int, *, keep: bool) -> tuple[int, ...]:
    labels: list[int] = []
    for term in before:
        if term == old:
            labels += [old, new] if keep else [new]
        else:
            labels.append(term)
    return tuple(dict.fromkeys(labels))


def plan_alias(shelf: Shelf, slug: str, name: str) -> Change:
    """Let another name stand for a tag."""
    shown = check_name(name, field="name")
    term = found(shelf, slug)
    same = shelf.by_name(shown)
    if same is not None:
        if same["id"] == term["id"]:
            raise taken(shown, "It is this tag's own name.")
        raise taken(shown, f"To join the two, merge them: tag merge {same['slug']} {slug}.")
    change = shelf.change("alias", f"Let “{shown}” stand for “{term['name']}”")
    change.names[term["id"]] = term["name"]
    if _own_alias(shelf, shown, term) is not None:
        change.notes.append(f"“{shown}” stands for “{term['name']}” already.")
        return change
    _keep_name(change, {"name": shown, "slug": make_slug(shown) or shown}, term["id"])
    return change


def plan_unalias(shelf: Shelf, name: str) -> Change:
    """Let a name stand for nothing any more."""
    key = fold(name)
    rows = shelf.rows(ALIAS, folded=[key])
    if key not in rows:
        raise NotFound(
            f"{name!r} isn't another name of a tag.",
            code="tag-unknown",
            action="`blogengine tag list --json` shows the names that stand for tags.",
        )
    row = rows[key]
    term = tagging.term_rows(shelf.connection, [row["term_id"]])[row["term_id"]]
    change = shelf.change("unalias", f"“{row['name']}” stands for “{term['name']}” no more")
    change.names[term["id"]] = term["name"]
    change.plan(ALIAS, key, row, None)
    return change


def plan_delete(shelf: Shelf, slug: str, *, pointer: str = "", redirect: bool = False) -> Change:
    """Take a tag off its posts and delete it. Its addresses are gone, or lead to the pointer."""
    term = found(shelf, slug)
    other = found(shelf, pointer) if pointer else None
    if (redirect and other is None) or (other is not None and other["id"] == term["id"]):
        raise UserError(
            "To redirect a deleted tag, another tag has to be named.",
            code="tag-pointer-needed",
            action="Say which tag its addresses shall lead to.",
            field="pointer",
            status=422,
        )
    change = shelf.change("delete", f"Delete “{term['name']}”")
    change.names |= {row["id"]: row["name"] for row in (term, other) if row is not None}
    for post, terms in tagging.labels_of_posts(shelf.connection, [term["id"]]).items():
        change.plan(POST, post, terms, tuple(one for one in terms if one != term["id"]))
    if redirect and other is not None:
        _lead_to(shelf, change, term, other["id"], names=False)
    else:
        _lose(shelf, change, term, other["id"] if other else None)
    change.plan(TERM, term["id"], term, None)
    lift(shelf, change, term, term["parent_id"])
    return change


def plan_delete_unused(shelf: Shelf, names: Sequence[str]) -> Change:
    """Delete those of the named tags that no post carries."""
    change = shelf.change("delete", "Delete tags that no post carries")
    for name in names:
        term = shelf.by_name(name)
        if term is not None and not tagging.labels_of_posts(shelf.connection, [term["id"]]):
            change.names[term["id"]] = term["name"]
            for kind in (ALIAS, HISTORY, GONE):
                for key, row in _rows_of(shelf, kind, term["id"]).items():
                    after = {**row, "pointer_id": None} if kind == GONE else None
                    change.plan(kind, key, row, after)
            change.plan(TERM, term["id"], term, None)
    return change


def plan_make(shelf: Shelf, name: str, parent: str | None) -> Change:
    """Make a term."""
    shown = check_name(name, field="name")
    if shelf.by_name(shown) is not None or _aliased(shelf, shown) is not None:
        raise taken(shown, "Choose another name.")
    row = new_term(shelf, shown)
    if parent and shelf.taxonomy.levels:
        row["parent_id"] = find_parent(shelf, {**row, "id": NEW}, parent)
    change = shelf.change("make", f"Make “{shown}”")
    change.names[NEW] = shown
    change.plan(TERM, NEW, None, row)
    return change


def plan_describe(
    shelf: Shelf, slug: str, fields: Mapping[str, Any], *, parent: str | None = None
) -> Change:
    """Set what is written about a tag, how it is shown, and what it stands below."""
    term = found(shelf, slug)
    if parent is not None and shelf.taxonomy.levels:
        fields = {**fields, "parent_id": find_parent(shelf, term, parent)}
    change = shelf.change("describe", f"Describe “{term['name']}”")
    change.names[term["id"]] = term["name"]
    change.plan(TERM, term["id"], term, {**term, **fields})
    return change


def _aliased(shelf: Shelf, name: str) -> Row | None:
    key = fold(name)
    rows = shelf.rows(ALIAS, folded=[key])
    if key not in rows:
        return None
    number = rows[key]["term_id"]
    return tagging.term_rows(shelf.connection, [number])[number]


def _rows_of(shelf: Shelf, kind: str, term_id: int) -> dict[str, Row]:
    column = "pointer_id" if kind == GONE else "term_id"
    return shelf.rows(kind, **{column: [term_id]})


def _own_alias(shelf: Shelf, name: str, term: Row) -> Row | None:
    """Return the row if the name stands for this tag already; raises if it stands for another."""
    key = fold(name)
    rows = shelf.rows(ALIAS, folded=[key])
    row = rows.get(key)
    if row is not None and row["term_id"] != term["id"]:
        other = tagging.term_rows(shelf.connection, [row["term_id"]])[row["term_id"]]
        raise UserError(
            f"{name!r} stands for the tag {other['name']!r}.",
            code="tag-name-taken",
            action="Take it away there first, or choose another name.",
            field="name",
            status=409,
        )
    return row


def _keep_name(change: Change, named: Mapping[str, Any], term_id: int) -> None:
    key = fold(named["name"])
    row = {"name": named["name"], "slug": named["slug"], "term_id": term_id, "since": utcnow()}
    change.plan(ALIAS, key, None, row)


def _keep_address(shelf: Shelf, change: Change, slug: str, term_id: int) -> None:
    before = shelf.rows(HISTORY, slug=[slug]).get(slug)
    change.plan(HISTORY, slug, before, {"term_id": term_id, "since": utcnow()})


def _take_address(shelf: Shelf, change: Change, slug: str, term_id: int) -> None:
    """Let a tag answer at an address that was an older one, of it or of another tag."""
    for kind in (HISTORY, GONE):
        row = shelf.rows(kind, slug=[slug]).get(slug)
        if row is not None:
            change.plan(kind, slug, row, None)
            if kind == HISTORY and row["term_id"] != term_id:
                change.notes.append(
                    f"/{shelf.taxonomy.path}/{slug}/ has led to another tag until now."
                )


def _lead_to(shelf: Shelf, change: Change, term: Row, target: int, *, names: bool = True) -> None:
    """Let all addresses of a tag that goes, and its names, lead straight to another."""
    for kind in (ALIAS, HISTORY, GONE):
        column = "pointer_id" if kind == GONE else "term_id"
        for key, row in _rows_of(shelf, kind, term["id"]).items():
            lost = kind == ALIAS and not names
            change.plan(kind, key, row, None if lost else {**row, column: target})
            if lost and shelf.by_slug(row["slug"]) is None:
                _keep_address(shelf, change, row["slug"], target)
    if names:
        _keep_name(change, term, target)
    _keep_address(shelf, change, term["slug"], target)


def _lose(shelf: Shelf, change: Change, term: Row, pointer: int | None) -> None:
    """Let all addresses of a tag say that it is gone."""
    slugs = {term["slug"]: term["name"]}
    for key, row in _rows_of(shelf, HISTORY, term["id"]).items():
        slugs.setdefault(key, term["name"])
        change.plan(HISTORY, key, row, None)
    for key, row in _rows_of(shelf, ALIAS, term["id"]).items():
        slugs.setdefault(row["slug"], row["name"])
        change.plan(ALIAS, key, row, None)
    for key, row in _rows_of(shelf, GONE, term["id"]).items():
        change.plan(GONE, key, row, {**row, "pointer_id": pointer})
    there = shelf.rows(GONE, slug=slugs)
    for slug, name in slugs.items():
        row = {"name": name, "pointer_id": pointer, "since": utcnow()}
        change.plan(GONE, slug, there.get(slug), row)


def _posts(count: int) -> str:
    return "1 post" if count == 1 else f"{count} posts"
