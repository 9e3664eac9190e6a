"""The files a plugin consists of, and one number that tells whether they are still the same."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from blogengine.host.finding import Found

LEFT_OUT = frozenset({"__pycache__"})


def root_of(found: Found) -> Path | None:
    """Return the plugin's file or folder; of a distribution the whole package it lies in."""
    if found.file is None:
        return None
    if found.entry is None:
        return found.folder or found.file
    depth = len(found.entry.module.split("."))
    if found.file.name == "__init__.py":
        return found.file.parents[depth - 1]
    return found.file if depth == 1 else found.file.parents[depth - 2]


def files_hash(found: Found) -> str:
    """Return the SHA-256 over names and contents of all files; nothing when there are none."""
    root = root_of(found)
    if root is None:
        return ""
    total = hashlib.sha256()
    for path in _files(root):
        try:
            content = path.read_bytes()
        except OSError:
            content = b"unreadable"
        total.update(f"{path.relative_to(root.parent)}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def changed_since(found: Found, version: str, recorded: str) -> bool | None:
    """Whether the files differ from those that were enabled; None when nothing was recorded.

    What comes with the engine changes with the engine's version, which is no news.
    """
    if not recorded or (found.door == "built-in" and found.version != version):
        return None
    return files_hash(found) != recorded


def _files(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
        return
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - LEFT_OUT)
        for name in sorted(names):
            path = Path(folder, name)
            if path.suffix not in {".pyc", ".pyo"} and path.is_file():
                yield path
