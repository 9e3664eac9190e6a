"""`site.identity`: who the people are, how they sign in, and how that ends."""

from blogengine.identity.service import Identity, open_identity
from blogengine.identity.values import (
    Caller,
    OneUse,
    Person,
    SecondFactorNeeded,
    SessionInfo,
    SignedIn,
    TokenInfo,
)

__all__ = [
    "Caller",
    "Identity",
    "OneUse",
    "Person",
    "SecondFactorNeeded",
    "SessionInfo",
    "SignedIn",
    "TokenInfo",
    "open_identity",
]
