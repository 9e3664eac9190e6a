"""Random references that stand for something stored, of which only the digest is kept.

32 random bytes can't be guessed, so a fast hash is enough; a stolen database opens nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

LONGEST = 200


def new_reference() -> str:
    """Return 256 random bits in 43 letters that any cookie and address can hold."""
    return secrets.token_urlsafe(32)


def digest(reference: str) -> str:
    """Return what is stored of a reference; of one that is too long to be ours, nobody's."""
    text = reference if len(reference) <= LONGEST else ""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def keyed(secret: str, purpose: str, text: str) -> bytes:
    """Return 32 bytes that only this site can make from `text`, other ones for each purpose."""
    message = f"{purpose}\x00{text}".encode("utf-8", "replace")
    return hmac.new(secret.encode(), message, hashlib.sha256).digest()
