"""What scripts add to the editor: files that its page links, and no other page of the admin."""

from __future__ import annotations

from pathlib import Path

from blogengine.api import Asset

STATIC = Path(__file__).parent / "static"


def editor_files() -> list[Asset]:
    """Return the modules, which import each other by relative addresses, and the style sheet."""
    found = sorted([*(STATIC / "editor").rglob("*.*"), *(STATIC / "theme").glob("*.*")])
    return [
        Asset(
            file.relative_to(STATIC).as_posix(),
            file.suffix[1:],
            pages={"admin"},
            linked=False,
        )
        for file in found
        if file.suffix in (".css", ".js")
    ]
