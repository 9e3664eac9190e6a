"""The library against its storage: what lies there without a row, and rows without their bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from blogengine.api import BlogError, Health, HealthCheck, Site, require, utcnow
from blogengine_plugins.media.queries import everything
from blogengine_plugins.media.rights import MANAGE
from blogengine_plugins.media.storing import ask_for_copies

OURS = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}(?:-[0-9]+)?\.[a-z0-9]+")
YOUNG = timedelta(hours=1)
"""What was kept since then may belong to an upload that is under way."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: bytes of no file, files without their bytes, and those without copies."""

    files: int
    orphans: tuple[str, ...]
    missing: tuple[int, ...]
    without_copies: tuple[int, ...]

    @property
    def well(self) -> bool:
        return not (self.orphans or self.missing or self.without_copies)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "files": self.files,
            "orphans": list(self.orphans),
            "missing": list(self.missing),
            "without_copies": list(self.without_copies),
        }

    def lines(self) -> list[str]:
        """Return it as sentences."""
        found = [f"{self.files} files were looked at."]
        found += [f"Nothing belongs to {key}." for key in self.orphans]
        found += [f"The bytes of file {number} are missing." for number in self.missing]
        found += [f"Copies of file {number} are missing." for number in self.without_copies]
        return found if not self.well else [*found, "Everything is there."]


def check(site: Site) -> Checked:
    """Compare rows and bytes."""
    require(MANAGE)
    kept = {item.key: item for item in site.storage.kept() if OURS.fullmatch(item.key)}
    known: set[str] = set()
    missing, without, number = [], [], 0
    for file in everything(site):
        number += 1
        known.update(file.keys)
        if file.key not in kept:
            missing.append(file.id)
        elif any(key not in kept for key in file.keys):
            without.append(file.id)
    old = utcnow() - YOUNG
    orphans = tuple(key for key, item in kept.items() if key not in known and item.at < old)
    return Checked(number, orphans, tuple(missing), tuple(without))


def mend(site: Site, found: Checked) -> str:
    """Delete orphans, and ask for copies that are missing; say what was done."""
    for key in found.orphans:
        site.storage.delete(key)
    if found.without_copies:
        with site.db.write() as session:
            for number in found.without_copies:
                ask_for_copies(site, session, number)
    left = f" {len(found.missing)} files can only come from a backup." if found.missing else ""
    return (
        f"Deleted {len(found.orphans)} orphans; asked for copies of {len(found.without_copies)} "
        f"files.{left}"
    )


def storage_health(site: Site) -> Health:
    """Say whether the storage can be reached."""
    try:
        site.storage.find("health/none")
    except BlogError as error:
        return Health("fail", f"Uploads can't be kept or shown. {error.message}", error.action)
    return Health()


CHECKS = [HealthCheck("media_storage", "Uploads can be kept and shown", storage_health)]
