"""`math`: which dollar signs are formulas, what becomes of them, and what can't go wrong."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest
from blogengine_plugins.math.extension import Formulas
from blogengine_plugins.math.formulas import mathml, show_formulas
from hypothesis import given, settings
from hypothesis import strategies as st

from blogengine.rendering import mathml as allowed
from blogengine.rendering.finishing import finish
from blogengine.rendering.gfm import make_converter
from blogengine.rendering.sanitiser import sanitise

MARKDOWN = make_converter(extensions=[Formulas()])  # type: ignore[list-item]


def html(source: str) -> str:
    return finish(sanitise(show_formulas(MARKDOWN.convert(source)))).html


def test_a_formula_in_a_line_says_its_source_to_those_who_do_not_see_it() -> None:
    assert html("So $x_1 * y_1 * z$ is.").strip() == (
        '<p>So <math alttext="x_1 * y_1 * z"><mrow><msub><mi>x</mi><mn>1</mn></msub><mo>*</mo>'
        "<msub><mi>y</mi><mn>1</mn></msub><mo>*</mo><mi>z</mi></mrow></math> is.</p>"
    )


@pytest.mark.parametrize(
    "source",
    [
        "$$\nE = mc^2\n$$",
        "$$E = mc^2$$",
        "```math\nE = mc^2\n```",
        "text\n$$\nE\n= mc^2\n- 1\n$$\nmore",
        "> $$\n> E\n> $$",
        "- a\n\n  $$\n  E\n  $$",
    ],
)
def test_a_formula_apart_scrolls_alone(source: str) -> None:
    made = html(source)
    assert made.count('<div tabindex="0" role="group" aria-label="Formula"') == 1
    assert made.count('<math display="block"') == 1
    assert "<mi>E</mi>" in made


@pytest.mark.parametrize(
    "source",
    [
        "It costs $5, not $6.",
        "US$5 and $ 6 $",
        "`$x$`",
        "    $x$",
        "```\n$$\nx\n$$\n```",
        "```sh\necho $a$b\n```",
        r"\$x\$",
        "$\n\n$",
        '<img alt="$x$" src="/a.png">',
        "$$\n\nx\n\n$$",
    ],
)
def test_other_dollar_signs_stay(source: str) -> None:
    assert "<math" not in html(source)
    assert html(source).count("$") == source.replace("\\$", "$").count("$")


@pytest.mark.parametrize("latex", [r"\frac{", r"\nonsense x", r"\begin{matrix}", "x}", r"\left("])
def test_what_cannot_be_read_stays_as_it_was_written(latex: str) -> None:
    assert f'<code class="math-unread">{latex}</code>' in html(f"a ${latex}$ b") or (
        "<math" in html(f"a ${latex}$ b")
    )
    assert "<math" in html("and $y$ after it")


def test_nothing_but_formulas_comes_of_a_formula() -> None:
    for latex in (
        r"\text{<b onclick=x>&amp;</b>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{background:url(//evil)}{x}",
        r"\class{site-header}{x}",
        r"\unicode{x3c}",
        "<script>alert(1)</script>",
    ):
        made = html(f"$$\n{latex}\n$$")
        assert tags(made) <= allowed.TAGS | {"div", "code"}, made
        bare = re.sub(r' alttext="[^"]*"', "", made)
        assert not re.search(r"<[^>]*(javascript|style|onclick|site-header|href)", bare), made


def test_a_writer_s_mathml_stays_and_nothing_else_in_it() -> None:
    made = finish(
        sanitise(
            '<math><mi onclick="x">a<b>b</b></mi><annotation-xml encoding="text/html"><p>c</p>'
            '</annotation-xml><mtext><img src="x"><a href="/">d</a></mtext></math><mi>e</mi>'
        )
    ).html
    assert tags(made) <= allowed.TAGS | {"p"}
    assert "onclick" not in made
    assert not re.search(r"<math>(?:(?!</math>).)*<(img|a|b)\b", made)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(r"$ $$ \( { } ^ _ \frac \left( \right) & \\ < > ` x 1 \text{".split()))
)
def test_whatever_is_written_comes_out_well_formed(parts: list[str]) -> None:
    reader = Nesting()
    reader.feed(html("$" + " ".join(parts) + "$\n\n" + "".join(parts)))
    assert not reader.open


@pytest.mark.parametrize(
    "unit",
    [
        "$",
        "$a",
        "$$\n",
        "$`",
        "{",
        r"\frac",
        "x^",
        r"\left(",
        r"\begin{matrix}",
        "`$",
        "<a $",
        ">$$",
    ],
)
def test_hostile_text_takes_time_in_proportion(unit: str) -> None:
    began = time.process_time()
    html(unit * 2000)
    html(f"${unit.strip('$`') * 900}$")
    assert time.process_time() - began < 2.5


def test_a_formula_is_kept_for_the_next_text() -> None:
    assert mathml("a+b", block=False) is mathml("a+b", block=False)


def tags(made: str) -> set[str]:
    return set(re.findall(r"<([a-z][a-z0-9-]*)", made))


class Nesting(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("br", "hr", "img", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
