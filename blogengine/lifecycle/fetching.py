"""Getting wheels into a temporary folder and checking them, before anything is changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from blogengine.errors import UserError
from blogengine.host import Found
from blogengine.host.finding import GROUP, NAME, RESERVED_NAMES
from blogengine.lifecycle.packages import last_words, pip, pip_or_fail
from blogengine.lifecycle.wheels import Wheel, engine_versions, normal, read_wheel


@dataclass(frozen=True, slots=True)
class Fetched:
    """A distribution that is asked for, and all wheels that have to be put in for it."""

    wheel: Wheel
    wheels: tuple[Wheel, ...]
    packages: Path
    """A folder in which all of them are unpacked, for a trial."""


def fetch(asked: str, found: dict[str, Found], folder: Path) -> Fetched:
    """Get a distribution and what it needs. Raises UserError when it can't be put in here."""
    place = folder / "wheels"
    place.mkdir()
    pip_or_fail(
        f"{asked} can't be had as a wheel", "wheel", "--no-deps", "--wheel-dir", str(place), asked
    )
    (file,) = place.glob("*.whl")
    wheel = read_wheel(file)
    check_names(wheel, found)
    for name, version in _needed(wheel, folder):
        exactly = f"{name}=={version}"
        pip_or_fail(
            f"{exactly} can't be had", "wheel", "--no-deps", "--wheel-dir", str(place), exactly
        )
    wheels = tuple(read_wheel(one) for one in sorted(place.glob("*.whl")))
    return Fetched(wheel, wheels, folder / "packages")


def unpack(fetched: Fetched) -> None:
    """Lay all wheels into the folder for the trial; the environment isn't touched."""
    files = [str(wheel.file) for wheel in fetched.wheels]
    pip_or_fail(
        "The wheels can't be unpacked",
        *("install", "--no-deps", "--no-index", "--target", str(fetched.packages), *files),
    )


def check_names(wheel: Wheel, found: dict[str, Found]) -> None:
    """Refuse a distribution without plugins, or with names that can't be or are taken."""
    if not wheel.plugins:
        raise refused(f"{wheel.name} {wheel.version} offers no plugin in the group {GROUP}.")
    for name in wheel.plugins:
        if name in RESERVED_NAMES or not NAME.fullmatch(name):
            raise refused(f"{wheel.name} offers {name!r}, which can't be a plugin's name.")
        other = found.get(name)
        dist = other.entry.dist if other and other.entry else None
        same = dist is not None and normal(dist.name) == normal(wheel.name)
        if other is not None and not same:
            raise refused(
                f"{wheel.name} offers {name}, and there is a plugin of this name already: "
                f"{other.location}."
            )


def _needed(wheel: Wheel, folder: Path) -> list[tuple[str, str]]:
    """Ask pip what would have to be put in, while the engine's own ground stays as it is."""
    engine = engine_versions()
    constraints, report = folder / "constraints.txt", folder / "report.json"
    constraints.write_text("".join(f"{name}=={version}\n" for name, version in engine.items()))
    ended = pip(
        *("install", "--dry-run", "--quiet", "--report", str(report)),
        *("--constraint", str(constraints), str(wheel.file)),
    )
    if ended.code != 0:
        raise refused(f"What {wheel.name} requires doesn't fit in here: {last_words(ended)}")
    items = json.loads(report.read_text("utf-8"))["install"]
    named = [(normal(item["metadata"]["name"]), item["metadata"]["version"]) for item in items]
    if touched := sorted(name for name, _version in named if name in engine):
        raise refused(f"{wheel.name} would change {', '.join(touched)}, which the engine needs.")
    return [(name, version) for name, version in named if name != normal(wheel.name)]


def refused(message: str) -> UserError:
    """The error of a distribution that isn't put in."""
    return UserError(
        message,
        code="plugin-not-installable",
        action="Nothing was changed.",
        status=422,
    )
