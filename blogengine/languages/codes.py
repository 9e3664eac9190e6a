"""Codes of languages by BCP 47, and which way their letters run."""

from __future__ import annotations

import re
from collections.abc import Iterator

WELL_FORMED = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
RIGHT_TO_LEFT = frozenset("ar arc ckb dv fa he khw ks lrc mzn nqo pnb ps sd syr ug ur yi".split())
SCRIPTS = {"arab": "rtl", "hebr": "rtl", "latn": "ltr", "cyrl": "ltr", "deva": "ltr"}


def well_formed(code: str) -> bool:
    """Whether a code may stand in `lang` and `hreflang`."""
    return WELL_FORMED.fullmatch(code) is not None


def base_of(code: str) -> str:
    """Return the language without script and region: `pt` of `pt-BR`."""
    return code.replace("_", "-").partition("-")[0].lower()


def direction(code: str) -> str:
    """Return `rtl` or `ltr`; a script that is named decides before the language."""
    _language, *others = code.replace("_", "-").lower().split("-")
    for part in others:
        if part in SCRIPTS:
            return SCRIPTS[part]
    return "rtl" if base_of(code) in RIGHT_TO_LEFT else "ltr"


def folders(code: str) -> Iterator[str]:
    """Yield the names a catalogue's folder may have, the nearest first: `pt_BR`, then `pt`."""
    if not well_formed(code):
        return
    language, *others = code.split("-")
    if others:
        *scripts, last = others
        region = last.upper() if len(last) == 2 else last.title()
        yield "_".join([language.lower(), *(part.title() for part in scripts), region])
    yield language.lower()
