"""Which posts stand on which numbered page of a list.

Usually page 1 is the newest and stands at the list's own address. With stable numbers page 1 is
the oldest: a page that is full keeps its posts for ever, and the list's own address shows what is
newer than the last full page that stands behind it.
"""

from __future__ import annotations

from dataclasses import dataclass

from blogengine.settings import SiteSettings
from blogengine.values import Archive


@dataclass(frozen=True, slots=True)
class Numbers:
    """The pages of one list; `first` is the number of the page at the list's own address."""

    address: str
    count: int
    size: int
    stable: bool = False

    @property
    def total(self) -> int:
        if self.stable:
            return max(1, self.count // self.size)
        return max(1, -(-self.count // self.size))

    @property
    def first(self) -> int:
        return self.total if self.stable else 1

    def has(self, number: int) -> bool:
        return 1 <= number <= self.total

    def known(self, number: int | None) -> int:
        """Return this number, or that of the first page where the list has none such."""
        return number if number is not None and self.has(number) else self.first

    def path(self, number: int) -> str:
        return self.address if number == self.first else f"{self.address}page/{number}/"

    def place(self, number: int) -> tuple[int, int]:
        """Return how many posts stand on a page, and how many come before them."""
        if not self.stable:
            return self.size, (number - 1) * self.size
        newest = self.count - (self.total - 1) * self.size
        if number == self.total:
            return max(newest, self.size), 0
        return self.size, newest + (self.total - 1 - number) * self.size

    def beside(self, number: int) -> tuple[int | None, int | None]:
        """Return the numbers of the page before this one in reading order, and after it."""
        step = -1 if self.stable else 1
        before, after = number - step, number + step
        return (before if self.has(before) else None, after if self.has(after) else None)


def numbers_of(archive: Archive, settings: SiteSettings) -> Numbers:
    """Return the pages of an archive. Only a list by date of publication can be stable."""
    size = archive.page_size or settings.posts_per_page
    stable = settings.stable_pages and archive.order == "newest"
    return Numbers(archive.path, archive.count, size, stable)
