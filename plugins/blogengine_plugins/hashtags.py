"""Take tags from the last line of a text when it holds nothing but #words."""

from __future__ import annotations

import re

from blogengine.api import Plugin, PostDraft, fold, hookimpl

plugin = Plugin(summary=__doc__, api=1)

MOST = 20
HASHTAG = r"#(?=[\w-]*[^\W\d_])\w[\w-]{0,59}"
"""At least one letter: `#42` is the number of something."""

LINE = re.compile(rf" {{0,3}}{HASHTAG}(?:[ \t,]+{HASHTAG}){{0,{MOST - 1}}}[ \t]*")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def hashtags(text: str) -> list[str]:
    """Return the tags that a Markdown text names in its last line, as they are written."""
    lines = text.rstrip().splitlines()
    if not lines or not LINE.fullmatch(lines[-1]) or _in_code(lines):
        return []
    return [word[1:] for word in re.findall(HASHTAG, lines[-1])]


def _in_code(lines: list[str]) -> bool:
    """Whether the last line stands in a block of code that nobody closed."""
    fence = ""
    for line in lines:
        mark = FENCE.match(line)
        if mark is None:
            continue
        if not fence:
            fence = mark[1]
        elif mark[1].startswith(fence) and not line.strip(" \t" + fence[0]):
            fence = ""
    return bool(fence)


@hookimpl
def on_post_preparing(draft: PostDraft) -> PostDraft | None:
    """Add what the line names to the tags the writer set; the text stays as it is."""
    if draft.format != "markdown":
        return None
    names = list(draft.terms.get("tag", ()))
    known = {fold(name) for name in names}
    for tag in hashtags(draft.source):
        if fold(tag) not in known:
            known.add(fold(tag))
            names.append(tag)
    return draft.with_tags(*names)
