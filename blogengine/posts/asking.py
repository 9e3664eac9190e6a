"""Asking plugins before a post is saved or deleted; each is guarded, and each may refuse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from blogengine.db import db
from blogengine.errors import Reject
from blogengine.hooks import Hooks, Within
from blogengine.ownership import writing_as
from blogengine.queries.posts import post_by_id
from blogengine.queries.rows import Mapper
from blogengine.values import Post, PostChange, PostDraft

Sound = Callable[[PostDraft], PostDraft]
"""Returns a draft as it can be stored, or raises UserError."""

Inside = Callable[[Session, int, frozenset[str]], None]
"""Called in a save's transaction with the session, the post's id and what differs."""


def prepared(hooks: Hooks, draft: PostDraft, before: Post | None, sound: Sound) -> PostDraft:
    """Return the draft as the plugins change it, one after the other; raises Reject."""

    def checked(call: Callable[[], Any]) -> PostDraft | None:
        answer = call()
        if answer is None:
            return None
        if not isinstance(answer, PostDraft):
            raise TypeError(f"it returned {type(answer).__name__}, not a PostDraft")
        return sound(answer)

    for implementation in hooks.implementations("on_post_preparing"):
        try:
            draft = implementation(checked, draft=draft, before=before) or draft
        except Reject as refusal:
            refusal.name(implementation.plugin)
            raise
    return draft


def saving(
    hooks: Hooks,
    mapper: Mapper,
    before: Post | None,
    then: Inside | None = None,
    *,
    may_refuse: bool,
) -> Inside:
    """Return what a save calls last in its transaction: it asks the plugins, if there are any.

    `then` is called after them.
    """

    def ask(session: Session, post_id: int, fields: frozenset[str]) -> None:
        ask_plugins(session, post_id, fields)
        if then is not None:
            then(session, post_id, fields)

    def ask_plugins(session: Session, post_id: int, fields: frozenset[str]) -> None:
        if not hooks.implementations("on_post_saving"):
            return
        after = post_by_id(session.connection(), mapper, post_id)
        assert after is not None, "It was written a moment ago."
        change = PostChange(before, after, fields)
        ask_inside(hooks, "on_post_saving", session, may_refuse=may_refuse, change=change)

    return ask


def labels_saving(hooks: Hooks, session: Session, posts: Callable[[], Sequence[int]]) -> None:
    """Tell plugins inside the running write which posts read otherwise, if some want to know.

    `posts` isn't called where none does. Raises Reject.
    """
    if hooks.implementations("on_labels_saving") and (found := posts()):
        ask_inside(hooks, "on_labels_saving", session, post_ids=tuple(found))


def ask_inside(
    hooks: Hooks, hook: str, session: Session, *, may_refuse: bool = True, **arguments: Any
) -> None:
    """Call a hook's implementations inside the running write, each in a savepoint of its own.

    Raises Reject, which is a failure of the plugin unless it `may_refuse`; OperatorError when one
    ended the transaction.
    """
    implementations = hooks.implementations(hook)
    if not implementations:
        return
    with db.seeing(session):
        for implementation in implementations:
            plugin = implementation.plugin
            within: Within = partial(_in_savepoint, session, plugin)
            try:
                implementation(within, session=session, **arguments)
            except Reject as refusal:
                if may_refuse:
                    refusal.name(plugin)
                    raise
                hooks.guard.report(plugin, hook, refusal)
            db.require_open(session)


def _in_savepoint(session: Session, plugin: str, call: Callable[[], Any]) -> None:
    with session.begin_nested(), writing_as(plugin):
        call()
        session.flush()  # here, where it counts as the plugin's
