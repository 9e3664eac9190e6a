"""The settings of the addresses for machines."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import setting


@dataclass(frozen=True, slots=True)
class Settings:
    """Who may read figures from another machine."""

    token: str = setting(
        "",
        title="Token for other machines",
        help="Sent as `Authorization: Bearer TOKEN`; without one only this machine gets figures. "
        "Make it long and random.",
        le=200,
        secret=True,
    )
