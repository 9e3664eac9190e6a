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


def everything(page: Page, desk: Room) -> list[str]:
    """Return an address of each kind of page, found by following links."""
    found, ahead = {}, ["/admin/"]
    while ahead:
        path = ahead.pop(0)
        if shape(path) in found:
            continue
        found[shape(path)] = path
        page.goto(desk.address + path)
        for link in page.locator("a[href]").evaluate_all(LINKS):
            whole = urljoin(page.url, link)
            inside = whole.startswith(desk.address + "/admin/")
            if inside and not LEADS_AWAY.search(whole):
                ahead.append(whole.removeprefix(desk.address).partition("#")[0])
    return list(found.values())


def test_every_page_of_the_admin_is_accessible_and_fits(
    desk: Room, new_page: NewPage, axe: Axe
) -> None:
    wide: list[str] = []
    found: list[str] = []
    page = new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
    desk.enter(page.context)
    paths = everything(page, desk)
    assert len(paths) >= 20, paths
    phone = new_page(viewport={"width": 320, "height": 800}, color_scheme="dark")
    desk.enter(phone.context)
    for path in paths:
        for shown in (page, phone):
            answer = shown.goto(desk.address + path)
            assert answer is not None and answer.status == 200, path
            found += axe(shown)
            if shown.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append(path)
    assert (found, wide) == ([], [])
