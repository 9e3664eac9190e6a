"""A language that pages can be in: what it calls things, and how it writes dates and numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date as Day
from functools import lru_cache
from typing import Any

from blogengine.languages.catalogue import CORE, Catalogue
from blogengine.languages.codes import base_of, direction

_NORTHERN = str.maketrans("åäö", "\uf001\uf002\uf003")
_DANISH = str.maketrans("æøå", "\uf001\uf002\uf003")

_OWN = ("\uf001", "\uf002", "\uf003")
_MARKS = "\u200e\u200f\u2067\u2068 "
_ARTICLE = "ال"
_ARABIC = "ا"

PLAIN = ("en", "en-GB")
"""Languages whose dates need no library: 12 March 2026."""


class Tongue:
    """What a page asks of a language. Nothing in it changes after it is made."""

    def __init__(
        self,
        code: str,
        catalogues: Mapping[str, Catalogue] | None = None,
        packages: Mapping[str, str] | None = None,
    ) -> None:
        self.code = code
        self.direction = direction(code)
        self.catalogues = catalogues or {}
        self._packages = dict(packages or {})
        self._core = self.catalogues.get(CORE)

    def domain_of(self, module: str) -> str:
        """Return the domain of a module: its plugin's, else the core's."""
        found = self._packages.get(module)
        if found is None:
            above = module.rpartition(".")[0]
            found = self.domain_of(above) if above else CORE
            self._packages[module] = found
        return found

    def find(self, text: str, *domains: str) -> str:
        """Return a sentence in this language, from the first domain that has it, else as it is."""
        if not self.catalogues:
            return text
        for domain in domains:
            own = self.catalogues.get(domain)
            if own is not None and text in own.sentences:
                return own.sentences[text]
        return self._core.sentences.get(text, text) if self._core else text

    def find_anywhere(self, text: str) -> str:
        """Return a sentence that came from somewhere, such as that of an error."""
        return self.find(text, *self.catalogues)

    def find_plural(self, one: str, many: str, number: int, *domains: str) -> str:
        """Return the form of a sentence that fits a number."""
        for domain in (*domains, CORE):
            own = self.catalogues.get(domain)
            if own is not None and (found := own.find_plural(one, number)) is not None:
                return found
        return one if number == 1 else many

    def date(self, moment: Day, style: str = "long") -> str:
        """Return a date: long, medium, short or full."""
        if self.code in PLAIN and style == "long":
            return f"{moment.day} {moment:%B %Y}"
        return _dated(self.code, Day(moment.year, moment.month, moment.day), style)

    def month(self, moment: Day) -> str:
        """Return a month with its year: March 2026."""
        if self.code in PLAIN:
            return f"{moment:%B %Y}"
        return _in_shape(self.code, Day(moment.year, moment.month, 1), "yMMMM")

    def number(self, number: int) -> str:
        """Return a whole number with its groups."""
        if base_of(self.code) == "en":
            return f"{number:,}"
        return _numbered(self.code, number)

    def listed(self, names: Sequence[str], style: str = "standard") -> str:
        """Return names joined as one says it: `a, b and c`, or with `or` as style."""
        if len(names) < 2:
            return "".join(names)
        return _listed(self.code, tuple(str(name) for name in names), style)

    def key(self, name: str) -> tuple[str, str]:
        """Return what to sort names by: letters first, marks on them second."""
        flat = "".join(
            letter
            for letter in unicodedata.normalize(
                "NFKD", _unfolded(self.code, unicodedata.normalize("NFC", name.casefold()))
            )
            if not unicodedata.combining(letter)
        )
        flat = flat.casefold().lstrip(_MARKS)
        if flat[:1] in _ARABIC and flat.startswith(_ARTICLE) and len(flat) > 4:
            flat = flat.removeprefix(_ARTICLE)
        return (flat, name)

    @property
    def own_order(self) -> bool:
        """Whether names stand in another order than by their bare letters."""
        return base_of(self.code) in ("ar", "da", "fi", "nb", "nn", "no", "sv")

    def letter(self, name: str) -> str:
        """Return the letter under which a name stands in an index; `#` for digits and signs."""
        first = self.key(name)[0][:1]
        if first in _OWN:
            return name.lstrip(_MARKS)[:1].upper()
        return first.upper() if first.isalpha() else "#"

    def sorted(self, names: Iterable[str]) -> list[str]:
        """Return names in the order of this language."""
        return sorted(names, key=self.key)


def _unfolded(code: str, name: str) -> str:
    """Spell letters that stand among others in one language's order, and don't in another's."""
    base = base_of(code)
    if base in ("sv", "fi"):  # after z
        return name.translate(_NORTHERN)
    if base in ("da", "nb", "nn", "no"):
        return name.translate(_DANISH)
    return name.replace("ß", "ss").replace("æ", "ae").replace("ø", "o").replace("ł", "l")


@lru_cache(maxsize=64)
def _locale(code: str) -> Any:
    """Return what the library knows of a language; English where it knows nothing."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse("en_GB" if code in PLAIN else code, sep="-")
    except (UnknownLocaleError, ValueError):
        try:
            return Locale.parse(base_of(code))
        except (UnknownLocaleError, ValueError):
            return Locale.parse("en_GB")


@lru_cache(maxsize=256)
def own_name(code: str) -> str:
    """Return what a language calls itself."""
    from babel import Locale, UnknownLocaleError

    try:
        known = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return code
    name = str(known.get_display_name() or code)
    return name[:1].upper() + name[1:]


@lru_cache(maxsize=4096)
def _dated(code: str, day: Day, style: str) -> str:
    from babel.dates import format_date

    known: Any = style if style in ("full", "long", "medium", "short") else "long"
    return str(format_date(day, known, locale=_locale(code)))


@lru_cache(maxsize=1024)
def _in_shape(code: str, day: Day, skeleton: str) -> str:
    from babel.dates import format_skeleton

    moment: Any = day
    return str(format_skeleton(skeleton, moment, locale=_locale(code)))


@lru_cache(maxsize=4096)
def _numbered(code: str, number: int) -> str:
    from babel.numbers import format_decimal

    return str(format_decimal(number, locale=_locale(code)))


@lru_cache(maxsize=512)
def _listed(code: str, names: tuple[str, ...], style: str) -> str:
    from babel.lists import format_list

    known: Any = style
    return str(format_list(names, known, locale=_locale(code)))


ENGLISH = Tongue("en")
