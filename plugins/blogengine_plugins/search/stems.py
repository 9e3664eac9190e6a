"""Words without their endings: light rules, so that "ships" finds "ship" and "shipping".

They err on the side of doing nothing. A language without rules is searched by whole words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

STEM = "·"
"""Stands before a stem in the index, so that none is taken for a word."""

SHORTEST = 3

ENDINGS: dict[str, tuple[str, ...]] = {
    "de": ("ungen", "ern", "em", "en", "er", "es", "ung", "e", "s", "n"),
    "nl": ("heden", "en", "es", "e", "s"),
    "fr": ("issements", "issement", "ements", "ement", "euses", "euse", "aux", "ees", "ee", "es",
           "er", "ez", "e", "s", "x"),
    "es": ("aciones", "acion", "mente", "es", "os", "as", "ar", "er", "ir", "o", "a", "e", "s"),
    "pt": ("acoes", "acao", "mente", "oes", "ao", "es", "os", "as", "ar", "er", "ir", "o", "a",
           "e", "s"),
    "it": ("azioni", "azione", "mente", "are", "ere", "ire", "hi", "he", "i", "e", "o", "a"),
    "sv": ("arna", "erna", "orna", "ande", "ar", "er", "or", "en", "et", "na", "a", "e", "n", "t"),
    "da": ("erne", "ende", "er", "en", "et", "ene", "e", "s"),
    "nb": ("ene", "ende", "er", "en", "et", "e", "a", "s"),
    "pl": ("ami", "ach", "owi", "iem", "em", "ow", "om", "ie", "y", "i", "a", "e", "o", "u"),
    "ru": ("иями", "ями", "ами", "ого", "ему", "ыми", "ими", "ах", "ях", "ов", "ев", "ом", "ем",
           "ои", "ыи", "ии", "ая", "яя", "ую", "юю", "ые", "ие", "а", "я", "о", "е", "и", "ы",
           "у", "ю", "ь"),
}  # fmt: skip
"""By language: endings as folded words have them, the longest first."""

SAME = {"no": "nb", "nn": "nb"}
VOWELS = frozenset("aeiouy")


def base_language(tag: str) -> str:
    """Return the language of a BCP 47 tag that has rules, or ""."""
    language = tag.split("-", maxsplit=1)[0].split("_", maxsplit=1)[0].lower()
    language = SAME.get(language, language)
    return language if language == "en" or language in ENDINGS else ""


@lru_cache(maxsize=20_000)
def stem_of(word: str, language: str) -> str:
    """Return a word without its ending; the word itself where no rule fits."""
    if len(word) <= SHORTEST or not word.isalpha():
        return word
    if language == "en":
        return _english(word) if word.isascii() else word
    for ending in ENDINGS.get(language, ()):
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            return word[: -len(ending)]
    return word


def stems_of(words: Iterable[str], language: str) -> Iterator[str]:
    """Yield, marked, the stems that differ from their words, each once."""
    if language:
        stems = {stem_of(word, language) for word in words} if language else set()
        yield from sorted(STEM + stem for stem in stems)


def _english(word: str) -> str:
    word = _singular(word)
    for ending in ("ingly", "edly", "ing", "ed", "ly"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= SHORTEST and VOWELS & {*stem}:
            word = _single(stem)
            break
    if word.endswith("e") and len(word) > SHORTEST:
        return word[:-1]
    if word.endswith("y") and len(word) > SHORTEST and word[-2] not in VOWELS:
        return word[:-1] + "i"
    return word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is", "news")):
        return word[:-1]
    return word


def _single(stem: str) -> str:
    """Undo the doubling of `shipped`, not of `selling` or `passing`."""
    if len(stem) > SHORTEST and stem[-1] == stem[-2] and stem[-1] not in "aeiouylsz":
        return stem[:-1]
    return stem
