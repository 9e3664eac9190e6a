"""Write keys in Markdown: [[Ctrl+C]] becomes the two keys with a plus between them."""

from __future__ import annotations

from typing import Any

from blogengine.api import MarkdownExtension, Plugin, hookimpl

plugin = Plugin(summary=__doc__, api=1)


def make_extension() -> Any:
    """Return the extension; Python-Markdown is imported only where texts are rendered."""
    from .extension import Keystrokes

    return Keystrokes()


@hookimpl
def register_markdown_extensions() -> list[MarkdownExtension]:
    """Teach Markdown `[[Ctrl+C]]`."""
    return [MarkdownExtension("keystrokes", make_extension)]
