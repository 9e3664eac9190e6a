"""Wheels: what one offers and asks for, and one made again from an installed distribution."""

from __future__ import annotations

import configparser
import hashlib
import re
import zipfile
from dataclasses import dataclass
from email.parser import HeaderParser
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import Path

from blogengine.errors import UserError
from blogengine.host.finding import GROUP

METADATA = re.compile(r"[^/]+\.dist-info/METADATA")
MADE_BY_PIP = frozenset({"INSTALLER", "REQUESTED", "direct_url.json", "RECORD"})


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel as its metadata tells it; `plugins` are the names it offers."""

    file: Path
    name: str
    version: str
    plugins: tuple[str, ...]
    sha256: str


def normal(name: str) -> str:
    """Return a distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_wheel(file: Path) -> Wheel:
    """Read a wheel's metadata. Raises UserError when it isn't one."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            metadata = next(name for name in names if METADATA.fullmatch(name))
            told = HeaderParser().parsestr(archive.read(metadata).decode("utf-8"))
            points = metadata.replace("METADATA", "entry_points.txt")
            text = archive.read(points).decode("utf-8") if points in names else ""
    except (OSError, zipfile.BadZipFile, StopIteration, UnicodeDecodeError) as error:
        raise UserError(
            f"{file.name} isn't a wheel that can be read: {error}.",
            code="wheel-unreadable",
            action="Nothing was changed; build or download it again.",
        ) from error
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    plugins = tuple(parser[GROUP]) if GROUP in parser else ()
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return Wheel(file, str(told["Name"]), str(told["Version"]), plugins, digest)


def installed(name: str) -> Distribution | None:
    """Return what is installed under a name."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def engine_versions() -> dict[str, str]:
    """Return the engine and all it depends on, over any number of steps, with their versions."""
    there = {normal(item.name): item for item in distributions() if item.name}
    found: dict[str, str] = {}
    waiting = ["blogengine"]
    while waiting:
        name = waiting.pop()
        item = there.get(name)
        if item is None or name in found:
            continue
        found[name] = item.version
        for line in item.requires or ():
            asked = re.match(r"[A-Za-z0-9._-]+", line)
            if asked:
                waiting.append(normal(asked[0]))
    return found


def repack(item: Distribution, folder: Path) -> Path:
    """Make a wheel again from the files of an installed distribution."""
    tag = "py3-none-any"
    for line in (item.read_text("WHEEL") or "").splitlines():
        if line.startswith("Tag: "):
            tag = line.removeprefix("Tag: ").strip()
    escaped = re.sub(r"[-_.]+", "_", item.name)
    file = folder / f"{escaped}-{item.version}-{tag}.whl"
    records, record = [], f"{escaped}-{item.version}.dist-info/RECORD"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in item.files or ():
            name = path.as_posix()
            if name.endswith(".dist-info/RECORD"):
                record = name
            place = Path(str(path.locate()))
            if ".." in path.parts or path.name in MADE_BY_PIP or path.suffix == ".pyc":
                continue
            if place.is_file():
                archive.write(place, name)
                records.append(f"{name},,")
        archive.writestr(record, "\n".join([*records, f"{record},,"]) + "\n")
    return file
