"""Every page of the admin that links lead to: accessible, and no wider than the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest

from blogengine.testing.blog import Workshop
from tests.e2e.conftest import Axe, NewPage
from tests.e2e.editing import PLUGINS, Room, room

if TYPE_CHECKING:
    from playwright.sync_api import Page

ALSO = ["comments", "redirects", "menus", "writing_checks"]
LINKS = "all => all.map(link => link.getAttribute('href'))"
LEADS_AWAY = re.compile(r"/admin/(login|logout)\b")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, blogengine_workshop: Workshop) -> Iterator[Room]:
    """A blog with something to show on most pages."""
    folder = tmp_path_factory.mktemp("pages") / "site"
    with room(blogengine_workshop, folder, [*PLUGINS, *ALSO]) as made:
        first = made.blog.post("Ships", "About ships.", tags=("Harbour", "Harbor"))
        made.blog.post("Lamps", "About lamps.", status="draft", tags=("Light",))
        made.blog.site.posts.edit(first.id, source="About ships.\n\nThey sail.")
        yield made


def shape(path: str) -> str:
    """Return what addresses of one kind of page have in common."""
    return re.sub(r"/\d+(?=/|$)", "/1", urlsplit(path).path)


def links_of(page: Page, address: str) -> list[str]:
    """Return the addresses of the admin that links of a page lead to."""
    found = page.locator("a[href]:not([download])").evaluate_all(LINKS)
    whole = [urljoin(page.url, link).partition("#")[0] for link in found]
    inside = [link for link in whole if link.startswith(address + "/admin/")]
    return [link.removeprefix(address) for link in inside if not LEADS_AWAY.search(link)]


def test_every_page_of_the_admin_is_accessible_and_fits(
    desk: Room, new_page: NewPage, axe: Axe
) -> None:
    shown = (
        new_page(viewport={"width": 1280, "height": 800}, color_scheme="light"),
        new_page(viewport={"width": 320, "height": 800}, color_scheme="dark"),
    )
    wrong: list[str] = []
    seen: set[str] = set()
    ahead = ["/admin/"]
    while ahead:
        path = ahead.pop(0)
        if shape(path) in seen:
            continue
        seen.add(shape(path))
        for page in shown:
            desk.open(page, path)
            wrong += axe(page)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.append(f"{path} scrolls sideways")
        ahead += links_of(shown[0], desk.address)
    assert (wrong, len(seen) >= 20) == ([], True), seen
