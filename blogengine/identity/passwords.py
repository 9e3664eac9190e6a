"""Which passwords are taken: long ones that nobody tries first.

A password is compared in the form NFKC, so that another keyboard or system that writes the same
letters in another way still signs in. Spaces count, none is cut off, and nothing is shortened.
"""

from __future__ import annotations

import gzip
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from blogengine.identity.refusals import unfit_password

SHORTEST, LONGEST = 12, 128
ADDED = 4
"""A common password with up to this many digits or signs around it is still a common one."""

OWN_WORD = 4
REST = 6
LONGEST_UNIT = 3
LIST = Path(__file__).parent / "common_passwords.txt.gz"

ROWS = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "qazwsxedcrfv")


def comparable(password: str) -> str:
    """Return the form in which a password is hashed; nothing for one that can't be ours."""
    if len(password) > LONGEST:
        return ""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, *, own_words: Iterable[str] = ()) -> str:
    """Return the form to hash; raises UserError for a password that is too easy to guess.

    `own_words` are what a stranger would try for this person: name, address, title of the site.
    """
    form = unicodedata.normalize("NFKC", password) if len(password) <= LONGEST else password
    if not SHORTEST <= len(form) <= LONGEST:
        raise unfit_password(
            f"A password has {SHORTEST} to {LONGEST} characters; this one has {len(form)}.",
            "Take a few words that don't belong together: length protects, signs aren't needed.",
        )
    if "\x00" in form or any("\ud800" <= letter <= "\udfff" for letter in form):
        raise unfit_password(
            "The password holds a character that can't be typed.", "Leave it out, please."
        )
    folded = form.casefold()
    if _monotonous(folded) or _common(folded):
        raise unfit_password(
            "This password is one of the first that are tried: a common one, or nearly.",
            "Take a few words that don't belong together.",
        )
    if word := _own_word(folded, own_words):
        raise unfit_password(
            f"This password is hardly more than {word!r}, which others know.",
            "Take a few words that don't belong together.",
        )
    return form


def _monotonous(folded: str) -> bool:
    """Whether it repeats a few letters, or goes along a row of keys or the alphabet."""
    if len(_unit(folded)) <= LONGEST_UNIT:
        return True
    rows = [row * 2 if row != ROWS[0] else row * (LONGEST // len(row) + 2) for row in ROWS]
    return any(folded in row or folded[::-1] in row for row in rows)


def _common(folded: str) -> bool:
    common = set(gzip.decompress(LIST.read_bytes()).decode().split("\n"))
    return any(bare in common or _unit(bare) in common for bare in _bared(folded))


def _bared(folded: str) -> Iterator[str]:
    """Yield the password without up to four digits or signs at either end."""
    for head in range(ADDED + 1):
        for tail in range(ADDED + 1):
            bare = folded[head : len(folded) - tail]
            added = folded[:head] + folded[len(folded) - tail :]
            if not any(letter.isalpha() for letter in added):
                yield bare


def _unit(text: str) -> str:
    """Return the shortest text that, repeated, gives this one."""
    return text[: (text + text).find(text, 1)]


def _own_word(folded: str, own_words: Iterable[str]) -> str:
    """Return the known word that leaves little of the password when it is taken out."""
    letters = "".join(letter for letter in folded if letter.isalnum())
    for word in own_words:
        form = unicodedata.normalize("NFKC", word).casefold()
        bare = "".join(letter for letter in form if letter.isalnum())
        if len(bare) >= OWN_WORD and bare in letters and len(letters.replace(bare, "")) < REST:
            return word
    return ""
