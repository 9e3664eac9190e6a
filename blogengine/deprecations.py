"""What goes away: one list with dates, from which warnings, checks and the manual's boxes come.

A name of the public face isn't taken away at once. It stands in `DEPRECATED` for at least twelve
weeks and two minor releases, then the entry moves to `REMOVED` together with the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

KINDS = ("hook", "argument", "template variable", "field", "setting", "api")
SHORTEST = timedelta(weeks=12)
MINOR_RELEASES = 2


class BlogEngineDeprecationWarning(FutureWarning):
    """A plugin uses something that goes away: which, when, and what to use instead.

    A FutureWarning, so that Python shows it to the owner of a site as well.
    """


@dataclass(frozen=True, slots=True)
class Deprecated:
    """Something of the public face that goes away.

    `name` is a hook, an api name, or `owner.name`: "Post.title" for a field, "site.title" for a
    template variable, "comments.moderate" for a setting. `announced` is the day of the release
    `since`; after the day `sunset` it may be gone. `use` is a sentence: what to do instead.
    """

    kind: str
    name: str
    since: str
    announced: date
    sunset: date
    use: str
    argument: str | None = None

    @property
    def thing(self) -> str:
        """Return what it is, in words."""
        if self.argument is not None:
            return f"the argument {self.argument} of the hook {self.name}"
        return f"the {self.kind} {self.name}"

    @property
    def until(self) -> str:
        """Return the first version that may be without it."""
        major, minor = version_of(self.since)
        return f"{major}.{minor + MINOR_RELEASES}"

    def sentence(self) -> str:
        """Return what is told of it wherever it is told."""
        return (
            f"{self.thing[0].upper()}{self.thing[1:]} goes away after {self.sunset.isoformat()}, "
            f"in {self.until} at the earliest. {self.use}"
        )


DEPRECATED: tuple[Deprecated, ...] = ()
"""What goes away. Nothing does today."""

REMOVED: tuple[Deprecated, ...] = ()
"""What has gone away, kept for those who upgrade from far behind."""


def version_of(text: str) -> tuple[int, int]:
    """Return major and minor number of a version such as `0.3` or `1.4.2`."""
    found = re.match(r"(\d+)\.(\d+)", text)
    if found is None:
        raise ValueError(f"{text!r} isn't a version.")
    return int(found[1]), int(found[2])


def mistakes(entries: Iterable[Deprecated]) -> Iterator[str]:
    """Yield what is wrong with entries: an unknown kind, a day too soon, no way out."""
    for entry in entries:
        if entry.kind not in KINDS:
            yield f"{entry.name}: there is no kind {entry.kind!r}."
        if (entry.kind == "argument") != (entry.argument is not None):
            yield f"{entry.name}: an argument is named for the kind argument, and only there."
        if entry.kind in ("field", "setting") and "." not in entry.name:
            yield f"{entry.name}: say whose it is, as in owner.name."
        if entry.sunset < entry.announced + SHORTEST:
            yield f"{entry.name}: there must be {SHORTEST.days} days until its sunset."
        if not entry.use.endswith("."):
            yield f"{entry.name}: say in a sentence what to use instead."
        try:
            version_of(entry.since)
        except ValueError as error:
            yield f"{entry.name}: {error}"


def overdue(entries: Iterable[Deprecated], today: date) -> tuple[Deprecated, ...]:
    """Return the entries whose day is past: to be removed now, or given a later day."""
    return tuple(entry for entry in entries if today > entry.sunset)


def too_soon(removed: Iterable[Deprecated], version: str) -> tuple[Deprecated, ...]:
    """Return what is gone though this version should still have it."""
    return tuple(item for item in removed if version_of(version) < version_of(item.until))
