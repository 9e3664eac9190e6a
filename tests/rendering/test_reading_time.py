"""How many words a text has in any script, and where an excerpt ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogengine.rendering.counting import count_words
from blogengine.rendering.excerpts import sentences
from blogengine.rendering.pipeline import Pipeline
from blogengine.rendering.values import RenderJob


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("Hello, world.", 2),
        ("naïve café", 2),
        ("今日は天気がいい。", 4),
        ("我用 Python 写博客。", 4),
        ("한국어는 띄어 씁니다", 3),
        ("ภาษาไทย", 2),
        ("これは、「はい」。", 3),
    ],
)
def test_words_are_counted_in_any_script(text: str, words: int) -> None:
    assert count_words(text) == words


@given(st.text(), st.text())
def test_a_longer_text_never_has_fewer_words(one: str, two: str) -> None:
    assert count_words(f"{one} {two}") >= max(count_words(one), count_words(two))


def test_sentences_end_where_they_end() -> None:
    text = (
        "Dr. Who met J. R. Ewing, e.g. in Rome. “Really?” he asked. It cost 3.5 pounds. "
        "日本語です。「はい。」次。 Then… Nothing"
    )
    assert list(sentences(text)) == [
        "Dr. Who met J. R. Ewing, e.g. in Rome. ",
        "“Really?” he asked. ",
        "It cost 3.5 pounds. ",
        "日本語です。",
        "「はい。」",
        "次。 ",
        "Then… ",
        "Nothing",
    ]


@given(st.text(alphabet=" aA.。!?…”」é\n", max_size=300))
def test_sentences_lose_nothing(text: str) -> None:
    assert "".join(sentences(text)).strip() == text.strip()


def excerpt(source: str) -> str:
    return Pipeline().render(RenderJob(source)).excerpt


def test_an_excerpt_is_whole_sentences_or_says_that_it_is_cut() -> None:
    assert excerpt("今日は天気がいい。" * 40) == "今日は天気がいい。" * 13
    assert excerpt("天" * 500) == "天" * 110 + "…"
    assert excerpt("word " * 80) == "word " * 55 + "…"
    assert excerpt("First one. And " + "word " * 60) == "First one."


def test_an_excerpt_holds_no_code_and_no_half_tag() -> None:
    source = "```py\nx = 1\n```\n\nOne *two\nthree*. Four.[^1]\n\n| a |\n|---|\n| b |\n\n[^1]: no"
    assert excerpt(source) == "One two three. Four."
    assert excerpt("One *two*.\n\n```\ncode\n```\n\n<!--more-->\n\nThree.") == "One two. code"
