"""Ways to sort posts: tags, and what plugins bring beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blogengine.site import Site

from blogengine.languages import translator

ORDERS = ("newest", "oldest", "updated", "manual")
"""What can come first in an archive; plugins' rankings come beside."""

DISPLAYS = ("full", "excerpt", "titles")
"""What an archive may show of each post."""


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A way to sort posts: `path` is the first segment of its archives (`tag`).

    With `levels` an entry may stand below another, and its address holds both:
    `/category/food/soup/`; while `rolls_up` an archive also shows the posts of those below. `order`
    is newest, oldest, updated or manual, for archives that have none of their own. `index` is the
    address of the page with all of them; empty for none.
    """

    name: str
    title: str
    plural: str
    path: str
    levels: bool = False
    rolls_up: bool | Callable[[], bool] = False
    order: str = "newest"
    index: str = ""

    @property
    def includes(self) -> bool:
        """Whether archives also show the posts of what stands below, as it is set now."""
        return self.levels and bool(self.rolls_up() if callable(self.rolls_up) else self.rolls_up)


_ = translator(__name__)


@dataclass(frozen=True, slots=True)
class Ranking:
    """A number of each post by which the archive of a term can be sorted, the highest first.

    `count(site, posts)` returns numbers by post id; a post without one has 0. `name` is what a
    term's `sort` is set to, `title` what the admin calls it.
    """

    name: str
    title: str
    count: Callable[[Site, Sequence[int]], Mapping[int, int]]


TAG = Taxonomy("tag", _.lazy_gettext("Tag"), _.lazy_gettext("Tags"), "tag", index="/tags/")
"""The one taxonomy the core brings."""
