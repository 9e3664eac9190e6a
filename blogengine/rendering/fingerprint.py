"""Name the pipeline, so that stored renderings made by an older one can be found and redone."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version

# Raise this whenever the same source would come out as other html.
PIPELINE_VERSION = 3

_PACKAGES = ("markdown", "nh3", "pygments")


@cache
def fingerprint(*extensions: str) -> str:
    """Return a short hash of the pipeline, its libraries and the added Markdown extensions."""
    parts = [f"pipeline={PIPELINE_VERSION}", *(f"{name}={_version(name)}" for name in _PACKAGES)]
    parts.extend(f"extension={name}" for name in extensions)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
