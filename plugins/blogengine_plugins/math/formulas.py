"""From LaTeX to MathML. What can't be read stays as it was written, as code.

The library takes LaTeX apart; what it makes is written anew here, with every text escaped: it
passes on signs such as `<` and `&` as they are.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape
from xml.etree.ElementTree import Element

LONGEST = 4000
MOST_ELEMENTS = 4000
MOST_DEEP = 60

SET_ASIDE = re.compile(r'<code class="math-(line|block)">([^<]*)</code>')
ALIGNED = re.compile(r"\\(begin|end)\{(aligned|gathered|alignedat)\}(?:\{\d+\})?")
RELATIONS = {"aligned": "align*", "alignedat": "align*", "gathered": "gather*"}
OPERATORS = frozenset("±∓×÷⋅∗∘∙⊕⊗∪∩∧∨∖≤≥≠≈≡∼∝∈∉⊂⊆⊃⊇→←↔⇒⇐⇔↦∀∃¬∂∇")
LETTERS = frozenset("∂∇")
COLUMNS = {"left": "math-left", "right": "math-right"}
KEPT = frozenset(
    (
        "accent accentunder columnspan displaystyle fence form largeop linethickness lspace "
        "mathvariant maxsize minsize movablelimits rowspan rspace scriptlevel separator stretchy "
        "symmetric width"
    ).split()
)


class Unreadable(Exception):
    """A formula that the library can't read, or that grows too large."""


def aside(latex: str, *, block: bool) -> str:
    """Return what stands for a formula until it is shown."""
    return f'<code class="math-{"block" if block else "line"}">{escape(latex.strip())}</code>'


def show_formulas(html: str) -> str:
    """Replace what was set aside by MathML."""
    return SET_ASIDE.sub(_shown, html) if 'class="math-' in html else html


def _shown(found: re.Match[str]) -> str:
    latex = unescape(found[2])
    try:
        return mathml(latex, block=found[1] == "block")
    except Unreadable:
        return f'<code class="math-unread">{escape(latex)}</code>'


@lru_cache(maxsize=256)
def mathml(latex: str, *, block: bool) -> str:
    """Return a formula as MathML, with its source for those who can't see it; or Unreadable."""
    from latex2mathml.converter import convert_to_element

    if len(latex) > LONGEST:
        raise Unreadable
    source = ALIGNED.sub(lambda found: f"\\{found[1]}{{{RELATIONS[found[2]]}}}", latex)
    try:
        root = convert_to_element(source, display="block" if block else "inline")
    except Exception as error:  # it raises a dozen kinds, and IndexError besides
        raise Unreadable from error
    rows = list(root)
    inside = "".join(_Writer().write(row, 0) for row in rows)
    shown = ' display="block"' if block else ""
    return f'<math{shown} alttext="{escape(" ".join(latex.split()))}">{inside}</math>'


class _Writer:
    """Writes the library's elements, each text escaped and each attribute known."""

    def __init__(self) -> None:
        self._left = MOST_ELEMENTS

    def write(self, element: Element, depth: int) -> str:
        self._left -= 1
        if self._left < 0 or depth > MOST_DEEP:
            raise Unreadable
        tag, text = element.tag, unescape(element.text or "")
        if tag == "mi" and text.startswith("\\"):
            raise Unreadable  # a command that it doesn't know
        if tag == "mi" and text in OPERATORS - LETTERS:
            tag = "mo"
        attributes = "".join(
            f' {name}="{escape(value)}"' for name, value in element.attrib.items() if name in KEPT
        )
        if align := COLUMNS.get(element.get("columnalign", "")):
            attributes += f' class="{align}"'
        inside = "".join(self.write(child, depth + 1) for child in element)
        return f"<{tag}{attributes}>{escape(text, quote=False)}{inside}</{tag}>"
