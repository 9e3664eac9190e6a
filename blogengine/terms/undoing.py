"""Planning the way back from an act, also where posts were changed since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from blogengine.errors import UserError
from blogengine.queries import tagging
from blogengine.terms.change import ALIAS, GONE, KEPT, POST, TERM, Change, Step
from blogengine.terms.shelf import Shelf

NOT_COMPARED = ("id", "carried")


def plan_undo(shelf: Shelf, done: Change) -> Change:
    """Return the change that puts everything back as it was before an act.

    A row that is still as the act left it becomes what it was. A post whose tags were changed
    since keeps those changes, and a tag that was made by the act but is used elsewhere by now
    stays; `notes` tell of both. Raises UserError where a tag's name or address was given away.
    """
    back = shelf.change("undo", f"Undo: {done.summary}", targets=done.targets)
    numbers = done.touched_terms() | {term for p in done.posts().values() for t in p for term in t}
    now = tagging.term_rows(shelf.connection, numbers)
    back.names = {number: row["name"] for number, row in now.items()}
    for key, step in done.of(TERM):
        if step.before is not None:
            back.names[int(key)] = step.before["name"]
    _terms(shelf, back, done, now)
    known = {*now} | {int(key) for key, step in back.of(TERM) if step.after is not None}
    known -= {int(key) for key, step in back.of(TERM) if step.after is None}
    _posts(shelf, back, done, known)
    for kind in KEPT:
        _kept(shelf, back, done, kind, known)
    return back


def _terms(shelf: Shelf, back: Change, done: Change, now: dict[int, Any]) -> None:
    for key, step in done.of(TERM):
        number = int(key)
        there = now.get(number)
        if step.after is None:
            if there is None:
                _require_free(shelf, step.before)
                _require_no_alias(shelf, step.before, done)
                back.plan(TERM, number, None, step.before)
        elif there is None:
            back.notes.append(f"The tag “{step.after['name']}” was deleted since; it stays so.")
        elif step.before is None:
            more = {*tagging.labels_of_posts(shelf.connection, [number])} - {*done.posts()}
            if more:
                back.notes.append(
                    f"The tag “{there['name']}” stays: {_count(len(more))} got it since."
                )
            else:
                back.plan(TERM, number, there, None)
        else:
            # Only what the act had changed goes back; what came after it stays.
            changed = [name for name in step.after if step.after[name] != step.before.get(name)]
            after = {**there, **{name: step.before[name] for name in changed}}
            _require_free(shelf, after)
            back.plan(TERM, number, there, after)
            lost = [name for name in changed if there[name] != step.after[name]]
            if lost:
                back.notes.append(f"“{there['name']}”: {', '.join(lost)} was changed since.")


def _require_free(shelf: Shelf, term: dict[str, Any]) -> None:
    for same in (
        shelf.by_name(term["name"]),
        shelf.by_slug(term["slug"]),
    ):
        if same is not None and same["id"] != term.get("id"):
            raise UserError(
                f"There is a tag {same['name']!r} again, made since; {term['name']!r} can't come "
                "back beside it.",
                code="tag-name-taken",
                action=f"Rename it first ({same['slug']}), undo this, then merge the two.",
                status=409,
            )


def _require_no_alias(shelf: Shelf, term: dict[str, Any], done: Change) -> None:
    key = term["folded"]
    rows = shelf.rows(ALIAS, folded=[key])
    if key in rows and (ALIAS, key) not in done.steps:
        raise UserError(
            f"{term['name']!r} stands for another tag by now.",
            code="tag-name-taken",
            action="Take that alias away first, then undo this.",
            status=409,
        )


def _posts(shelf: Shelf, back: Change, done: Change, known: set[int]) -> None:
    posts = done.posts()
    current = tagging.labels_by_post(shelf.connection, posts)
    kept = 0
    lost: list[int] = []
    for post, (before, after) in posts.items():
        if post not in current:
            lost.append(post)
            continue
        now = current[post]
        if now == after:
            wanted: Sequence[int] = before
        else:
            merged = _joined(before, after, now, done.targets)
            wanted = now if merged is None else merged
            kept += 1
        back.plan(POST, post, now, tuple(t for t in wanted if t in known or t in now))
    if kept:
        back.notes.append(
            f"The tags of {_count(kept)} were changed since: those changes stay, "
            "the rest goes back."
        )
    if lost:
        back.notes.append(f"{_count(len(lost)).capitalize()} of it no longer there.")


def _joined(
    before: Sequence[int], after: Sequence[int], now: Sequence[int], targets: Sequence[int]
) -> tuple[int, ...] | None:
    """Take back what the act did to a post whose tags were changed since.

    None where the writer took away the very tag that the act had put on: nothing is put back then.
    """
    if targets and not {*targets} & {*now}:
        return None
    added, removed = {*after} - {*before}, [term for term in before if term not in after]
    labels = list(now)
    place = min((labels.index(term) for term in added if term in labels), default=None)
    if place is None:
        place = min(before.index(removed[0]), len(labels)) if removed else len(labels)
    labels[place:place] = [term for term in removed if term not in labels]
    return tuple(term for term in labels if term not in added)


def _kept(shelf: Shelf, back: Change, done: Change, kind: str, known: set[int]) -> None:
    _table, column = KEPT[kind]
    steps: dict[str, Step] = dict(done.of(kind))
    there: dict[str, Any] = {}
    for some in tagging.portions(steps):
        there |= shelf.rows(kind, **{column: some})
    for key, step in steps.items():
        row = step.before
        if kind == GONE and row is not None and row["pointer_id"] not in known:
            row = {**row, "pointer_id": None}
        elif row is not None and kind != GONE and row["term_id"] not in known:
            row = None
        back.plan(kind, key, there.get(key), row)


def _count(posts: int) -> str:
    return "1 post" if posts == 1 else f"{posts} posts"
