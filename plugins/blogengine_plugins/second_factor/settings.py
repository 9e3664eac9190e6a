"""What the owner may choose about second factors."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import setting


@dataclass(frozen=True, slots=True)
class SecondFactorSettings:
    """The settings of `second_factor`."""

    roles: str = setting(
        "owner admin",
        title="Roles that need a second factor",
        help="Names of roles, with spaces between: owner, admin, editor, author, contributor.",
        le=200,
    )
