"""Numbers and marks of lines of code: how they are asked for, and that nobody copies a number."""

from __future__ import annotations

import re

import pytest

from blogengine.rendering.finishing import finish
from blogengine.rendering.gfm import make_converter
from blogengine.rendering.gfm.fence_info import FenceInfo, read_info
from blogengine.rendering.sanitiser import sanitise

BOTH = FenceInfo("python", ((2, 2), (4, 5)), 10)
CODE = 'x = """a\nb"""\n\nprint(x < 1)'


def html(text: str) -> str:
    return finish(sanitise(make_converter().convert(text))).html


@pytest.mark.parametrize(
    ("info", "read"),
    [
        ('python hl_lines="2 4-5" linenums="10"', BOTH),
        ('python {linenos=true, hl_lines=[2, "4-5"], linenostart=10}', BOTH),
        ('{.python .numberLines startFrom="10" hl_lines="2,4-5"}', BOTH),
        ("python {2,4-5}", FenceInfo("python", ((2, 2), (4, 5)))),
        ("python{2}", FenceInfo("python", ((2, 2),))),
        ("{linenos=table}", FenceInfo("", (), 1)),
        ("python {linenos=false}", FenceInfo("python")),
        ("rust,ignore", FenceInfo("rust")),
        ("c++", FenceInfo("c++")),
        ('js title="linenos 5"', FenceInfo("js")),
        ("", FenceInfo()),
    ],
)
def test_several_ways_of_asking_are_read(info: str, read: FenceInfo) -> None:
    assert read_info(info) == read


def test_every_line_is_numbered_and_the_asked_for_are_marked() -> None:
    made = html(f"```python {{linenos, hl_lines=2}}\n{CODE}\n```")
    assert re.findall(r'data-line="(\d+)"', made) == ["1", "2", "3", "4"]
    (mark,) = re.findall(r"<mark [^>]*>(.*?)</mark>", made, re.DOTALL)
    assert mark == '<span class="s2">b"""</span>\n'
    assert "1" not in re.sub("<[^>]*>", "", made).replace("&lt; 1", "")


def test_what_is_copied_is_the_code_alone() -> None:
    plain = re.sub("<[^>]*>", "", html(f"```python\n{CODE}\n```"))
    for info in ("python linenos=1", "python {1,3}", "python {linenos=1, hl_lines=1}"):
        assert re.sub("<[^>]*>", "", html(f"```{info}\n{CODE}\n```")) == plain


def test_an_unknown_language_has_lines_too_and_none_are_made_unasked() -> None:
    assert '<mark class="line">a&lt;b\n</mark>c' in html("```nothing {1}\na<b\nc\n```")
    assert 'class="line"' not in html(f"```python\n{CODE}\n```")


@pytest.mark.parametrize("range_", ["0-99999999", "9-1", "5", "-", "1-1-1", "1," * 5000])
def test_odd_ranges_cost_nothing(range_: str) -> None:
    assert html(f"```py {{{range_}}}\na\n```").count("<mark") <= 1
    assert html(f'```py hl_lines="{range_}"\na\n```').count("<mark") <= 1
