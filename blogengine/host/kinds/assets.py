"""Assets: files of a plugin that pages load, and the sources its pages need besides.

Files are read once, when the app is built. What is served under a hash is then always what the
hash was made of, whatever becomes of the file.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from blogengine.contributions import PAGE_KINDS
from blogengine.dressing import ASSET_KINDS, Asset, ContentSource, StaticFile
from blogengine.guard import Guard
from blogengine.host.kinds.kind import Kind, Owned, check_text, must_be
from blogengine.policy import fault_of

MEDIA_TYPES = {
    "css": {".css": "text/css; charset=utf-8"},
    "js": {".js": "text/javascript; charset=utf-8"},
    "font": {
        ".woff2": "font/woff2",
        ".woff": "font/woff",
        ".ttf": "font/ttf",
        ".otf": "font/otf",
    },
    "image": {
        ".avif": "image/avif",
        ".gif": "image/gif",
        ".ico": "image/x-icon",
        ".jpeg": "image/jpeg",
        ".jpg": "image/jpeg",
        ".png": "image/png",
        ".svg": "image/svg+xml",
        ".webp": "image/webp",
    },
}
LARGEST = 1024 * 1024
INLINED = 4096
"""Style sheets up to this size stand in the page when nothing is said."""

PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
ADDRESSES = re.compile(r"url\(|@import", re.IGNORECASE)


def check(
    plugin: str,  # noqa: ARG001
    values: list[Asset | ContentSource],
    others: list[Owned[Any]],  # noqa: ARG001
) -> None:
    taken: set[str] = set()
    for value in values:
        if isinstance(value, Asset):
            _check_asset(value)
            must_be(value.path not in taken, f"The asset {value.path!r} is registered twice.")
            taken.add(value.path)
        what = f"The asset {value.path!r}" if isinstance(value, Asset) else "A content source"
        must_be(isinstance(value.pages, frozenset | set), f"{what}: pages must be a set.")
        for kind in value.pages:
            must_be(kind in PAGE_KINDS, f"{what}: there is no kind of page {kind!r}.")
        must_be(isinstance(value.csp, Mapping), f"{what}: csp must be a mapping.")
        for directive, sources in value.csp.items():
            listed = isinstance(sources, tuple | list | set | frozenset)
            must_be(listed, f"{what}: the sources of {directive} must be a tuple.")
            for source in sources:
                fault = fault_of(directive, source)
                must_be(not fault, f"{what}: {fault}")


def _check_asset(asset: Asset) -> None:
    what = f"The asset {asset.path!r}"
    check_text(what, path=asset.path, kind=asset.kind)
    must_be(PATH.fullmatch(asset.path), f"{what} must be a path below the folder static/.")
    must_be(asset.kind in ASSET_KINDS, f"{what}: kind must be one of {', '.join(ASSET_KINDS)}.")
    suffixes = MEDIA_TYPES[asset.kind]
    ends = Path(asset.path).suffix in suffixes
    must_be(ends, f"{what}: the name of a {asset.kind} file ends in {', '.join(suffixes)}.")
    must_be(isinstance(asset.order, int | float), f"{what}: order must be a number.")
    must_be(asset.inline in (None, True, False), f"{what}: inline must be True, False or None.")
    inline = asset.inline and asset.kind != "css"
    must_be(not inline, f"{what}: only a style sheet can stand in the page itself.")
    must_be(asset.linked in (True, False), f"{what}: linked must be True or False.")
    must_be(isinstance(asset.where, str), f"{what}: where must be a text.")
    must_be(asset.linked or not asset.inline, f"{what}: what isn't linked can't be inline.")


def complete(
    plugin: str, folder: Path | None, values: list[Asset | ContentSource]
) -> list[StaticFile | ContentSource]:
    """Read the files; their common hash lets them name each other by relative addresses."""
    contents = {v.path: _read(folder, v) for v in values if isinstance(v, Asset)}
    digest = hashlib.sha256()
    for path, content in sorted(contents.items()):
        digest.update(f"{path}\0{len(content)}\0".encode() + content)
    name = digest.hexdigest()[:16]
    return [
        _file(plugin, value, name, contents[value.path]) if isinstance(value, Asset) else value
        for value in values
    ]


def _read(folder: Path | None, asset: Asset) -> bytes:
    what = f"The asset {asset.path!r}"
    must_be(folder is not None, f"{what}: a plugin of a single file has no folder static/.")
    assert folder is not None
    static = (folder / "static").resolve()
    file = (static / asset.path).resolve()
    must_be(file.is_relative_to(static), f"{what} leads out of the folder static/.")
    must_be(file.is_file(), f"{what} isn't in the plugin's folder static/.")
    must_be(file.stat().st_size <= LARGEST, f"{what} is larger than {LARGEST // 1024} kB.")
    content = file.read_bytes()
    if asset.kind in ("css", "js"):
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            must_be(False, f"{what} isn't UTF-8: {error.reason} at byte {error.start}.")
        else:
            named = asset.inline and ADDRESSES.search(text)
            must_be(not named, f"{what} names other files, so it can't stand in the page itself.")
    return content


def _file(plugin: str, asset: Asset, digest: str, content: bytes) -> StaticFile:
    if asset.inline is None:
        small = asset.linked and asset.kind == "css" and len(content) <= INLINED
        asset = replace(asset, inline=small and not ADDRESSES.search(content.decode("utf-8")))
    return StaticFile(
        plugin,
        asset,
        f"/static/p/{plugin}/{digest}/{asset.path}",
        MEDIA_TYPES[asset.kind][Path(asset.path).suffix],
        f"sha384-{base64.b64encode(hashlib.sha384(content).digest()).decode()}",
        content,
    )


def guarded(plugin: str, value: Any, guard: Guard) -> Any:  # noqa: ARG001 - no function in it
    return value


def gather(owned: list[Owned[Any]]) -> Mapping[str, object]:
    files = [value for _plugin, value in owned if isinstance(value, StaticFile)]
    files.sort(key=lambda file: (file.asset.order, file.plugin, file.asset.path))
    return {
        "files": {file.address: file for file in files},
        "addresses": {(file.plugin, file.asset.path): file.address for file in files},
        "sources": tuple(
            (plugin, value) for plugin, value in owned if isinstance(value, ContentSource)
        ),
    }


ASSETS: Kind[Any] = Kind(
    "register_assets", (Asset, ContentSource), check, guarded, gather, complete
)
