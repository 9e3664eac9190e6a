"""What never stands in a log: secrets that are known, and what looks like one.

Known are the values of the configuration, of secret settings, and what a request brought as a
cookie, a credential or a field with a telling name. The patterns catch what nobody announced.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from urllib.parse import quote, quote_plus

REDACTED = "[redacted]"
SHORTEST = 6
"""A known secret that is shorter would blot out ordinary words."""

LONGEST = 20_000

NAME = (
    r"[\w.-]{0,40}(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|private[_-]?key"
    r"|credential|authorization|cookie|session|csrf|signature|passkey|totp)[\w.-]{0,40}"
)
SENSITIVE = re.compile(NAME, re.IGNORECASE)

PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\[parameters: .*?\](?=\s*(?:\(Background|$))", re.DOTALL), "[parameters: …]"),
    (re.compile(r"\bDETAIL: .*"), f"DETAIL: {REDACTED}"),
    (
        re.compile(r"\b((?:proxy-)?authorization|(?:set-)?cookie)([\"']?\s*[:=]\s*).*", re.I),
        rf"\1\2{REDACTED}",
    ),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{6,}", re.I), rf"\1 {REDACTED}"),
    (re.compile(r"\b(\w{1,30}://)[^\s/@]{0,200}@"), rf"\1{REDACTED}@"),
    (re.compile(r"(/[^\s?\"']{0,500})\?[^\s\"'<>=]{1,100}=[^\s\"'<>]*"), rf"\1?{REDACTED}"),
    (
        re.compile(
            rf"\b({NAME})([\"']?\s*[:=]\s*)(?!\[redacted\])"
            r"(?:\"[^\"]*\"|'[^']*'|[^\s,;&)}\]]+)",
            re.IGNORECASE,
        ),
        rf"\1\2{REDACTED}",
    ),
    (re.compile(r"[\w.+%-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63})+"), "[e-mail]"),
)


def sensitive(name: str) -> bool:
    """Whether a field, header or setting of this name holds a secret."""
    return SENSITIVE.fullmatch(name) is not None


class Redactor:
    """Blots out secrets. `known()` returns those of the site as they are now."""

    def __init__(self, known: Callable[[], Iterable[str]] = tuple) -> None:
        self._known = known

    def __call__(self, text: str, also: Iterable[str] = ()) -> str:
        """Return the text without the known secrets, without those in `also`, and shortened."""
        try:
            secrets = {*self._known(), *also}
        except Exception:  # a line is written whatever becomes of the settings
            secrets = set(also)
        for secret in sorted(secrets, key=len, reverse=True):
            if len(secret) >= SHORTEST:
                for form in _forms(secret):
                    text = text.replace(form, REDACTED)
        if len(text) > LONGEST:
            text = f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"
        for pattern, instead in PATTERNS:
            text = pattern.sub(instead, text)
        return text


def _forms(secret: str) -> set[str]:
    """Return a secret as it may stand in an address, in JSON, or in the repr of a text."""
    return {
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        repr(secret)[1:-1],
    }
