"""One catalogue: the sentences of one owner in one language, those left out that would not fit."""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blogengine.languages.codes import folders

CORE = "blogengine"
"""The domain of the engine's own sentences."""

PLACE = re.compile(r"%\((\w+)\)s")
PERCENT = re.compile(r"%(?!\(\w+\)s)")
LARGEST = 4_000_000


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why a catalogue, or one sentence of it, isn't used. `domain` is the plugin or the core."""

    domain: str
    language: str
    reason: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Translations by the English sentence; plural ones also by their form."""

    sentences: Mapping[str, str]
    plurals: Mapping[tuple[str, int], str]
    form: Callable[[int], int]
    misfits: tuple[Misfit, ...] = ()

    def find_plural(self, one: str, number: int) -> str | None:
        """Return the form for a number, None where the catalogue lacks it."""
        return self.plurals.get((one, self.form(number)))


class _Reader(gettext.GNUTranslations):
    """Python's reader of `.mo` files, which keeps what it reads to itself."""

    def messages(self) -> Mapping[Any, str]:
        return self._catalog  # type: ignore[attr-defined, no-any-return]

    def form_of(self, number: int) -> int:
        return int(self.plural(number))  # type: ignore[attr-defined]


def read_catalogue(folder: Path, domain: str, language: str) -> Catalogue | None:
    """Return a domain's catalogue below `folder`, None where there is none.

    A compiled one (`.mo`) is taken before its source (`.po`). One that is broken is empty, and
    says so in its misfits: a page must not fail for a translation.
    """
    for name in folders(language):
        for suffix, read in ((".mo", _compiled), (".po", _source)):
            file = folder / name / "LC_MESSAGES" / f"{domain}{suffix}"
            if not file.is_file():
                continue
            try:
                if file.stat().st_size > LARGEST:
                    raise ValueError("it is larger than 4 MB")
                return _fitting(read(file), domain, language)
            except Exception as error:
                said = f"{file.name} can't be read: {str(error) or type(error).__name__}"
                return Catalogue({}, {}, _first, (Misfit(domain, language, f"{said:.200}."),))
    return None


def _compiled(file: Path) -> _Reader:
    with file.open("rb") as opened:
        return _Reader(opened)


def _source(file: Path) -> _Reader:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with file.open("rb") as opened:
        made = io.BytesIO()
        write_mo(made, read_po(opened))
    made.seek(0)
    return _Reader(made)


def _first(number: int) -> int:
    return 0 if number == 1 else 1


def _fitting(reader: _Reader, domain: str, language: str) -> Catalogue:
    """Take what can stand in a page; what names a value that its sentence hasn't is left out."""
    sentences: dict[str, str] = {}
    plurals: dict[tuple[str, int], str] = {}
    misfits = []
    for key, text in reader.messages().items():
        source = key[0] if isinstance(key, tuple) else key
        if not source or not text:
            continue
        if reason := _unfit(source, text):
            misfits.append(Misfit(domain, language, f"“{source:.60}” is left out: {reason}."))
        elif isinstance(key, tuple):
            plurals[key] = text
        else:
            sentences[key] = text
    for number in range(0, 130):
        reader.form_of(number)  # a rule that can't be reckoned must not wait for a page
    return Catalogue(sentences, plurals, reader.form_of, tuple(misfits))


def _unfit(source: str, text: str) -> str:
    known = set(PLACE.findall(source))
    if foreign := sorted(set(PLACE.findall(text)) - known):
        return f"it names %({foreign[0]})s, which the sentence hasn't"
    if known and PERCENT.search(text.replace("%%", "")):
        return "it has a percent sign that is no place for a value"
    return ""
