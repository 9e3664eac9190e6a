"""`site.identity`: who the people are, how they sign in, and how that ends."""

from blogengine.identity.service import Identity, open_identity
from blogengine.identity.values import (
    Caller,
    Person,
    SecondFactorNeeded,
    SessionInfo,
    SignedIn,
)

__all__ = [
    "Caller",
    "Identity",
    "Person",
    "SecondFactorNeeded",
    "SessionInfo",
    "SignedIn",
    "open_identity",
]
