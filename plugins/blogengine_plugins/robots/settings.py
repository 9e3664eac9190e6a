"""What the owner says to programs that read the site."""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.api import setting

ALLOW, NO_TRAINING, NONE = "allow", "no training", "none"


@dataclass(frozen=True, slots=True)
class RobotsSettings:
    """The settings of `robots`."""

    ai_crawlers: str = setting(
        ALLOW,
        title="What AI companies may read",
        help=(
            "allow: like everybody. no training: not to teach models, but to answer questions "
            "with a link. none: nothing. It is a request; decent programs honour it."
        ),
        choices=(ALLOW, NO_TRAINING, NONE),
    )
    search_engines: bool = setting(
        True,
        title="Search engines may read the site",
        help="Off: no program may; what they know already they keep for a while.",
    )
    more: str = setting(
        "",
        title="Further lines of robots.txt",
        help="They stand at its end, as you write them.",
        multiline=True,
        pattern=r"(?:[A-Za-z-]+:.*|#.*)",
        example="Disallow: /private/",
        le=4000,
    )
    llms: bool = setting(
        False,
        title="Offer llms.txt",
        help="A short description of the site for language models: its tags and newest posts.",
    )
