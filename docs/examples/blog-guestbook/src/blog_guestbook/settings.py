"""What the owner may set."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import setting


@dataclass(frozen=True, slots=True)
class Settings:
    """What the owner of a site may set."""

    open: bool = setting(True, title="Take new entries", help="Off: the page shows no form.")
    most: int = setting(100, title="Entries on the page", help="The newest ones.", ge=1, le=1000)
    waiting: int = setting(
        200, title="Entries that may wait", help="More aren't taken until you decide.", ge=1
    )
