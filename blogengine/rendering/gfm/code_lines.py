"""Lines of a block of code as elements of their own: numbered, or marked.

A number stands in an attribute, from where the style sheet shows it, so that whoever copies the
code doesn't copy it. A marked line is a `mark`, which says so to everybody.
"""

from __future__ import annotations

from collections.abc import Sequence


def in_lines(html: str, marks: Sequence[tuple[int, int]], first: int | None) -> str:
    """Return highlighted code whose lines are elements where they are to be told apart.

    No element may reach over the end of a line, which Pygments takes care of.
    """
    if not marks and first is None:
        return html
    lines = html.removesuffix("\n").split("\n")
    marked = _marked(marks, len(lines))
    out: list[str] = []
    for number, line in enumerate(lines, 1):
        tag = "mark" if number in marked else "span"
        if first is not None:
            out.append(f'<{tag} class="line" data-line="{first + number - 1}">{line}\n</{tag}>')
        elif number in marked:
            out.append(f'<mark class="line">{line}\n</mark>')
        else:
            out.append(f"{line}\n")
    return "".join(out)


def _marked(marks: Sequence[tuple[int, int]], most: int) -> set[int]:
    return {number for first, last in marks for number in range(max(1, first), min(last, most) + 1)}
