"""The queue as a page of the admin: read, decide about one or many, take it back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from werkzeug.wrappers import Response as AnyResponse

from blogengine.api import (
    Blueprint,
    Markup,
    NotFound,
    Site,
    SortBy,
    UserError,
    func,
    may,
    redirect_saying,
    request,
    require,
    select,
    site,
    take_slice,
)
from blogengine_plugins.comments.models import (
    APPROVED,
    REJECTED,
    SPAM,
    STATES,
    TRASHED,
    WAITING,
    Comment,
)
from blogengine_plugins.comments.moderation import MODERATE, decide, remove

QUEUE = "/admin/comments/"
A_PAGE = 20
MOST_WAITING = 100

TITLES = {
    WAITING: "Waiting",
    APPROVED: "Approved",
    SPAM: "Spam",
    REJECTED: "Rejected",
    TRASHED: "Trash",
}
ACTS = {
    "approve": ("Approve", APPROVED, "approved"),
    "reject": ("Reject", REJECTED, "rejected"),
    "spam": ("Spam", SPAM, "marked as spam"),
    "trash": ("Trash", TRASHED, "put into the trash"),
    "hold": ("Back to waiting", WAITING, "waiting again"),
}
DELETE = "delete"
PRESSED = re.compile(r"([a-z]+)(?::([0-9]{1,9}))?")
STEP = re.compile(r"([0-9]{1,9})\.([a-z]+)")

blueprint = Blueprint("comments_admin", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """A comment in the queue, with all that helps to decide."""

    id: int
    post_id: int
    parent_id: int | None
    state: str
    author: str
    email: str
    website: str
    html: str
    reason: str
    created_at: datetime
    decided_by: str
    decided_at: datetime | None

    @property
    def text(self) -> Markup:
        """What readers would see."""
        return Markup(self.html)


def waiting(of: Site) -> int:
    """Return how many comments wait, counted no further than needed."""
    some = select(Comment.id).where(Comment.state == WAITING).limit(MOST_WAITING).subquery()
    return int(of.db.reading().execute(select(func.count()).select_from(some)).scalar_one())


@blueprint.get(QUEUE, permission=MODERATE)
def queue() -> AnyResponse:
    """Show comments in one state, the newest first."""
    return _show()


@blueprint.post(QUEUE, permission=MODERATE)
def act() -> AnyResponse:
    """Decide about the chosen comments, or about the one whose button was pressed."""
    require("admin.enter")
    pressed = PRESSED.fullmatch(request.form.get("act", ""))
    name, one = pressed.groups() if pressed else ("", None)
    ids = [int(one)] if one else _chosen(request.form.getlist("comment"))
    state = _state(request.form.get("state", ""))
    back = f"{QUEUE}?state={state}"
    try:
        if not ids:
            raise UserError(
                "No comment is chosen.",
                code="comments-none-chosen",
                action="Tick those that are meant, then press the button again.",
                field="comment",
                status=422,
            )
        if name == DELETE:
            return _delete(ids, back)
        if name not in ACTS:
            raise UserError(
                "Nothing says what to do with them.",
                code="comments-none-chosen",
                action="Press one of the buttons.",
                status=422,
            )
        return _decide(ids, name, back)
    except UserError as refused:
        return _show(error=refused, state=state)


@blueprint.post(f"{QUEUE}undo/", permission=MODERATE)
def undo() -> AnyResponse:
    """Give comments the states back that they had; the address carries them."""
    require("admin.enter")
    wanted: dict[str, list[int]] = {}
    for number, state in STEP.findall(request.args.get("to", ""))[:A_PAGE]:
        if state in STATES:
            wanted.setdefault(state, []).append(int(number))
    try:
        for state, ids in wanted.items():
            decide(site, ids, state)
    except NotFound as refused:
        return _show(error=refused)
    count = sum(map(len, wanted.values()))
    state = next(iter(wanted), WAITING)
    return redirect_saying(f"{QUEUE}?state={state}", f"Taken back: {_comments(count)}.")


def _decide(ids: Sequence[int], name: str, back: str) -> AnyResponse:
    _label, state, said = ACTS[name]
    before = [item for item in decide(site, ids, state) if item.state != state]
    steps = "-".join(f"{item.id}.{item.state}" for item in before)
    address = f"{QUEUE}undo/?to={steps}" if steps else ""
    return redirect_saying(back, f"{_comments(len(ids)).capitalize()} {said}.", undo=address)


def _delete(ids: Sequence[int], back: str) -> AnyResponse:
    """Delete for good what lies in the trash, after a question."""
    chosen = [item for item in decide_nothing(ids) if item.state == TRASHED]
    if not request.form.get("confirmed"):
        return site.admin_page(
            "Delete for good?", "comments/admin_delete.html", chosen=chosen, back=back
        )
    gone, _moved = remove(site, [item.id for item in chosen])
    return redirect_saying(back, f"{_comments(len(gone)).capitalize()} deleted for good.")


def decide_nothing(ids: Sequence[int]) -> list[Any]:
    """Return these comments as they are; raises NotFound for an unknown one."""
    return remove(site, ids, dry_run=True)[0]


def _show(error: UserError | None = None, state: str = "") -> AnyResponse:
    state = state or _state(request.args.get("state", ""))
    table = Comment.__table__.c
    query = select(*(table[field.name] for field in fields(Line))).where(Comment.state == state)
    found = take_slice(
        site.db.reading(),
        query,
        request.args,
        sorts=(SortBy("at", "When", table.created_at, descending=True),),
        key=table.id,
        size=A_PAGE,
    )
    lines = [Line(*row[: len(fields(Line))]) for row in found.rows]
    posts = {post.id: post for post in site.posts.by_ids([line.post_id for line in lines])}
    acts = {n: label for n, (label, becomes, _) in ACTS.items() if becomes != state}
    if state == WAITING:
        acts.pop("hold", None)
    return site.admin_page(
        "Comments",
        "comments/admin_queue.html",
        error=error,
        slice=found,
        queued=lines,
        posts=posts,
        state=state,
        states=TITLES,
        acts=acts,
        local=site.local,
        may_see_posts=may("posts.edit"),
        waiting=waiting(site),
    )


def _state(text: str) -> str:
    return text if text in STATES else WAITING


def _chosen(sent: Sequence[str]) -> list[int]:
    numbers = [int(one) for one in sent if one.isascii() and one.isdigit() and len(one) < 10]
    return list(Counter(numbers))[:A_PAGE]


def _comments(count: int) -> str:
    return "1 comment" if count == 1 else f"{count} comments"
