"""Reading what somebody typed: words, "phrases", beginnings* and -exclusions; never an error."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from blogengine_plugins.search.stems import STEM, stem_of
from blogengine_plugins.search.words import RUN, composed, folded, is_word, pairs_of, spelt

LONGEST = 300
"""Characters that are read."""

RANKED = 1_000
"""Up to so many matches the best come first; among more of them the newest do.

To rank means to look at every match. So a word that stands in each post costs as little as a rare
one.
"""

MOST_PARTS = 12
MOST_WORDS = 24

SHORTEST_BEGINNING = 3
"""Letters before a star: fewer stand before half of all words."""

PIECE = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<bare>[^\s"]+))')


@dataclass(frozen=True, slots=True)
class Part:
    """Words that stand beside each other. `beginning`: the last one may go on.

    `stems` are others that do as well, where it is a single word.
    """

    words: tuple[str, ...]
    beginning: bool = False
    stems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """All of `wanted`, none of `unwanted`. `cut` says that more was typed than is read."""

    wanted: tuple[Part, ...] = ()
    unwanted: tuple[Part, ...] = ()
    cut: bool = False

    def __bool__(self) -> bool:
        return bool(self.wanted)

    @property
    def words(self) -> tuple[str, ...]:
        """All single words that are wanted."""
        return tuple(word for part in self.wanted for word in part.words)


def read(text: str, languages: Iterable[str] = ()) -> Asked:
    """Read what was typed; what can't be an operator counts as text."""
    wanted: list[Part] = []
    unwanted: list[Part] = []
    short, known = text[:LONGEST], tuple(languages)
    words, cut = 0, len(text) > LONGEST
    for piece in PIECE.finditer(composed(short)):
        if len(wanted) + len(unwanted) >= MOST_PARTS or words >= MOST_WORDS:
            cut = True
            break
        for part in _parts(piece, known):
            words += len(part.words)
            (unwanted if piece["minus"] else wanted).append(part)
    if not wanted:
        wanted, unwanted = unwanted, []
    return Asked(tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(unwanted)), cut)


def _parts(piece: re.Match[str], languages: tuple[str, ...]) -> list[Part]:
    quoted = piece["phrase"] is not None
    typed = piece["phrase"] if quoted else piece["bare"]
    words = tuple(_words(typed)[:MOST_WORDS])
    if not words:
        return []
    alone = words[0] if len(words) == 1 else ""
    if quoted:
        return [Part(words, beginning=_is_half(alone))]
    starred = typed.endswith("*") and len(words[-1]) >= SHORTEST_BEGINNING
    if starred or _is_half(alone):
        return [Part(words, beginning=True)]
    stems = {stem_of(alone, one) for one in languages} if alone and is_word(alone) else set()
    return [Part(words, stems=tuple(sorted(STEM + stem for stem in stems)))]


def _is_half(word: str) -> bool:
    """Whether it is one character of a script that is stored in pairs."""
    return len(word) == 1 and not is_word(word)


def _words(text: str) -> list[str]:
    """Return words as they stand beside each other in the index, up to the last one's end."""
    found: list[str] = []
    last = ""
    for run in RUN.finditer(folded(text)):
        found += [last] if last else []
        last = ""
        if run["pairs"] is None:
            found += [word] if (word := spelt(run[0])) else []
        elif len(run[0]) == 1:
            found.append(run[0])
        else:
            found += pairs_of(run[0])
            last = run[0][-1]
    return found
