"""Which passwords are taken."""

from __future__ import annotations

import gzip
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blogengine.errors import UserError
from blogengine.identity.passwords import LIST, check_password, comparable

WORDS = ("Ann Lee", "ann@example.org", "Field Notes from the Harbour")


def fits(password: str) -> bool:
    try:
        check_password(password, own_words=WORDS)
    except UserError as error:
        assert error.code == "password-unfit"
        assert error.field == "password"
        return False
    return True


@pytest.mark.parametrize(
    ("password", "taken"),
    [
        ("a b c d e f ", True),  # twelve, with spaces before and after and between
        ("  gull rocks", True),
        ("lighthouses", False),  # eleven
        ("漢字は十二文字以上必要だ", True),  # twelve letters, though 36 bytes
        ("🚢⚓🌊🐚🦀🐙🐳🌅⛵🧭🪝🐟", True),
        ("ab" * 59 + "quiet ship", True),  # 128
        ("ab" * 59 + "quiet ships", False),
        ("onlysmallletters", True),  # nothing else is asked for
        ("UPPER CASE ONLY", True),
        ("8241 7053 9962", True),
        ("lighthouse\x00s", False),
        ("lighthouse\ud800s", False),
    ],
)
def test_length_counts_and_nothing_else_is_asked_for(password: str, taken: bool) -> None:
    assert fits(password) == taken


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password1234",
        "PASSWORD!!!!",
        "!!password!!",
        "passwordpassword",
        "qwertyqwerty",
        "qwerty123456",
        "iloveyou2026",
        "september2026",
        "1q2w3e4r5t6y",
        "123456789012",
        "abcdefghijkl",
        "lkjhgfdsapoiuytrewq"[::-1],
        "aaaaaaaaaaaa",
        "abababababab",
        "ＰＡＳＳＷＯＲＤ１２３４",  # the same in full width
    ],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert not fits(password)


def test_every_one_of_the_listed_is_refused_alone_and_lengthened() -> None:
    listed = gzip.decompress(LIST.read_bytes()).decode().split("\n")
    assert len(listed) >= 10_000
    for word in listed[::97]:
        for password in (word, word + "1234", word * 2):
            assert not fits(password), password
    known = {"123456", "password", "qwerty", "dragon", "letmein", "monkey", "iloveyou", "trustno1"}
    assert known <= set(listed)


@pytest.mark.parametrize(
    "password",
    "ann@example.org|ann.lee.ann.lee|Example.org1|Fieldnotesfromtheharbour|ANN LEE ann lee".split(
        "|"
    ),
)
def test_what_others_know_of_a_person_is_refused(password: str) -> None:
    words = ("Ann Lee", "ann@example.org", "example.org", "Field Notes from the Harbour")
    with pytest.raises(UserError):
        check_password(password, own_words=words)


def test_a_sentence_that_only_mentions_the_name_is_taken() -> None:
    assert fits("Ann Lee rows at night")
    assert fits("password managers hate gulls")


@given(st.text(min_size=12, max_size=140))
@example("ﬁ" * 70)
def test_a_password_is_hashed_as_it_is_compared(password: str) -> None:
    """What is taken signs in, in every form of it, and nothing shorter does."""
    try:
        form = check_password(password)
    except UserError:
        return
    assert comparable(password) == form
    assert comparable(unicodedata.normalize("NFD", password)) in (form, "")
    assert 12 <= len(form) <= 128
    assert comparable(password[:-1]) != form
