"""What plugins may say of a comment that was sent, and what follows."""

from __future__ import annotations

from collections.abc import Sequence

from blogengine_plugins.comments.models import APPROVED, SPAM, WAITING

Verdict = tuple[str, str]
"""A state and a reason for the owner."""

STRICTEST_FIRST = (SPAM, WAITING, APPROVED)
LONGEST_REASON = 200

UNCHECKED: Verdict = (WAITING, "A check of it failed.")
"""What a plugin has said that couldn't say anything."""


def sound(answer: object) -> None:
    """Raise for what is no verdict."""
    if type(answer) is not tuple or len(answer) != 2:
        raise TypeError(f"it returned {type(answer).__name__}, not a state with a reason")
    state, reason = answer
    if type(state) is not str or state not in STRICTEST_FIRST:
        raise ValueError(f"{state!r:.40} is none of {', '.join(STRICTEST_FIRST)}")
    if type(reason) is not str:
        raise TypeError("the reason must be a text")


def strictest(verdicts: Sequence[Verdict]) -> Verdict | None:
    """Return the one that counts, with the reasons of all that say the same."""
    for state in STRICTEST_FIRST:
        reasons = [reason for said, reason in verdicts if said == state]
        if reasons:
            joined = " ".join(dict.fromkeys(filter(None, reasons)))
            return state, joined[:LONGEST_REASON]
    return None
