"""Markdown extensions: made and used in the process that renders texts."""

from __future__ import annotations

from collections.abc import Mapping

from blogengine.contributions import MarkdownExtension
from blogengine.guard import Guard
from blogengine.host.kinds.kind import Kind, Owned, unique
from blogengine.host.kinds.rendering import check_step


def check(
    plugin: str,  # noqa: ARG001
    values: list[MarkdownExtension],
    others: list[Owned[MarkdownExtension]],
) -> None:
    for value in values:
        what = f"The Markdown extension {value.name!r}"
        check_step(what, value, "make")
    unique("Markdown extension", values, others)


def guarded(plugin: str, value: MarkdownExtension, guard: Guard) -> MarkdownExtension:  # noqa: ARG001
    """It is called in another process, which keeps its failures to itself."""
    return value


def gather(owned: list[Owned[MarkdownExtension]]) -> Mapping[str, object]:
    return {"markdown_extensions": tuple(owned)}


MARKDOWN_EXTENSIONS = Kind(
    "register_markdown_extensions", MarkdownExtension, check, guarded, gather
)
