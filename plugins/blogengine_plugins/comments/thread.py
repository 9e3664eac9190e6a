"""From a list of comments to the thread as it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from blogengine_plugins.comments.queries import Shown

DEEPEST = 4
"""Levels shown nested. On a narrow screen a fifth would leave too little width to read, so deeper
replies stand below each other at this level and name the comment they answer."""


@dataclass(slots=True)
class Node:
    """A comment with the replies shown below it; `answers` is set where nesting doesn't tell."""

    comment: Shown
    depth: int = 1
    replies: list[Node] = field(default_factory=list)
    answers: Shown | None = None
    place: list[Node] = field(default_factory=list)
    """The list this node stands in, where replies go that can't be nested deeper."""


def branches(comments: Iterable[Shown]) -> list[Node]:
    """Return the top of the thread, oldest first; `comments` come by id.

    A comment is always newer than the one it answers, so one pass is enough. One whose parent
    isn't there stands at the top.
    """
    top: list[Node] = []
    nodes: dict[int, Node] = {}
    for comment in comments:
        parent = nodes.get(comment.parent_id) if comment.parent_id is not None else None
        if parent is None:
            node = Node(comment, place=top)
        elif parent.depth < DEEPEST:
            node = Node(comment, parent.depth + 1, place=parent.replies)
        else:
            node = Node(comment, parent.depth, answers=parent.comment, place=parent.place)
        node.place.append(node)
        nodes[comment.id] = node
    for node in nodes.values():
        node.replies.sort(key=_by_time)
    top.sort(key=_by_time)
    return top


def _by_time(node: Node) -> tuple[object, int]:
    return node.comment.at, node.comment.id
