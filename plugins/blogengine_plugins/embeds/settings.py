"""What the owner may choose about embedded videos."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import setting


@dataclass(frozen=True, slots=True)
class EmbedSettings:
    """The settings of `embeds`."""

    peertube: str = setting(
        "",
        title="PeerTube hosts",
        help="Such as tube.example video.example. Restart the site after a change.",
        le=1000,
    )
