"""The folder: which files are texts, which are not, and the text of one.

Links are never followed, so nothing outside the folder is read and the walk always ends.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from blogengine.api import Skipped

from .findings import LeftOut, printable

MARKDOWN = (".md", ".markdown", ".mdown", ".mkd")
IMAGES = tuple(".png .jpg .jpeg .gif .svg .webp .avif .bmp .ico .tif .tiff".split())
PASSED_OVER = frozenset({"node_modules"})
"""Folders of other programs' texts, which would flood a blog."""

LARGEST = 1_000_000
INDEX = re.compile(r"(_?index)(?:\.([a-zA-Z]{2}(?:-[a-zA-Z]{2,4})?))?")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A Markdown file; `relative` is its path within the folder, with slashes.

    `name` is what it is called by: a page bundle (`name/index.md`) by its folder.
    """

    path: Path
    relative: str

    @property
    def shown(self) -> str:
        """The relative path, fit for a report."""
        return printable(self.relative)

    @property
    def quoted(self) -> str:
        """The relative path as it may stand in an address; odd bytes are kept apart."""
        return quote(os.fsencode(self.relative))

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        return PurePosixPath(self.relative).stem

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders it stands in, outermost first."""
        return PurePosixPath(self.relative).parts[:-1]

    @property
    def name(self) -> str:
        """What the post is called by in the folder; empty for an index of the folder itself."""
        if INDEX.fullmatch(self.stem):
            return self.folders[-1] if self.folders else ""
        return self.stem

    @property
    def language(self) -> str:
        """The language in the name of a bundle's file (`index.fr.md`)."""
        found = INDEX.fullmatch(self.stem)
        return (found[2] or "") if found else ""


@dataclass(frozen=True, slots=True)
class Survey:
    """What the folder holds: texts in the order of their names, and everything else by name."""

    files: tuple[SourceFile, ...]
    left_out: tuple[Skipped, ...]


def survey(root: Path) -> Survey:
    """Walk the folder without opening a file."""
    files: list[SourceFile] = []
    left_out: list[Skipped] = []
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
        except OSError as error:
            left_out.append(Skipped(printable(folder) or ".", _unreadable(error)))
            continue
        for entry in entries:
            relative = f"{folder}{entry.name}"
            reason = _reason(entry)
            if reason:
                left_out.append(Skipped(printable(relative), reason))
            elif entry.is_dir(follow_symlinks=False):
                folders.append(f"{relative}/")
            else:
                files.append(SourceFile(Path(entry.path), relative))
    return Survey(tuple(sorted(files, key=lambda file: file.relative)), tuple(left_out))


def _reason(entry: os.DirEntry[str]) -> str:
    """Return why an entry isn't read, or nothing."""
    if entry.is_symlink():
        return "It is a link to another place; links aren't followed."
    if entry.name.startswith("."):
        return "It is hidden (its name begins with a dot)."
    if entry.is_dir(follow_symlinks=False):
        return "It belongs to another program." if entry.name in PASSED_OVER else ""
    if not entry.is_file(follow_symlinks=False):
        return "It isn't an ordinary file."
    name, ending = os.path.splitext(entry.name)
    if ending.lower() in IMAGES:
        return "Pictures aren't imported yet; let the post link to one that is on the web."
    if ending.lower() not in MARKDOWN:
        return f"It isn't Markdown; only files ending in {', '.join(MARKDOWN)} are read."
    index = INDEX.fullmatch(name)
    if index and index[1] == "_index":
        return "It describes a section of the old site and isn't a post."
    return ""


def read_text(file: SourceFile) -> str:
    """Return the file's text, every line ending as it is; raises LeftOut."""
    # What was an ordinary file in the survey may be a link or a pipe by now.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with open(os.open(file.path, flags), "rb") as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                raise LeftOut("It isn't an ordinary file.")
            data = opened.read(LARGEST + 1)
    except OSError as error:
        raise LeftOut(_unreadable(error)) from error
    if len(data) > LARGEST:
        raise LeftOut(f"It is larger than {LARGEST // 1_000_000} MB; split it.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise LeftOut(f"It isn't UTF-8 (line {line}); save it as UTF-8.") from error


def _unreadable(error: OSError) -> str:
    return f"It can't be opened: {error.strerror or type(error).__name__}."


def beside_an_index(files: tuple[SourceFile, ...]) -> Iterator[str]:
    """Yield the relative paths of texts that lie in a page bundle beside its `index.md`."""
    bundles = {file.folders for file in files if file.folders and INDEX.fullmatch(file.stem)}
    for file in files:
        if file.folders in bundles and not INDEX.fullmatch(file.stem):
            yield file.relative
