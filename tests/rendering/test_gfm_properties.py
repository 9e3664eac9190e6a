"""What holds for every text: no error, bounded time, no lost words, no forged marks."""

from __future__ import annotations

import html as html_escapes
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogengine.rendering.gfm import make_converter

CONVERTER = make_converter()
SMART = make_converter(smart_quotes=True)

PIECES = st.sampled_from(
    "* ** _ __ ~~ ` ``` ~~~ [ ] ( ) ![ ]( <a <b> </b> <!-- --> > - + 1. 2) # ## | |- :-: --- === "
    "[^a] [^a]: [a]: [x] [!NOTE] http://a.b www. @ & &amp; &#2; \\ \" ' ... <?  <![CDATA[ <div> "
    "</div> <details> <pre> {".split()
)
WORDS = st.sampled_from(["a", "bc", "Wort", "été", "日本"])
SPACES = st.sampled_from([" ", "  ", "\n", "\n\n", "\t", "    ", "  \n", "\u00a0"])
TEXTS = st.lists(PIECES | WORDS | SPACES, max_size=60).map("".join)


@given(TEXTS)
def test_no_mix_of_marks_raises_or_forges_a_placeholder(text: str) -> None:
    for converter in (CONVERTER, SMART):
        assert "\x02" not in converter.convert(text)


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    converted = CONVERTER.convert(text)
    assert "\x02" not in converted
    assert "\x03" not in converted


@given(
    st.lists(WORDS | st.sampled_from(["*", "_", "`", "[", "]", "~", '"', "-", ">"]), max_size=40)
)
def test_no_word_is_lost(pieces: list[str]) -> None:
    text = " ".join(pieces)
    shown = html_escapes.unescape(re.sub(r"<[^>]*>", "", CONVERTER.convert(text)))
    words = [piece for piece in pieces if piece.isalpha()]
    assert [word for word in re.split(r"[^\w]+", shown.replace("_", " ")) if word] == words


@given(TEXTS)
def test_tags_of_our_own_are_balanced(text: str) -> None:
    typed = text.replace("<", "(")
    converted = CONVERTER.convert(typed)
    open_tags: list[str] = []
    for closing, tag in re.findall(r"<(/?)([a-z0-9]+)", converted):
        if tag in {"br", "hr", "img", "input"}:
            continue
        if closing:
            assert open_tags.pop() == tag
        else:
            open_tags.append(tag)
    assert open_tags == []


HOSTILE = {
    **{
        unit: unit
        for unit in (
            *("[", "[a](", "![", "![a](b", "<![CDATA[", "*", "_", "`", "<a ", "[^a]", "> ", "- "),
            *("<http://", "[a](<b", '[a](b "', "*a_ ", "_a __b ", "**a *b ", "[a][", "``` `"),
            *("<!--", "<?", "a@", "www.", "http://a.b/(", "a<b>c", "|", "\"'", "[]", "](", "\\"),
            *("a\n===\n", "a\n-\n", "- a\n  - b\n", "[a]: b\n", "[^a]: b\n", "<div>\n", "> a\nb\n"),
            *("|a|b|\n|-|-|\n|1|2|\n\n", "```\n", "a  \n", "&#1;", "    a\n", "1. a\n\n", "\t"),
        )
    },
    "closed brackets": "[" * 50_000 + "]" * 50_000,
    "nested images": "![" * 16_000 + "](b)" * 16_000,
    "nested emphasis": "*a " * 16_000 + "a* " * 16_000,
    "dead brackets": "[" * 50_000 + "[a](b)" * 8_000,
    "growing ticks": " ".join("`" * length for length in range(1, 440)),
    "growing list": "".join("  " * depth + "- a\n" for depth in range(300)),
    "one footnote": "[^a]" * 25_000 + "\n\n[^a]: b",
}


@pytest.mark.slow
@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_texts_take_little_time(unit: str) -> None:
    text = HOSTILE[unit]
    text = text if len(text) > 40_000 else text * (100_000 // len(text))
    begin = time.process_time()
    SMART.convert(text)
    assert time.process_time() - begin < 3


@given(TEXTS)
@settings(max_examples=50)
def test_a_converter_keeps_nothing_from_the_text_before(text: str) -> None:
    first = CONVERTER.convert(text)
    CONVERTER.convert("[^a] [x]\n\n[^a]: b\n\n[x]: y")
    assert CONVERTER.convert(text) == first
