"""Name the pipeline, so that stored renderings made by an older one can be found and redone."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

# Raise this whenever the same source would come out as other html.
PIPELINE_VERSION = 5

_PACKAGES = ("markdown", "nh3", "pygments")


@lru_cache(maxsize=8)
def fingerprint(*marks: str) -> str:
    """Return a short hash of the pipeline, its libraries and what plugins add to it."""
    parts = [f"pipeline={PIPELINE_VERSION}", *(f"{name}={_version(name)}" for name in _PACKAGES)]
    parts.extend(f"plugins={mark}" for mark in marks)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
