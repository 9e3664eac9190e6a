"""The ten posts of the tag archive "Ecommerce", from the text of that page.

Its first line names the tag. A post begins with `•` and its title, two spaces in; its blocks
stand four spaces in, one a line, with empty lines between. A block that ends like a sentence is a
paragraph, any other a heading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "content" / "tag-ecommerce.txt"

TAG_LINE = "Tag: "
BULLET = "•"
SENTENCE_ENDS = (".", "?", "!", "…", ":", ".’", ".”", ".)")

# What Markdown reads as markup anywhere, and what it does at the start of a line only.
ANYWHERE = re.compile(r"([\\`*_{}\[\]<>#&|~^=$])")
LIST_AT_START = re.compile(r"^([-+]|\d+(?=[.)]\s))")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a paragraph, as plain text."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class SeedPost:
    """A post of the archive page."""

    title: str
    blocks: tuple[Block, ...]

    @property
    def markdown(self) -> str:
        """The blocks as Markdown that renders to exactly these texts."""
        return "\n\n".join(_markdown(block) for block in self.blocks) + "\n"


def read_seed(text: str) -> tuple[str, tuple[SeedPost, ...]]:
    """Return the tag and its posts in page order; raises ValueError for anything unexpected."""
    first, *lines = text.split("\n")
    if not first.startswith(TAG_LINE):
        raise ValueError(f"The first line must be {TAG_LINE!r} and the tag, not {first!r}.")
    posts: list[tuple[str, list[Block]]] = []
    for number, line in enumerate(lines, start=2):
        block = line.strip()
        if block.startswith(BULLET):
            posts.append((block.removeprefix(BULLET).strip(), []))
        elif block and posts:
            kind = "paragraph" if block.endswith(SENTENCE_ENDS) else "heading"
            posts[-1][1].append(Block(kind, block))
        elif block:
            raise ValueError(f"Line {number} stands before the first post: {block!r}.")
    return first.removeprefix(TAG_LINE), tuple(
        SeedPost(title, tuple(blocks)) for title, blocks in posts
    )


def _markdown(block: Block) -> str:
    text = LIST_AT_START.sub(_escape_marker, ANYWHERE.sub(r"\\\1", block.text))
    return f"## {text}" if block.kind == "heading" else text


def _escape_marker(found: re.Match[str]) -> str:
    marker = found[1]
    # A number's list mark is the sign behind it; without the escape "2. x" becomes a list.
    return f"\\{marker}" if marker in "-+" else f"{marker}\\"
